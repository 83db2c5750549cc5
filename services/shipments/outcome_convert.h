// Between the messages of losses, returns, releases, countersignatures and shortages and
// their domain types. INVALID_ARGUMENT names the field from the message given on.

#ifndef MILKWAY_SERVICES_SHIPMENTS_OUTCOME_CONVERT_H_
#define MILKWAY_SERVICES_SHIPMENTS_OUTCOME_CONVERT_H_

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "services/shipments/countersign.h"
#include "services/shipments/release.h"
#include "services/shipments/shortages.h"
#include "services/shipments/transit_exits.h"

namespace milkway::shipments {

absl::StatusOr<Loss> ParseLoss(const v1::DeclareLostRequest& request);
absl::StatusOr<Loss> ParseLoss(const v1::CloseShipmentRequest& request);
absl::StatusOr<ReturnToOrigin> ParseReturn(const v1::RecordReturnRequest& request);
v1::TransitExit ToMessage(const rec::TransitExitRecord& exit);

absl::StatusOr<ReleaseOrder> ParseRelease(const v1::RecordReleaseRequest& request);

absl::StatusOr<Countersigning> ParseCountersigning(const v1::CountersignReceiptRequest& request);

absl::StatusOr<Resolution> ParseResolution(const v1::ResolveShortageRequest& request);
v1::Shortage ToMessage(const ShortageOnRecord& shortage);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_OUTCOME_CONVERT_H_
