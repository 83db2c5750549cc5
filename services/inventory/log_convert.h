// Messages of LogService ↔ domain types.

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_CONVERT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "milkway/inventory/v1/log.pb.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_leaves.h"

namespace milkway::inventory {

// 0 or more. INVALID_ARGUMENT naming `field`.
absl::StatusOr<int64_t> ParseLogSize(absl::string_view field, int64_t size);
// 1 or more. INVALID_ARGUMENT naming `position`.
absl::StatusOr<int64_t> ParseLogPosition(int64_t position);

// Those that another service may append. INVALID_ARGUMENT naming the field of the leaf.
absl::StatusOr<LeafKind> ParseLeafKind(const v1::NewLeaf& leaf);
absl::Status CheckLeafBody(const v1::NewLeaf& leaf);

v1::Checkpoint ToMessage(const rec::CheckpointRecord& record);
v1::DailyCheckpoint ToMessage(int64_t day, const rec::CheckpointRecord& record);
v1::Leaf ToLeafMessage(int64_t position, const rec::LogEntryRecord& record);
void ToMessage(const std::vector<storage::MerkleHash>& hashes,
               google::protobuf::RepeatedPtrField<std::string>* message);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_CONVERT_H_
