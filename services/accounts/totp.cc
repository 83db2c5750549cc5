#include "services/accounts/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/runtime/check.h"

namespace milkway::accounts {

namespace {

constexpr char kBase32Letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// With every byte that means something in a URI as %XX.
std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (absl::ascii_isalnum(code)) {
      escaped.push_back(byte);
    } else {
      absl::StrAppendFormat(&escaped, "%%%02X", code);
    }
  }
  return escaped;
}

}  // namespace

std::string TotpCode(absl::string_view secret, int64_t step, int digits) {
  unsigned char counter[8];
  for (int i = 0; i < 8; ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<uint64_t>(step) >> (56 - 8 * i));
  }
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int mac_bytes = 0;
  MILKWAY_CHECK(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter,
                     sizeof(counter), mac, &mac_bytes) != nullptr);
  // RFC 4226, 5.3: the last four bits say where four bytes are taken.
  const unsigned int offset = mac[mac_bytes - 1] & 0xF;
  const uint32_t truncated = (uint32_t{mac[offset]} & 0x7F) << 24 |
                             uint32_t{mac[offset + 1]} << 16 | uint32_t{mac[offset + 2]} << 8 |
                             uint32_t{mac[offset + 3]};
  uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return absl::StrFormat("%0*d", digits, truncated % modulus);
}

std::optional<int64_t> MatchTotp(absl::string_view secret, absl::string_view code, int64_t now_s,
                                 int64_t last_step) {
  if (code.size() != kTotpDigits) return std::nullopt;
  const int64_t now_step = TotpStepOf(now_s);
  std::optional<int64_t> match;
  for (int64_t step = now_step - kTotpStepsOff; step <= now_step + kTotpStepsOff; ++step) {
    const std::string right = TotpCode(secret, step);
    const bool is_right = sodium_memcmp(right.data(), code.data(), code.size()) == 0;
    if (is_right && step > last_step) match = step;
  }
  return match;
}

std::string Base32(absl::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int bit_count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    bit_count += 8;
    while (bit_count >= 5) {
      bit_count -= 5;
      text.push_back(kBase32Letters[bits >> bit_count & 31]);
    }
  }
  if (bit_count > 0) text.push_back(kBase32Letters[bits << (5 - bit_count) & 31]);
  return text;
}

std::string TotpUri(absl::string_view secret, absl::string_view sign_in_name) {
  return absl::StrCat("otpauth://totp/Milkway:", Escaped(sign_in_name), "?secret=", Base32(secret),
                      "&issuer=Milkway&algorithm=SHA1&digits=", kTotpDigits,
                      "&period=", kTotpStepS);
}

}  // namespace milkway::accounts
