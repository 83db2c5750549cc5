// Canonical bytes: what a leaf of the log commits to. docs/formats.md describes them.
//
//   varint  7 bits a byte, least significant first, the high bit set on all but the last
//           byte, never longer than needed
//   zigzag  the varint of (n << 1) ^ (n >> 63)
//   string  a varint length, then the bytes

#ifndef MILKWAY_SERVICES_RUNTIME_CANONICAL_H_
#define MILKWAY_SERVICES_RUNTIME_CANONICAL_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace milkway::runtime {

void PutByte(uint8_t byte, std::string* bytes);
void PutVarint(uint64_t value, std::string* bytes);
// `value` is 0 or more.
void PutNumber(int64_t value, std::string* bytes);
void PutZigzag(int64_t value, std::string* bytes);
void PutString(absl::string_view text, std::string* bytes);

// Takes fields off the front; once something is wrong everything is, and reads as 0.
class CanonicalReader {
 public:
  explicit CanonicalReader(absl::string_view bytes) : rest_(bytes) {}

  uint8_t Byte();
  uint64_t Varint();
  int64_t Zigzag();
  // A varint that is not negative as an int64.
  int64_t Number();
  std::string String();
  // 8 bytes.
  uint64_t BigEndian();
  // A number of an enum: 1 to `last`.
  uint8_t Kind(int last);

  bool IsWhole() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  uint8_t Fail();

  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CANONICAL_H_
