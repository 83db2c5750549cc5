// Access tokens: who calls, signed by the accounts service.
//
// JWT (RFC 7519) as RFC 9068 profiles it for access tokens: header {alg: ES256,
// typ: at+jwt, kid}, claims iss, aud, sub, client_id, iat, exp, jti, and Milkway's own
// sid (the session), role and scopes.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_ACCESS_TOKEN_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_ACCESS_TOKEN_H_

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/common/v1/access.pb.h"

namespace milkway::runtime {

// The life of an access token, and how far two clocks may be apart.
inline constexpr int64_t kAccessTokenLifeS = 600;
inline constexpr int64_t kClockLeewayS = 30;

inline constexpr char kTokenIssuer[] = "milkway";
inline constexpr char kTokenAudience[] = "milkway";
inline constexpr size_t kTokenBytesMax = 8 << 10;

struct AccessClaims {
  std::string subject;  // the person
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
  std::vector<std::string> scopes;
  std::string session_id;
  int64_t issued_at_s = 0;
  int64_t expires_at_s = 0;
};

// A key of the curve P-256 that signs access tokens. Thread-safe.
class TokenKey {
 public:
  static absl::StatusOr<TokenKey> Generate();
  // INVALID_ARGUMENT if it is not a private key of that curve as PEM (PKCS #8).
  static absl::StatusOr<TokenKey> FromPem(absl::string_view private_pem);

  TokenKey(TokenKey&&) noexcept;
  TokenKey& operator=(TokenKey&&) = delete;
  ~TokenKey();

  // The thumbprint of the public key (RFC 7638): 43 characters of base64url.
  const std::string& kid() const { return kid_; }
  const std::string& public_pem() const { return public_pem_; }
  // The public key as a JSON object for a JWKS (RFC 7517).
  const std::string& public_jwk() const { return public_jwk_; }
  // To be kept where nobody reads it.
  const std::string& private_pem() const { return private_pem_; }

  // The token, ready for "authorization: Bearer …". INTERNAL if the library fails.
  absl::StatusOr<std::string> Sign(const AccessClaims& claims) const;

 private:
  TokenKey() = default;

  std::string kid_;
  std::string public_pem_;
  std::string public_jwk_;
  std::string private_pem_;
  std::shared_ptr<EVP_PKEY> key_;  // what private_pem_ says
};

// What `token` says, once it is known that the accounts service said it.
//
// `find_key` returns the PEM of a public key by its kid, empty if there is none.
// UNAUTHENTICATED (TOKEN_INVALID) if the token is anything but one that Sign made with
// one of these keys, or TOKEN_EXPIRED if it did and `now_s` is past its end by more than
// `leeway_s`. Says no more to the caller: who forges learns nothing.
absl::StatusOr<AccessClaims> VerifyAccessToken(
    absl::string_view token, absl::FunctionRef<std::string(absl::string_view kid)> find_key,
    int64_t now_s, int64_t leeway_s = kClockLeewayS);

// "school_contact"; empty for a role that is none.
absl::string_view NameOfRole(common::v1::Role role);
// ROLE_UNSPECIFIED if there is no such role.
common::v1::Role FindRole(absl::string_view name);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_ACCESS_TOKEN_H_
