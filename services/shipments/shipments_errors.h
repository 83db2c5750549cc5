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

// NOT_FOUND RECEIPT_UNKNOWN: no receipt of that place.
absl::Status ReceiptUnknownAt(absl::string_view destination_id, absl::string_view receipt_id);
// NOT_FOUND PHOTO_UNKNOWN. `sha256`: its bytes.
absl::Status PhotoUnknown(absl::string_view receipt_id, absl::string_view sha256);
// FAILED_PRECONDITION RECEIPT_PHOTOS_FULL.
absl::Status ReceiptPhotosFull(absl::string_view receipt_id, int64_t max);

// ALREADY_EXISTS: SHIPMENT_EXISTS, RECEIPT_EXISTS. The id names something else.
absl::Status ShipmentExists(absl::string_view shipment_id);
absl::Status ReceiptExists(absl::string_view receipt_id);

// ABORTED SHIPMENT_BUSY: another step on it is under way.
absl::Status ShipmentBusy(absl::string_view shipment_id);

// PERMISSION_DENIED CALLER_NOT_STAFF: by lot only staff and services ask.
absl::Status LotFilterForStaff();

// FAILED_PRECONDITION LOCATION_KIND_WRONG: goods are not sent to suppliers.
absl::Status DestinationIsSupplier(absl::string_view location_id);
// FAILED_PRECONDITION SHIPMENT_NOT_DRAFT.
absl::Status ShipmentNotDraft(absl::string_view shipment_id, ShipmentState state);
// FAILED_PRECONDITION SHIPMENT_NOT_DISPATCHED.
absl::Status ShipmentNotDispatched(absl::string_view shipment_id, ShipmentState state);
// FAILED_PRECONDITION SHIPMENT_CANCELLED.
absl::Status ShipmentCancelled(absl::string_view shipment_id);
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
// FAILED_PRECONDITION RECEIPT_REFUSED_TOO_MANY: after the other packs of the line
// `refused_max` packs are in transit.
absl::Status ReceiptRefusedTooMany(absl::string_view shipment_id, const ReceiptLine& line,
                                   int64_t refused_max);
// FAILED_PRECONDITION RECEIPT_RELEASED: it went into quarantine and was released from
// there.
absl::Status ReceiptReleased(absl::string_view receipt_id, const OccurredAt& released_at);
// FAILED_PRECONDITION RECEIPT_SHORTAGE_RESOLVED: of the packs that it stated to be
// missing `resolved` were found or are lost for certain.
absl::Status ReceiptShortageResolved(absl::string_view receipt_id, LotId lot, int64_t resolved);
// FAILED_PRECONDITION RECEIPT_TOO_DETAILED: a posting holds fewer movements.
absl::Status ReceiptTooDetailed(absl::string_view receipt_id, size_t movements,
                                size_t movements_max);

// FAILED_PRECONDITION NOTHING_IN_TRANSIT.
absl::Status NothingInTransit(absl::string_view shipment_id);
// FAILED_PRECONDITION SHIPMENT_NOT_RECEIVED: nothing of it arrived.
absl::Status ShipmentNotReceived(absl::string_view shipment_id);
// FAILED_PRECONDITION EXIT_BEFORE_DISPATCH.
absl::Status ExitBeforeDispatch(absl::string_view shipment_id, const OccurredAt& at,
                                const OccurredAt& dispatched_at);
// FAILED_PRECONDITION RETURN_ORIGIN_WRONG. Does not say where the shipment came from.
absl::Status ReturnOriginWrong(absl::string_view shipment_id, absl::string_view origin_id);
// FAILED_PRECONDITION RETURN_TOO_MANY: `packs_max` are in transit or declared lost.
absl::Status ReturnTooMany(absl::string_view shipment_id, LotId lot, int64_t packs_max);
// FAILED_PRECONDITION RETURN_TOO_DETAILED, RELEASE_TOO_DETAILED: a posting holds fewer
// movements.
absl::Status ReturnTooDetailed(absl::string_view shipment_id, size_t movements,
                               size_t movements_max);
absl::Status ReleaseTooDetailed(absl::string_view shipment_id, size_t movements,
                                size_t movements_max);

// FAILED_PRECONDITION RELEASE_NOT_REQUIRED, SHIPMENT_RELEASED (with which document),
// RELEASE_CERTIFICATE_WRONG. `what` reads on from the document: "has no number".
absl::Status ReleaseNotRequired(absl::string_view shipment_id);
absl::Status ShipmentReleased(absl::string_view shipment_id, absl::string_view document_id);
absl::Status ReleaseCertificateWrong(absl::string_view shipment_id, absl::string_view document_id,
                                     absl::string_view what);

// NOT_FOUND DOCUMENT_UNKNOWN, ALREADY_EXISTS DOCUMENT_EXISTS.
absl::Status DocumentUnknown(absl::string_view shipment_id, absl::string_view document_id);
absl::Status DocumentExists(absl::string_view shipment_id, absl::string_view document_id);

// ALREADY_EXISTS TEMPERATURE_EXISTS: the logger measured `known_milli_c` at that instant.
absl::Status TemperatureExists(absl::string_view logger_id, int64_t read_us, int32_t known_milli_c);
// FAILED_PRECONDITION TEMPERATURE_RANGE_DIFFERS.
absl::Status TemperatureRangeDiffers(absl::string_view logger_id);

// PERMISSION_DENIED COUNTERSIGNER_SAME.
absl::Status CountersignerSame(absl::string_view receipt_id);
// FAILED_PRECONDITION RECEIPT_COUNTERSIGNED by somebody else, RECEIPT_CHANGED: `version`
// stands, COUNTERSIGNED_BEFORE_RECEIPT.
absl::Status ReceiptCountersigned(absl::string_view receipt_id);
absl::Status ReceiptChanged(absl::string_view receipt_id, int64_t version);
absl::Status CountersignedBeforeReceipt(absl::string_view receipt_id, const OccurredAt& signed_at,
                                        const OccurredAt& received_at);

// NOT_FOUND SHORTAGE_UNKNOWN.
absl::Status ShortageUnknown(absl::string_view shipment_id, absl::string_view receipt_id,
                             LotId lot);
// FAILED_PRECONDITION SHORTAGE_RESOLVED: only `open_packs` are open.
absl::Status ShortageAlreadyResolved(absl::string_view shipment_id, LotId lot, int64_t open_packs);
// FAILED_PRECONDITION RESOLUTION_TOO_EARLY.
absl::Status ResolutionTooEarly(const OccurredAt& at, const OccurredAt& missed_at);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_ERRORS_H_
