// Tokens as an attacker would write them: any header, any claims, any signature.

#ifndef MILKWAY_TESTS_RUNTIME_TOKEN_FORGE_H_
#define MILKWAY_TESTS_RUNTIME_TOKEN_FORGE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace milkway::testing {

// base64url(header) "." base64url(claims) "." base64url(signature).
std::string Compact(absl::string_view header, absl::string_view claims,
                    absl::string_view signature);

// Signed with a private key of P-256 (PEM), as the header of a real token would say.
std::string SignedByEs256(absl::string_view header, absl::string_view claims,
                          const std::string& private_pem);

// With HMAC-SHA-256, whatever the header says.
std::string SignedByHs256(absl::string_view header, absl::string_view claims,
                          absl::string_view secret);

// With an RSA key and SHA-256 (PKCS #1).
std::string SignedByRs256(absl::string_view header, absl::string_view claims,
                          const std::string& private_pem);

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};
KeyPair NewRsaKey(unsigned bits = 2'048);

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_RUNTIME_TOKEN_FORGE_H_
