// Reading canonical bytes: what a leaf commits to. docs/formats.md describes them.

#ifndef MILKWAY_CLIENTS_VERIFY_CANONICAL_READER_H_
#define MILKWAY_CLIENTS_VERIFY_CANONICAL_READER_H_

#include <cstdint>
#include <limits>

#include "absl/strings/string_view.h"

namespace milkway::proof {

// Reads canonical bytes from the front. After a failure everything is 0 or empty.
class CanonicalReader {
 public:
  static constexpr int kVarintBytesMax = 10;

  explicit CanonicalReader(absl::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  bool AtEnd() const { return rest_.empty(); }

  uint8_t Byte() {
    const absl::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }

  uint64_t Varint() {
    uint64_t number = 0;
    for (int at = 0; at < kVarintBytesMax; ++at) {
      const uint8_t byte = Byte();
      if (failed_) return 0;
      const uint64_t bits = byte & 0x7f;
      if (at == kVarintBytesMax - 1 && bits > 1) break;
      number |= bits << (7 * at);
      if (byte < 0x80) {
        if (byte == 0 && at > 0) break;  // longer than needed
        return number;
      }
    }
    failed_ = true;
    return 0;
  }

  // One that is not negative as an int64.
  int64_t Number() {
    const uint64_t number = Varint();
    Require(number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
    return failed_ ? 0 : static_cast<int64_t>(number);
  }

  int64_t Zigzag() {
    const uint64_t number = Varint();
    return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
  }

  absl::string_view String() { return Bytes(Varint()); }

  absl::string_view Bytes(uint64_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const absl::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  void Require(bool holds) { failed_ |= !holds; }

 private:
  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_CANONICAL_READER_H_
