// Reading JWTs so strictly that there is one reading only.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_STRICT_JWT_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_STRICT_JWT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace milkway::runtime {

// UNAUTHENTICATED (TOKEN_INVALID), the same for every reason.
absl::Status TokenInvalid();
// UNAUTHENTICATED (TOKEN_EXPIRED).
absl::Status TokenExpired();

// A JWT in compact form whose form is good. What it claims is not to be believed before
// CheckSignature.
class StrictJwt {
 public:
  // TOKEN_INVALID unless it is three parts of canonical base64url, at most kTokenBytesMax
  // in all, header and claims JSON objects without a name that occurs twice, and the
  // header nothing but strings alg, typ and kid (typ may be left out).
  static absl::StatusOr<StrictJwt> Parse(absl::string_view token);

  const std::string& alg() const { return alg_; }
  const std::string& typ() const { return typ_; }
  const std::string& kid() const { return kid_; }
  const nlohmann::json& claims() const { return claims_; }

  // TOKEN_INVALID unless the token is signed with `alg` (ES256 or RS256) and this public
  // key (PEM). The algorithm is the verifier's choice, never the token's.
  absl::Status CheckSignature(absl::string_view alg, const std::string& public_pem) const;

  // A claim of that type; nullopt if it is absent or of another type.
  std::optional<std::string> Text(const char* claim) const;
  std::optional<int64_t> Seconds(const char* claim) const;

 private:
  std::string token_;
  std::string signature_;
  std::string alg_;
  std::string typ_;
  std::string kid_;
  nlohmann::json claims_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_STRICT_JWT_H_
