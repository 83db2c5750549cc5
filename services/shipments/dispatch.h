// A shipment leaves: decided here, posted by the ledger, concluded here.

#ifndef MILKWAY_SERVICES_SHIPMENTS_DISPATCH_H_
#define MILKWAY_SERVICES_SHIPMENTS_DISPATCH_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

struct Dispatch {
  std::string shipment_id;
  OccurredAt dispatched_at;
  std::string fefo_override_reason;  // may be empty
};

// Reserves the shipment and says what to post: usable at the origin to in transit.
// SHIPMENT_UNKNOWN, SHIPMENT_BUSY, SHIPMENT_NOT_DRAFT.
absl::StatusOr<rec::StepRecord> BeginDispatch(storage::Transaction& transaction,
                                              const Dispatch& dispatch,
                                              runtime::RequestId request_id);

// It is posted: the shipment has left, and is free again.
absl::StatusOr<rec::ShipmentRecord> EndDispatch(storage::Transaction& transaction,
                                                const rec::StepRecord& step, const Posted& posted);

// The ledger refused: as if the dispatch had never been asked for.
absl::Status AbandonDispatch(storage::Transaction& transaction, const rec::StepRecord& step);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_DISPATCH_H_
