#include "services/inventory/log_convert.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

constexpr int64_t kLeavesMax = std::numeric_limits<int64_t>::max();
constexpr size_t kLeafBodyBytesMax = 4096;

}  // namespace

absl::StatusOr<int64_t> ParseLogSize(absl::string_view field, int64_t size) {
  return runtime::ParseNumber(field, size, 0, kLeavesMax);
}

absl::StatusOr<int64_t> ParseLogPosition(int64_t position) {
  return runtime::ParseNumber("position", position, 1, kLeavesMax);
}

absl::StatusOr<LeafKind> ParseLeafKind(const v1::NewLeaf& leaf) {
  switch (leaf.kind()) {
    case v1::LEAF_KIND_ALLOCATION:
      return LeafKind::kAllocation;
    case v1::LEAF_KIND_STATEMENT:
      return LeafKind::kStatement;
    case v1::LEAF_KIND_AUDIT:
      return LeafKind::kAudit;
    default:
      return runtime::InvalidField("kind", "must be an allocation, a statement or an audit log");
  }
}

absl::Status CheckLeafBody(const v1::NewLeaf& leaf) {
  if (!leaf.body().empty() && leaf.body().size() <= kLeafBodyBytesMax) return absl::OkStatus();
  return runtime::InvalidField("body",
                               absl::StrCat("must have 1 to ", kLeafBodyBytesMax, " bytes"));
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

v1::Leaf ToLeafMessage(int64_t position, const rec::LogEntryRecord& record) {
  v1::Leaf message;
  message.set_position(position);
  message.set_kind(
      static_cast<v1::LeafKind>(record.canonical().empty() ? 0 : record.canonical()[0]));
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
