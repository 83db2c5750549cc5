#include "clients/cli/shipments.h"

#include "milkway/shipments/v1/shipments.grpc.pb.h"

namespace milkway::cli {

absl::StatusOr<shipments::v1::GetShipmentResponse> FindShipment(Connection& connection,
                                                                const std::string& shipment_id) {
  shipments::v1::GetShipmentRequest request;
  request.set_shipment_id(shipment_id);
  request.set_place_id(connection.place());
  return connection.Call(&shipments::v1::ShipmentService::Stub::GetShipment, request);
}

}  // namespace milkway::cli
