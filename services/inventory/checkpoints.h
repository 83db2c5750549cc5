// Signed checkpoints of the log.

#ifndef MILKWAY_SERVICES_INVENTORY_CHECKPOINTS_H_
#define MILKWAY_SERVICES_INVENTORY_CHECKPOINTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_signer.h"
#include "storage/store.h"

namespace milkway::inventory {

// Of the log when it had `size` leaves; 0: now. Leaves signed_us out. OUT_OF_RANGE
// (LOG_SHORTER) if it never had them.
absl::StatusOr<rec::CheckpointRecord> SignCheckpoint(const storage::Reader& reader,
                                                     const LogSigner& signer, int64_t size);

// Signs and keeps a checkpoint if the day of `now_us` (UTC) has none. An empty log has
// no checkpoints.
absl::Status KeepDailyCheckpoint(storage::Transaction& transaction, const LogSigner& signer,
                                 int64_t now_us);

// The size that a caller asked for: 0 means all. OUT_OF_RANGE (LOG_SHORTER).
absl::StatusOr<int64_t> ResolveSize(const storage::Reader& reader, int64_t size);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_CHECKPOINTS_H_
