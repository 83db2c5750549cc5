// TokenKey: the keys themselves, by OpenSSL.

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/tokens/access_token.h"

namespace milkway::runtime {

namespace {

constexpr char kCurve[] = "P-256";
constexpr char kCurveName[] = "prime256v1";
constexpr size_t kCoordinateBytes = 32;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Bio = std::unique_ptr<BIO, Free>;

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<size_t>(size)) : "";
}

std::string PublicPemOf(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  return PEM_write_bio_PUBKEY(bio.get(), key) == 1 ? TextOf(bio.get()) : "";
}

std::string PrivatePemOf(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  const bool is_written =
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return is_written ? TextOf(bio.get()) : "";
}

bool IsOfCurve(EVP_PKEY* key) {
  char name[64];
  size_t size = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof(name), &size) == 1 &&
         absl::string_view(name, size) == kCurveName;
}

// The two coordinates of the public point, empty if the library fails.
std::string PointOf(EVP_PKEY* key) {
  unsigned char point[1 + 2 * kCoordinateBytes];
  size_t size = 0;
  const bool is_uncompressed = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                               sizeof(point), &size) == 1 &&
                               size == sizeof(point) && point[0] == 4;
  if (!is_uncompressed) return "";
  return std::string(reinterpret_cast<const char*>(point) + 1, 2 * kCoordinateBytes);
}

}  // namespace

TokenKey::TokenKey(TokenKey&& other) noexcept
    : kid_(std::move(other.kid_)),
      public_pem_(std::move(other.public_pem_)),
      public_jwk_(std::move(other.public_jwk_)),
      private_pem_(std::exchange(other.private_pem_, {})) {}

TokenKey::~TokenKey() { sodium_memzero(private_pem_.data(), private_pem_.size()); }

absl::StatusOr<TokenKey> TokenKey::Generate() {
  const Key key(EVP_EC_gen(kCurve));
  if (key == nullptr) return absl::InternalError("a key could not be made");
  return FromPem(PrivatePemOf(key.get()));
}

absl::StatusOr<TokenKey> TokenKey::FromPem(absl::string_view private_pem) {
  const Bio bio(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  const std::string point = key != nullptr && IsOfCurve(key.get()) ? PointOf(key.get()) : "";
  if (point.empty()) {
    return absl::InvalidArgumentError("the signing key is no private key of the curve P-256");
  }
  TokenKey made;
  made.private_pem_ = std::string(private_pem);
  made.public_pem_ = PublicPemOf(key.get());
  const std::string x = absl::WebSafeBase64Escape(point.substr(0, kCoordinateBytes));
  const std::string y = absl::WebSafeBase64Escape(point.substr(kCoordinateBytes));
  // RFC 7638: the members in this order, without blanks.
  const std::string canonical =
      absl::StrCat(R"({"crv":"P-256","kty":"EC","x":")", x, R"(","y":")", y, R"("})");
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(), hash);
  made.kid_ = absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(hash), sizeof(hash)));
  made.public_jwk_ = absl::StrCat(R"({"kty":"EC","crv":"P-256","x":")", x, R"(","y":")", y,
                                  R"(","use":"sig","alg":"ES256","kid":")", made.kid_, R"("})");
  return made;
}

}  // namespace milkway::runtime
