#include "services/inventory/posting_codec.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/key_codec.h"

namespace milkway::inventory {

namespace {

constexpr char kPostingLeaf = 1;

void PutByte(uint8_t byte, std::string* bytes) { bytes->push_back(static_cast<char>(byte)); }

void PutVarint(uint64_t value, std::string* bytes) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

void PutZigzag(int64_t value, std::string* bytes) {
  PutVarint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63), bytes);
}

void PutString(absl::string_view text, std::string* bytes) {
  PutVarint(text.size(), bytes);
  bytes->append(text.data(), text.size());
}

// Takes fields off the front; once something is wrong everything is.
class FieldReader {
 public:
  explicit FieldReader(absl::string_view bytes) : rest_(bytes) {}

  uint8_t Byte() {
    if (rest_.empty()) return Fail();
    const uint8_t byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  uint64_t Varint() {
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

  int64_t Zigzag() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }

  // A varint that is not negative as an int64.
  int64_t Number() {
    const uint64_t value = Varint();
    return value >> 63 == 0 ? static_cast<int64_t>(value) : Fail();
  }

  std::string String() {
    const uint64_t size = Varint();
    if (size > rest_.size()) return Fail(), std::string();
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  uint64_t BigEndian() {
    uint64_t value = 0;
    if (!storage::key_internal::Consume(&rest_, &value)) return Fail();
    return value;
  }

  // A number of an enum: 1 to `last`.
  uint8_t Kind(int last) {
    const uint8_t kind = Byte();
    return 1 <= kind && kind <= last ? kind : Fail();
  }

  bool IsWhole() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  uint8_t Fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  absl::string_view rest_;
  bool failed_ = false;
};

Movement ReadMovement(FieldReader& reader) {
  Movement movement;
  movement.from_kind = static_cast<AccountKind>(reader.Kind(kAccountKindLast));
  movement.to_kind = static_cast<AccountKind>(reader.Kind(kAccountKindLast));
  movement.from_place = reader.String();
  movement.to_place = reader.String();
  if (movement.to_place.empty()) movement.to_place = movement.from_place;
  movement.lot = LotId{reader.Number()};
  movement.quantity_g = reader.Number();
  return movement;
}

}  // namespace

std::string EncodePosting(const Posting& posting) {
  std::string bytes;
  bytes.reserve(128);
  bytes.push_back(kPostingLeaf);
  PutVarint(static_cast<uint64_t>(posting.recorded_us), &bytes);
  PutVarint(static_cast<uint64_t>(posting.occurred_at.us), &bytes);
  PutZigzag(posting.occurred_at.offset_minutes, &bytes);
  PutByte(static_cast<uint8_t>(posting.kind), &bytes);
  storage::key_internal::Append(posting.request_id.high, &bytes);
  storage::key_internal::Append(posting.request_id.low, &bytes);
  PutString(posting.reference, &bytes);
  PutVarint(static_cast<uint64_t>(posting.linked_position), &bytes);
  PutString(posting.discrepancy_reason, &bytes);
  PutString(posting.fefo_override_reason, &bytes);
  PutVarint(posting.movements.size(), &bytes);
  for (const Movement& movement : posting.movements) {
    PutByte(static_cast<uint8_t>(movement.from_kind), &bytes);
    PutByte(static_cast<uint8_t>(movement.to_kind), &bytes);
    PutString(movement.from_place, &bytes);
    PutString(movement.to_place == movement.from_place ? absl::string_view() : movement.to_place,
              &bytes);
    PutVarint(static_cast<uint64_t>(movement.lot.value), &bytes);
    PutVarint(static_cast<uint64_t>(movement.quantity_g), &bytes);
  }
  return bytes;
}

absl::StatusOr<Posting> DecodePosting(absl::string_view bytes) {
  FieldReader reader(bytes);
  Posting posting;
  const bool is_posting = reader.Byte() == kPostingLeaf;
  posting.recorded_us = reader.Number();
  posting.occurred_at.us = reader.Number();
  posting.occurred_at.offset_minutes = static_cast<int32_t>(reader.Zigzag());
  posting.kind = static_cast<PostingKind>(reader.Kind(kPostingKindLast));
  posting.request_id.high = reader.BigEndian();
  posting.request_id.low = reader.BigEndian();
  posting.reference = reader.String();
  posting.linked_position = reader.Number();
  posting.discrepancy_reason = reader.String();
  posting.fefo_override_reason = reader.String();
  for (uint64_t left = reader.Varint(); left > 0 && !reader.failed(); --left) {
    posting.movements.push_back(ReadMovement(reader));
  }
  // Encoding again catches what has a second encoding, such as a place written twice.
  if (!is_posting || !reader.IsWhole() || EncodePosting(posting) != bytes) {
    return absl::DataLossError(absl::StrCat("the bytes ", absl::BytesToHexString(bytes),
                                            " are not a posting; restore the store from a backup"));
  }
  return posting;
}

}  // namespace milkway::inventory
