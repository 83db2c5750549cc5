// Between the messages of shipments and their domain types. INVALID_ARGUMENT names
// the field from the message given on.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_CONVERT_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "services/shipments/dispatch.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment.h"
#include "services/shipments/shipments_keys.h"

namespace milkway::shipments {

absl::StatusOr<ShipmentDraft> ParseShipment(const v1::Shipment& message);
v1::Shipment ToMessage(const std::string& shipment_id, const rec::ShipmentRecord& record);

absl::StatusOr<Dispatch> ParseDispatch(const v1::DispatchShipmentRequest& request);

absl::StatusOr<Milestone> ParseMilestone(const v1::Milestone& message);
v1::Milestone ToMessage(const Milestone& milestone);

absl::StatusOr<Receipt> ParseReceipt(const v1::Receipt& message);
// As a correction states it: received_at may be absent, and lines too.
absl::StatusOr<Receipt> ParseCorrectedReceipt(const v1::Receipt& message);
absl::StatusOr<std::string> ParseCorrectionReason(const std::string& reason);
v1::RecordedReceipt ToMessage(const ReceiptOnRecord& receipt);

// The state that a list is filtered by; 0 for all.
absl::StatusOr<uint32_t> ParseStateFilter(v1::ShipmentState state);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_CONVERT_H_
