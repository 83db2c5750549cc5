#include "clients/cli/shipments.h"

#include <string>
#include <vector>

#include "milkway/shipments/v1/shipments.grpc.pb.h"

namespace milkway::cli {

absl::StatusOr<shipments::v1::GetShipmentResponse> FindShipment(Connection& connection,
                                                                const std::string& shipment_id) {
  shipments::v1::GetShipmentRequest request;
  request.set_shipment_id(shipment_id);
  std::vector<std::string> places = connection.places();
  if (places.empty()) places.emplace_back();  // Staff ask as no place.
  absl::StatusOr<shipments::v1::GetShipmentResponse> response = absl::NotFoundError("");
  for (const std::string& place : places) {
    request.set_place_id(place);
    response = connection.Call(&shipments::v1::ShipmentService::Stub::GetShipment, request);
    if (!absl::IsNotFound(response.status())) break;
  }
  return response;
}

}  // namespace milkway::cli
