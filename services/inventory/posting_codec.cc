#include "services/inventory/posting_codec.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/canonical.h"
#include "storage/key_codec.h"

namespace milkway::inventory {

namespace {

using runtime::CanonicalReader;
using runtime::PutByte;
using runtime::PutString;
using runtime::PutVarint;
using runtime::PutZigzag;

constexpr char kPostingLeaf = 1;

Movement ReadMovement(CanonicalReader& reader) {
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
  CanonicalReader reader(bytes);
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
