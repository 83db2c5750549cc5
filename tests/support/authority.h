// Certificates for tests: an authority that vouches for whomever a test says.

#ifndef MILKWAY_TESTS_SUPPORT_AUTHORITY_H_
#define MILKWAY_TESTS_SUPPORT_AUTHORITY_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace milkway::testing {

// PEM texts that belong together.
struct Identity {
  std::string certificate;
  std::string key;
};

// Ends the program if OpenSSL does not do what it is told.
class Authority {
 public:
  // `name` is its common name; those whom it vouches for are called "somebody".
  explicit Authority(const std::string& name);

  // What those keep who believe it.
  const std::string& certificate() const { return root_.certificate; }

  // `names` as OpenSSL writes alternative names, with commas: "IP:127.0.0.1",
  // "URI:spiffe://milkway/service/trace". Valid from `start` on.
  Identity Issue(const std::string& names, absl::Duration valid_for = absl::Hours(1),
                 absl::Time start = absl::Now() - absl::Minutes(1)) const;

 private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> own_;
  Identity root_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_AUTHORITY_H_
