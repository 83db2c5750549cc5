// TokenKey: the keys themselves, by OpenSSL.

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/openssl_owned.h"

namespace milkway::runtime {

namespace {

using openssl::Owned;

constexpr char kCurve[] = "P-256";
constexpr size_t kCoordinateBytes = 32;

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<size_t>(size)) : "";
}

std::string PublicPemOf(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  return PEM_write_bio_PUBKEY(bio.get(), key) == 1 ? TextOf(bio.get()) : "";
}

std::string PrivatePemOf(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  const bool is_written =
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return is_written ? TextOf(bio.get()) : "";
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
      private_pem_(std::exchange(other.private_pem_, {})),
      key_(std::move(other.key_)) {}

TokenKey::~TokenKey() { sodium_memzero(private_pem_.data(), private_pem_.size()); }

absl::StatusOr<TokenKey> TokenKey::Generate() {
  const Owned<EVP_PKEY> key(EVP_EC_gen(kCurve));
  if (key == nullptr) return absl::InternalError("a key could not be made");
  return FromPem(PrivatePemOf(key.get()));
}

absl::StatusOr<TokenKey> TokenKey::FromPem(absl::string_view private_pem) {
  Owned<EVP_PKEY> key = openssl::PrivateKeyOf(private_pem);
  const std::string point = key != nullptr && openssl::IsP256(key.get()) ? PointOf(key.get()) : "";
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
  made.key_ = std::move(key);
  return made;
}

}  // namespace milkway::runtime
