// A certificate lets goods go that were held back: decided here, posted by the ledger,
// concluded here.

#ifndef MILKWAY_SERVICES_SHIPMENTS_RELEASE_H_
#define MILKWAY_SERVICES_SHIPMENTS_RELEASE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

struct ReleaseOrder {
  std::string shipment_id;
  std::string document_id;
  OccurredAt released_at;
};

// Grams of each lot that lie in quarantine at the destination, whoever put them there.
using HeldStock = std::map<LotId, int64_t>;

// Reserves the shipment and says what to post: of each lot what the shipment brought and
// what still lies in quarantine there, whichever is less, becomes usable; nothing to
// post if there is none. It is dated as `order` says, or by the last arrival in
// quarantine if that was later.
//   NOT_FOUND            SHIPMENT_UNKNOWN, DOCUMENT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY, also if `held` lacks a lot that arrived by now
//   FAILED_PRECONDITION  RELEASE_NOT_REQUIRED, SHIPMENT_NOT_DISPATCHED,
//                        SHIPMENT_RELEASED, RELEASE_CERTIFICATE_WRONG,
//                        RELEASE_TOO_DETAILED
absl::StatusOr<rec::StepRecord> BeginRelease(storage::Transaction& transaction,
                                             const ReleaseOrder& order, const HeldStock& held,
                                             runtime::RequestId request_id, int64_t now_us);

// It is posted: what arrives from now on is usable, and the shipment is free again.
absl::StatusOr<rec::ShipmentRecord> EndRelease(storage::Transaction& transaction,
                                               const rec::StepRecord& step, const Posted& posted);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_RELEASE_H_
