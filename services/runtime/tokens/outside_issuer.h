// Tokens of an OpenID Connect issuer outside, for staff who sign in at their employer's.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_OUTSIDE_ISSUER_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_OUTSIDE_ISSUER_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/call.h"

namespace milkway::runtime {

// One issuer, pinned by name and keys in a file of the server: nothing is fetched.
class OutsideIssuer {
 public:
  struct Identity {
    Caller caller;  // its id is "<issuer>#<subject>"
    int64_t expires_at_s = 0;
  };

  // No issuer.
  OutsideIssuer() = default;

  // Reads a JSON file:
  //   {"issuer": "https://id.example.org", "audience": "milkway",
  //    "keys": [{"kid": "2026-1", "alg": "RS256", "public_pem": "-----BEGIN PUBLIC KEY…"}],
  //    "role_claim": "groups", "roles": {"milkway-buyers": "procurement"},
  //    "places_claim": "milkway_places"}
  // alg is RS256 or ES256, and the key one of it; an RSA key has at least 2,048 bits. The
  // name of the issuer is visible ASCII without commas. The claim of roles is a string or a
  // list of strings; those of its values that are among `roles` must stand for exactly one
  // role. Roles are admin, procurement, warehouse and
  // auditor: school contacts and donors sign in here. places_claim, a list, gives the
  // places of a warehouse and may be left out. INVALID_ARGUMENT names the member that is
  // wrong.
  static absl::StatusOr<OutsideIssuer> Load(const std::string& file);
  static absl::StatusOr<OutsideIssuer> Parse(absl::string_view json_text);

  // True if the token says that it comes from here. It is not to be believed yet.
  bool Issued(absl::string_view token) const;

  // UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED; also for a subject that is not 1 to 255
  // characters of visible ASCII without commas, and a header with anything but alg, typ and
  // kid), or PERMISSION_DENIED (ROLE_MISSING)
  // if the issuer gives this person no role here, or more than one.
  absl::StatusOr<Identity> Verify(absl::string_view token, int64_t now_s, int64_t leeway_s) const;

 private:
  struct Key {
    std::string alg;
    std::string public_pem;
  };

  std::string issuer_;  // empty: none
  std::string audience_;
  std::string role_claim_;
  std::string places_claim_;
  std::map<std::string, Key> key_by_kid_;
  std::map<std::string, common::v1::Role> role_by_value_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_OUTSIDE_ISSUER_H_
