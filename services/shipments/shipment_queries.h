// Pages of shipments and lanes, by the index that fits the question best.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_QUERIES_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_QUERIES_H_

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::shipments {

// PERMISSION_DENIED (CALLER_NOT_STAFF) if somebody who is bound to a place asks by
// lot; INVALID_ARGUMENT naming the field.
absl::StatusOr<v1::ListShipmentsResponse> ListShipments(const storage::Reader& reader,
                                                        const v1::ListShipmentsRequest& request,
                                                        const runtime::Caller& caller);

// INVALID_ARGUMENT naming the field.
absl::StatusOr<v1::ListLaneTimesResponse> ListLaneTimes(const storage::Reader& reader,
                                                        const v1::ListLaneTimesRequest& request);

// Everything about one shipment. NOT_FOUND (SHIPMENT_UNKNOWN).
absl::StatusOr<v1::GetShipmentResponse> GetShipment(const storage::Reader& reader,
                                                    const v1::GetShipmentRequest& request);

// INVALID_ARGUMENT naming the field; for temperatures NOT_FOUND (SHIPMENT_UNKNOWN).
absl::StatusOr<v1::ListTemperaturesResponse> ListTemperatures(
    const storage::Reader& reader, const v1::ListTemperaturesRequest& request);
absl::StatusOr<v1::ListReceiptsToCountersignResponse> ListReceiptsToCountersign(
    const storage::Reader& reader, const v1::ListReceiptsToCountersignRequest& request);
absl::StatusOr<v1::ListShortagesResponse> ListShortages(const storage::Reader& reader,
                                                        const v1::ListShortagesRequest& request);
absl::StatusOr<v1::ListShipmentChangesResponse> ListShipmentChanges(
    const storage::Reader& reader, const v1::ListShipmentChangesRequest& request);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_QUERIES_H_
