#include "services/runtime/canonical.h"

#include "storage/key_codec.h"

namespace milkway::runtime {

void PutByte(uint8_t byte, std::string* bytes) { bytes->push_back(static_cast<char>(byte)); }

void PutVarint(uint64_t value, std::string* bytes) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

void PutNumber(int64_t value, std::string* bytes) {
  PutVarint(static_cast<uint64_t>(value), bytes);
}

void PutZigzag(int64_t value, std::string* bytes) {
  PutVarint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63), bytes);
}

void PutString(absl::string_view text, std::string* bytes) {
  PutVarint(text.size(), bytes);
  bytes->append(text.data(), text.size());
}

uint8_t CanonicalReader::Byte() {
  if (rest_.empty()) return Fail();
  const uint8_t byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

uint64_t CanonicalReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    value |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) != 0) continue;
    const bool is_longer_than_needed = byte == 0 && shift > 0;
    const bool overflows = shift == 63 && byte > 1;
    return is_longer_than_needed || overflows ? Fail() : value;
  }
  return Fail();
}

int64_t CanonicalReader::Zigzag() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

int64_t CanonicalReader::Number() {
  const uint64_t value = Varint();
  return value >> 63 == 0 ? static_cast<int64_t>(value) : Fail();
}

std::string CanonicalReader::String() {
  const uint64_t size = Varint();
  if (size > rest_.size()) return Fail(), std::string();
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return text;
}

uint64_t CanonicalReader::BigEndian() {
  uint64_t value = 0;
  if (!storage::key_internal::Consume(&rest_, &value)) return Fail();
  return value;
}

uint8_t CanonicalReader::Kind(int last) {
  const uint8_t kind = Byte();
  return 1 <= kind && kind <= last ? kind : Fail();
}

uint8_t CanonicalReader::Fail() {
  failed_ = true;
  rest_ = {};
  return 0;
}

}  // namespace milkway::runtime
