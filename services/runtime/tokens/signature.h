// The signatures of JWTs (RFC 7515), by OpenSSL.
//
// Debian's libjwt 1.10 takes and makes no token of another type than "JWT", so it cannot
// be used for access tokens (RFC 9068); and of a JWT nothing but this is cryptography.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_SIGNATURE_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_SIGNATURE_H_

#include <openssl/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::runtime {

// ES256 with a private key of P-256: r and s of 32 bytes each. INTERNAL if the library
// fails.
absl::StatusOr<std::string> SignEs256(absl::string_view text, EVP_PKEY* private_key);

// True if `signature` is that of `text` under the public key (PEM), which must be of the
// kind that the algorithm needs: P-256 for "ES256", RSA of 2,048 bits or more for
// "RS256" (PKCS #1 with SHA-256). No other algorithm is known.
bool IsSignedBy(absl::string_view alg, const std::string& public_pem, absl::string_view text,
                absl::string_view signature);

// True if it is a public key (PEM) of the kind that the algorithm needs, as above.
bool IsPublicKeyFor(absl::string_view alg, const std::string& public_pem);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_SIGNATURE_H_
