// The rows by which shipments are found: by place, lot and lane.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_INDEX_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_INDEX_H_

#include <string>

#include "absl/status/status.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

// A new draft can be found by its places and lots.
absl::Status IndexDraft(storage::Transaction& transaction, const std::string& shipment_id,
                        const rec::ShipmentRecord& shipment);

// Stores a shipment that has left, and the rows by which it is found: it is on its
// lane while it is received, and it is found by the lots that `version` (null: none)
// names. What belongs to its receipts must be stored before.
absl::Status SaveShipment(storage::Transaction& transaction, const std::string& shipment_id,
                          rec::ShipmentRecord* shipment,
                          const rec::ReceiptVersionRecord* version = nullptr);

// True if the lot is on a line of the draft, or was received beyond that.
bool HasLot(const rec::ShipmentRecord& shipment, int64_t lot_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_INDEX_H_
