#include "services/shipments/shipment_queries.h"

#include <string>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/shipments_errors.h"

namespace milkway::shipments {

namespace {

using storage::Reader;

// What a list of shipments is to hold. Every condition is checked on every row: an
// index only says where to look.
bool Fits(const v1::ListShipmentsRequest& request, uint32_t state,
          const rec::ShipmentRecord& shipment) {
  return (state == 0 || state == shipment.state()) &&
         (request.destination_id().empty() ||
          request.destination_id() == shipment.destination_id()) &&
         (request.origin_id().empty() || request.origin_id() == shipment.origin_id()) &&
         (request.lot_id() == 0 || HasLot(shipment, request.lot_id()));
}

// A page of an index whose key ends with the shipment's id.
template <typename Index>
absl::StatusOr<v1::ListShipmentsResponse> PageOfIndex(const Reader& reader,
                                                      const v1::ListShipmentsRequest& request,
                                                      const storage::KeyRange& range,
                                                      uint32_t state) {
  v1::ListShipmentsResponse answer;
  absl::Status status;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<Index>(reader, range, request,
                               [&](const typename Index::Key& key, const rec::IndexRecord&) {
                                 const std::string& shipment_id = std::get<1>(key);
                                 const auto shipment = ReadShipment(reader, shipment_id);
                                 status.Update(shipment.status());
                                 const bool fits = shipment.ok() && Fits(request, state, *shipment);
                                 if (fits)
                                   *answer.add_shipments() = ToMessage(shipment_id, *shipment);
                                 return fits;
                               }));
  RETURN_IF_ERROR(status);
  return answer;
}

absl::StatusOr<v1::ListShipmentsResponse> PageOfAll(const Reader& reader,
                                                    const v1::ListShipmentsRequest& request,
                                                    uint32_t state) {
  v1::ListShipmentsResponse answer;
  ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                   runtime::ScanPage<ShipmentTable>(
                       reader, ShipmentKey::Range(), request,
                       [&](const ShipmentKey::Key& key, const rec::ShipmentRecord& shipment) {
                         const bool fits = Fits(request, state, shipment);
                         if (fits) *answer.add_shipments() = ToMessage(std::get<0>(key), shipment);
                         return fits;
                       }));
  return answer;
}

bool IsBoundToAPlace(const runtime::Caller& caller) {
  return caller.role == common::v1::ROLE_WAREHOUSE ||
         caller.role == common::v1::ROLE_SCHOOL_CONTACT;
}

}  // namespace

absl::StatusOr<v1::ListShipmentsResponse> ListShipments(const Reader& reader,
                                                        const v1::ListShipmentsRequest& request,
                                                        const runtime::Caller& caller) {
  ASSIGN_OR_RETURN(const uint32_t state, ParseStateFilter(request.state()));
  if (request.lot_id() < 0) {
    return runtime::InvalidField("lot_id", "must be a lot, which are numbered from 1, or 0");
  }
  if (request.lot_id() != 0) {
    if (IsBoundToAPlace(caller)) return LotFilterForStaff();
    return PageOfIndex<ShipmentByLotTable>(reader, request,
                                           ShipmentByLotKey::Range(request.lot_id()), state);
  }
  if (!request.destination_id().empty()) {
    return PageOfIndex<ShipmentByDestinationTable>(
        reader, request, ShipmentByDestinationKey::Range(request.destination_id()), state);
  }
  if (!request.origin_id().empty()) {
    return PageOfIndex<ShipmentByOriginTable>(
        reader, request, ShipmentByOriginKey::Range(request.origin_id()), state);
  }
  return PageOfAll(reader, request, state);
}

absl::StatusOr<v1::ListLaneTimesResponse> ListLaneTimes(const Reader& reader,
                                                        const v1::ListLaneTimesRequest& request) {
  ASSIGN_OR_RETURN(const std::string origin_id, runtime::ParseId("origin_id", request.origin_id()));
  ASSIGN_OR_RETURN(const std::string destination_id,
                   runtime::ParseId("destination_id", request.destination_id()));
  v1::ListLaneTimesResponse answer;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<LaneTable>(reader, LaneKey::Range(origin_id, destination_id), request,
                                   [&](const LaneKey::Key& key, const rec::LaneTimeRecord& lane) {
                                     v1::LaneTime& time = *answer.add_times();
                                     time.set_shipment_id(std::get<3>(key));
                                     time.set_dispatched_us(-std::get<2>(key));
                                     time.set_received_us(lane.received_us());
                                     return true;
                                   }));
  return answer;
}

}  // namespace milkway::shipments
