// SHA-256 of what comes in pieces.

#ifndef MILKWAY_CLIENTS_CLI_SHA256_H_
#define MILKWAY_CLIENTS_CLI_SHA256_H_

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace milkway::cli {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }

  void Update(absl::string_view bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }

  // 32 bytes, or their 64 digits. Once, last.
  std::string Bytes() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    return std::string(reinterpret_cast<const char*>(digest.data()), size);
  }
  std::string Hex() { return absl::BytesToHexString(Bytes()); }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SHA256_H_
