#include "services/inventory/log_convert.h"

#include <limits>
#include <string>

#include "services/runtime/dates.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

constexpr int64_t kLeavesMax = std::numeric_limits<int64_t>::max();

}  // namespace

absl::StatusOr<int64_t> ParseLogSize(absl::string_view field, int64_t size) {
  return runtime::ParseNumber(field, size, 0, kLeavesMax);
}

absl::StatusOr<int64_t> ParseLogPosition(int64_t position) {
  return runtime::ParseNumber("position", position, 1, kLeavesMax);
}

v1::Checkpoint ToMessage(const rec::CheckpointRecord& record) {
  v1::Checkpoint message;
  message.set_note(record.note());
  message.set_size(record.size());
  message.set_root_hash(record.root_hash());
  return message;
}

v1::DailyCheckpoint ToMessage(int64_t day, const rec::CheckpointRecord& record) {
  v1::DailyCheckpoint message;
  message.set_day(FormatDate({static_cast<int32_t>(day)}));
  message.set_signed_us(record.signed_us());
  *message.mutable_checkpoint() = ToMessage(record);
  return message;
}

v1::Leaf ToLeafMessage(int64_t position, const rec::PostingRecord& record) {
  v1::Leaf message;
  message.set_position(position);
  message.set_kind(v1::LEAF_KIND_POSTING);
  message.set_canonical(record.canonical());
  message.set_salt(record.salt());
  return message;
}

void ToMessage(const std::vector<storage::MerkleHash>& hashes,
               google::protobuf::RepeatedPtrField<std::string>* message) {
  for (const storage::MerkleHash& hash : hashes) {
    message->Add(std::string(storage::BytesOf(hash)));
  }
}

}  // namespace milkway::inventory
