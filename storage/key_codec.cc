#include "storage/key_codec.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace milkway::storage::key_internal {

namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;
constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xff';
constexpr char kTerminator = '\x01';

template <typename Number>
void AppendBigEndian(Number number, std::string* key) {
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>(number >> shift));
  }
}

template <typename Number>
bool ConsumeBigEndian(absl::string_view* bytes, Number* number) {
  if (bytes->size() < sizeof(Number)) return false;
  uint64_t value = 0;
  for (size_t index = 0; index < sizeof(Number); ++index) {
    value = value << 8 | static_cast<unsigned char>((*bytes)[index]);
  }
  *number = static_cast<Number>(value);
  bytes->remove_prefix(sizeof(Number));
  return true;
}

}  // namespace

void Append(uint8_t field, std::string* key) { AppendBigEndian(field, key); }
void Append(uint32_t field, std::string* key) { AppendBigEndian(field, key); }
void Append(uint64_t field, std::string* key) { AppendBigEndian(field, key); }
void Append(int64_t field, std::string* key) {
  AppendBigEndian(static_cast<uint64_t>(field) ^ kSignBit, key);
}

void Append(absl::string_view field, std::string* key) {
  while (true) {
    const size_t zero = field.find(kEscape);
    absl::StrAppend(key, field.substr(0, zero));
    if (zero == absl::string_view::npos) break;
    key->append({kEscape, kEscapedZero});
    field.remove_prefix(zero + 1);
  }
  key->append({kEscape, kTerminator});
}

void AppendTag(uint16_t tag, std::string* key) { AppendBigEndian(tag, key); }

bool Consume(absl::string_view* bytes, uint8_t* field) { return ConsumeBigEndian(bytes, field); }
bool Consume(absl::string_view* bytes, uint32_t* field) { return ConsumeBigEndian(bytes, field); }
bool Consume(absl::string_view* bytes, uint64_t* field) { return ConsumeBigEndian(bytes, field); }

bool Consume(absl::string_view* bytes, int64_t* field) {
  uint64_t flipped = 0;
  if (!ConsumeBigEndian(bytes, &flipped)) return false;
  *field = static_cast<int64_t>(flipped ^ kSignBit);
  return true;
}

bool Consume(absl::string_view* bytes, std::string* field) {
  field->clear();
  while (true) {
    const size_t escape = bytes->find(kEscape);
    if (escape == absl::string_view::npos || escape + 1 >= bytes->size()) return false;
    absl::StrAppend(field, bytes->substr(0, escape));
    const char escaped = (*bytes)[escape + 1];
    bytes->remove_prefix(escape + 2);
    if (escaped == kTerminator) return true;
    if (escaped != kEscapedZero) return false;
    field->push_back('\0');
  }
}

bool ConsumeTag(absl::string_view* bytes, uint16_t tag) {
  uint16_t found = 0;
  return ConsumeBigEndian(bytes, &found) && found == tag;
}

absl::Status MalformedKey(uint16_t tag, absl::string_view bytes) {
  return absl::DataLossError(absl::StrCat("the key ", absl::BytesToHexString(bytes),
                                          " is not a key of table ", absl::StrFormat("%04x", tag),
                                          "; restore the store from a backup"));
}

}  // namespace milkway::storage::key_internal
