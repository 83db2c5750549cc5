#include "services/runtime/tokens/signature.h"

#include "services/runtime/tokens/openssl_owned.h"

namespace milkway::runtime {

namespace {

using openssl::Owned;

constexpr int kNumberBytes = 32;
constexpr int kRsaBitsMin = 2'048;

unsigned char* Unsigned(std::string* bytes) {
  return reinterpret_cast<unsigned char*>(bytes->data());
}
const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// r and s as JWTs have them, from the DER that OpenSSL makes; empty if it is none.
std::string PlainOf(absl::string_view der) {
  const unsigned char* bytes = Unsigned(der);
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
  std::string plain(2 * kNumberBytes, '\0');
  const bool is_written =
      signature != nullptr &&
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), Unsigned(&plain), kNumberBytes) ==
          kNumberBytes &&
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), Unsigned(&plain) + kNumberBytes,
                   kNumberBytes) == kNumberBytes;
  return is_written ? plain : "";
}

// The other way; empty if it has not the right length.
std::string DerOf(absl::string_view plain) {
  if (plain.size() != 2 * kNumberBytes) return "";
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  Owned<BIGNUM> r(BN_bin2bn(Unsigned(plain), kNumberBytes, nullptr));
  Owned<BIGNUM> s(BN_bin2bn(Unsigned(plain) + kNumberBytes, kNumberBytes, nullptr));
  if (ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return "";
  r.release();  // the signature's now
  s.release();
  std::string der(static_cast<size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  unsigned char* end = Unsigned(&der);
  i2d_ECDSA_SIG(signature.get(), &end);
  return der;
}

bool Fits(absl::string_view alg, const EVP_PKEY* key) {
  if (alg == "ES256") return openssl::IsP256(key);
  return alg == "RS256" && EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kRsaBitsMin;
}

}  // namespace

bool IsPublicKeyFor(absl::string_view alg, const std::string& public_pem) {
  const Owned<EVP_PKEY> key = openssl::PublicKeyOf(public_pem);
  return key != nullptr && Fits(alg, key.get());
}

absl::StatusOr<std::string> SignEs256(absl::string_view text, EVP_PKEY* private_key) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  size_t size = 0;
  const bool is_ready =
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, private_key) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, Unsigned(text), text.size()) == 1;
  std::string der(size, '\0');
  const bool is_signed = is_ready && EVP_DigestSign(context.get(), Unsigned(&der), &size,
                                                    Unsigned(text), text.size()) == 1;
  std::string signature = is_signed ? PlainOf(absl::string_view(der).substr(0, size)) : "";
  if (signature.empty()) return absl::InternalError("an access token could not be signed");
  return signature;
}

bool IsSignedBy(absl::string_view alg, const std::string& public_pem, absl::string_view text,
                absl::string_view signature) {
  const Owned<EVP_PKEY> key = openssl::PublicKeyOf(public_pem);
  if (key == nullptr || !Fits(alg, key.get())) return false;
  const std::string bytes = alg == "ES256" ? DerOf(signature) : std::string(signature);
  if (bytes.empty()) return false;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Unsigned(bytes), bytes.size(), Unsigned(text),
                          text.size()) == 1;
}

}  // namespace milkway::runtime
