// OpenSSL's objects, freed when they go. Only for the .cc files of this folder.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_OPENSSL_OWNED_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_OPENSSL_OWNED_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace milkway::runtime::openssl {

struct Free {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

inline Owned<BIO> ReadOnly(absl::string_view bytes) {
  return Owned<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// Null if the text is no such key.
inline Owned<EVP_PKEY> PrivateKeyOf(absl::string_view pem) {
  return Owned<EVP_PKEY>(PEM_read_bio_PrivateKey(ReadOnly(pem).get(), nullptr, nullptr, nullptr));
}
inline Owned<EVP_PKEY> PublicKeyOf(absl::string_view pem) {
  return Owned<EVP_PKEY>(PEM_read_bio_PUBKEY(ReadOnly(pem).get(), nullptr, nullptr, nullptr));
}

inline bool IsP256(const EVP_PKEY* key) {
  char name[64];
  size_t size = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof(name), &size) == 1 &&
         absl::string_view(name, size) == "prime256v1";
}

}  // namespace milkway::runtime::openssl

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_OPENSSL_OWNED_H_
