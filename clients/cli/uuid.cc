#include "clients/cli/uuid.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "openssl/evp.h"
#include "openssl/rand.h"

namespace milkway::cli {

namespace {

constexpr size_t kTextSize = 36;

bool IsHyphenAt(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

void SetVersion(unsigned char version, Uuid* uuid) {
  uuid->bytes[6] = static_cast<unsigned char>((uuid->bytes[6] & 0x0F) | version << 4);
  uuid->bytes[8] = static_cast<unsigned char>((uuid->bytes[8] & 0x3F) | 0x80);
}

}  // namespace

std::optional<Uuid> ParseUuid(absl::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsHyphenAt(i)) {
      if (text[i] != '-') return std::nullopt;
    } else if (absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) {
      digits.push_back(text[i]);
    } else {
      return std::nullopt;
    }
  }
  const std::string raw = absl::HexStringToBytes(digits);
  Uuid uuid;
  std::copy(raw.begin(), raw.end(), uuid.bytes.begin());
  if (uuid == Uuid{}) return std::nullopt;
  return uuid;
}

std::string FormatUuid(const Uuid& uuid) {
  const absl::string_view raw(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size());
  std::string text = absl::BytesToHexString(raw);
  for (size_t i = 0; i < kTextSize; ++i) {
    if (IsHyphenAt(i)) text.insert(i, 1, '-');
  }
  return text;
}

Uuid NameUuid(const Uuid& name_space, absl::string_view name) {
  std::string input(name_space.bytes.begin(), name_space.bytes.end());
  absl::StrAppend(&input, name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  SetVersion(5, &uuid);
  return uuid;
}

Uuid RandomUuid() {
  Uuid uuid;
  // Without randomness two requests could share an id: nothing sensible can follow.
  if (RAND_bytes(uuid.bytes.data(), static_cast<int>(uuid.bytes.size())) != 1) std::abort();
  uint64_t milliseconds = static_cast<uint64_t>(absl::ToUnixMillis(absl::Now()));
  for (int i = 5; i >= 0; --i) {
    uuid.bytes[static_cast<size_t>(i)] = static_cast<unsigned char>(milliseconds & 0xFF);
    milliseconds >>= 8;
  }
  SetVersion(7, &uuid);
  return uuid;
}

}  // namespace milkway::cli
