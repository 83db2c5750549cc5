// The named refusals of the shipments.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_ERRORS_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_ERRORS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/runtime/dates.h"
#include "services/shipments/shipment.h"

namespace milkway::shipments {

// NOT_FOUND: SHIPMENT_UNKNOWN, RECEIPT_UNKNOWN.
absl::Status ShipmentUnknown(absl::string_view shipment_id);
absl::Status ReceiptUnknown(absl::string_view shipment_id, absl::string_view receipt_id);

// ALREADY_EXISTS: SHIPMENT_EXISTS, RECEIPT_EXISTS. The id names something else.
absl::Status ShipmentExists(absl::string_view shipment_id);
absl::Status ReceiptExists(absl::string_view receipt_id);

// ABORTED SHIPMENT_BUSY: another step on it is under way.
absl::Status ShipmentBusy(absl::string_view shipment_id);

// FAILED_PRECONDITION LOCATION_KIND_WRONG: goods are not sent to suppliers.
absl::Status DestinationIsSupplier(absl::string_view location_id);
// FAILED_PRECONDITION SHIPMENT_NOT_DRAFT.
absl::Status ShipmentNotDraft(absl::string_view shipment_id, ShipmentState state);
// FAILED_PRECONDITION SHIPMENT_NOT_DISPATCHED.
absl::Status ShipmentNotDispatched(absl::string_view shipment_id, ShipmentState state);
// FAILED_PRECONDITION SHIPMENT_FULL. `what`: "milestones",
// "receipts and corrections", "lots".
absl::Status ShipmentFull(absl::string_view shipment_id, absl::string_view what, int64_t max);
// FAILED_PRECONDITION MILESTONE_BEFORE_DISPATCH, RECEIPT_BEFORE_DISPATCH.
absl::Status MilestoneBeforeDispatch(absl::string_view shipment_id, const OccurredAt& occurred_at,
                                     const OccurredAt& dispatched_at);
absl::Status ReceiptBeforeDispatch(absl::string_view shipment_id, const OccurredAt& received_at,
                                   const OccurredAt& dispatched_at);
// FAILED_PRECONDITION RECEIPT_DESTINATION_WRONG. Does not say where the shipment goes:
// the caller's scope may not reach there.
absl::Status ReceiptDestinationWrong(absl::string_view shipment_id,
                                     absl::string_view destination_id);
// FAILED_PRECONDITION RECEIPT_MISSING_TOO_MANY: after the good and damaged packs of
// the line `missing_max` packs are in transit.
absl::Status ReceiptMissingTooMany(absl::string_view shipment_id, const ReceiptLine& line,
                                   int64_t missing_max);
// FAILED_PRECONDITION RECEIPT_TOO_DETAILED: a posting holds fewer movements.
absl::Status ReceiptTooDetailed(absl::string_view receipt_id, size_t movements,
                                size_t movements_max);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_ERRORS_H_
