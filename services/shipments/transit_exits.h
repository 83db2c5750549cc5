// Goods that leave transit without a receipt: lost, missing when the shipment is closed,
// or back at the origin. Decided here, posted by the ledger, concluded here.

#ifndef MILKWAY_SERVICES_SHIPMENTS_TRANSIT_EXITS_H_
#define MILKWAY_SERVICES_SHIPMENTS_TRANSIT_EXITS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipment.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr int64_t kExitsMax = 100;  // of one shipment

// The numbers are those of the public TransitExitKind; they are on disk.
enum class ExitKind : uint8_t {
  kLost = 1,
  kClosed = 2,
  kReturned = 3,
};

struct Loss {
  std::string shipment_id;
  OccurredAt occurred_at;
  std::string reason;
  bool closes = false;  // the rest of a shipment of which something arrived
};

struct ReturnedLine {
  LotId lot;
  int64_t packs = 0;  // good ones
  int64_t damaged_packs = 0;
};
struct ReturnToOrigin {
  std::string shipment_id;
  std::string origin_id;
  OccurredAt returned_at;
  std::vector<ReturnedLine> lines;  // each lot once; none: all that is in transit, good
  std::string reason;
};

// Reserves the shipment and says what to post: all that is in transit to missing at the
// destination.
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY
//   FAILED_PRECONDITION  SHIPMENT_NOT_DISPATCHED, EXIT_BEFORE_DISPATCH,
//                        NOTHING_IN_TRANSIT, SHIPMENT_NOT_RECEIVED (to close one of
//                        which nothing arrived), SHIPMENT_FULL
absl::StatusOr<rec::StepRecord> BeginLoss(storage::Transaction& transaction, const Loss& loss,
                                          runtime::RequestId request_id);

// The same for goods that are at the origin again: out of transit, then out of what was
// declared lost. RETURN_ORIGIN_WRONG, RETURN_TOO_MANY and RETURN_TOO_DETAILED besides
// those above, INVALID_ARGUMENT naming lines[i] as PlanReceipt.
absl::StatusOr<rec::StepRecord> BeginReturn(storage::Transaction& transaction,
                                            const ReturnToOrigin& returned,
                                            runtime::RequestId request_id);

// It is posted: the goods have left transit, and the shipment is free again.
absl::StatusOr<rec::ShipmentRecord> EndExit(storage::Transaction& transaction,
                                            const rec::StepRecord& step, const Posted& posted);

// In the order in which they were recorded.
absl::StatusOr<std::vector<rec::TransitExitRecord>> ExitsOf(const storage::Reader& reader,
                                                            const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_TRANSIT_EXITS_H_
