// The leaves of the log that tell of lots, with their proofs.

#ifndef MILKWAY_SERVICES_INVENTORY_PROVE_LOTS_H_
#define MILKWAY_SERVICES_INVENTORY_PROVE_LOTS_H_

#include <cstdint>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/log.pb.h"
#include "services/inventory/log_signer.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::inventory {

inline constexpr size_t kLeavesProvenMax = 20'000;

// Where the log tells of a lot: its purchase, its costs, and what became of it between
// places. Not what was served: that would tell of single class days.
// NOT_FOUND (LOT_UNKNOWN).
absl::StatusOr<std::set<int64_t>> LeavesOfLot(const storage::Reader& reader, LotId lot);

// Proofs of `positions` for the log as `reader` sees it. RESOURCE_EXHAUSTED
// (PROOF_TOO_LARGE), OUT_OF_RANGE (LOG_SHORTER).
absl::StatusOr<v1::ProveLotsResponse> ProveLeaves(const storage::Reader& reader,
                                                  const LogSigner& signer,
                                                  const std::set<int64_t>& positions);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_PROVE_LOTS_H_
