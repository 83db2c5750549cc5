// Shipments that are planned, given up and followed on their way. What the ledger
// takes part in is in dispatch.h and receipts.h.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/shipments/changes.h"
#include "services/shipments/shipment.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

// GetShipment answers with all that happened to a shipment, and its answer must fit
// into the 4 MiB that a client takes.
inline constexpr int64_t kMilestonesMax = 500;
inline constexpr int64_t kReceiptVersionsMax = 800;
inline constexpr int64_t kLotsMax = 500;  // shipped, or named by a receipt

// Stores a draft. Storing the same draft again returns the shipment as it stands.
// `weights` has every lot of the draft.
//   INVALID_ARGUMENT  naming lines[i].packs if they weigh more than the ledger moves
//   ALREADY_EXISTS    SHIPMENT_EXISTS
absl::StatusOr<rec::ShipmentRecord> CreateShipment(storage::Transaction& transaction,
                                                   const ShipmentDraft& draft,
                                                   const PackWeights& weights, const Actor& actor);

// Gives up a draft; again is OK. SHIPMENT_UNKNOWN, SHIPMENT_BUSY, SHIPMENT_NOT_DRAFT.
absl::StatusOr<rec::ShipmentRecord> CancelShipment(storage::Transaction& transaction,
                                                   const std::string& shipment_id,
                                                   const Actor& actor);

// Adds a milestone. A receipt under way is no hindrance, a dispatch is.
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY
//   FAILED_PRECONDITION  SHIPMENT_NOT_DISPATCHED, MILESTONE_BEFORE_DISPATCH,
//                        SHIPMENT_FULL
absl::Status RecordMilestone(storage::Transaction& transaction, const std::string& shipment_id,
                             const Milestone& milestone, const Actor& actor);

// NOT_FOUND (SHIPMENT_UNKNOWN).
absl::StatusOr<rec::ShipmentRecord> ReadShipment(const storage::Reader& reader,
                                                 const std::string& shipment_id);
// The same, for a step that changes it: ABORTED (SHIPMENT_BUSY) if one is under way.
absl::StatusOr<rec::ShipmentRecord> ReadFreeShipment(const storage::Reader& reader,
                                                     const std::string& shipment_id);

// In order of the time they happened.
absl::StatusOr<std::vector<Milestone>> MilestonesOf(const storage::Reader& reader,
                                                    const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_H_
