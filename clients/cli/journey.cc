#include "clients/cli/journey.h"

#include <algorithm>

#include "clients/cli/pages.h"
#include "clients/cli/shipment_text.h"
#include "clients/cli/shipments.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;
using inventory::v1::PurchaseService;
using shipments::v1::ShipmentService;

constexpr int kPositionsMax = 1'000;
constexpr int kPairsMax = 10'000;

absl::Status ReadPurchases(Connection& connection, const std::string& purchase_id,
                           Journey* journey) {
  if (purchase_id.empty()) {
    ASSIGN_OR_RETURN(journey->purchases, ListAll<inventory::v1::Purchase>(
                                             connection, &PurchaseService::Stub::ListPurchases,
                                             inventory::v1::ListPurchasesRequest(),
                                             &inventory::v1::ListPurchasesResponse::purchases));
  } else {
    inventory::v1::GetPurchaseRequest request;
    request.set_purchase_id(purchase_id);
    ASSIGN_OR_RETURN(const auto response,
                     connection.Call(&PurchaseService::Stub::GetPurchase, request));
    journey->purchases.push_back(response.purchase());
  }
  inventory::v1::ListLotsRequest request;
  request.set_purchase_id(purchase_id);
  ASSIGN_OR_RETURN(const auto lots,
                   ListAll<inventory::v1::Lot>(connection, &PurchaseService::Stub::ListLots,
                                               request, &inventory::v1::ListLotsResponse::lots));
  for (const inventory::v1::Lot& lot : lots) journey->lots.emplace(lot.lot_id(), lot);
  return absl::OkStatus();
}

absl::Status ReadCatalog(Connection& connection, Journey* journey) {
  ASSIGN_OR_RETURN(const auto locations, ListAll<inventory::v1::Location>(
                                             connection, &CatalogService::Stub::ListLocations,
                                             inventory::v1::ListLocationsRequest(),
                                             &inventory::v1::ListLocationsResponse::locations));
  for (const auto& location : locations) {
    journey->locations.emplace(location.location_id(), location);
  }
  ASSIGN_OR_RETURN(const auto products,
                   ListAll<inventory::v1::Product>(connection, &CatalogService::Stub::ListProducts,
                                                   inventory::v1::ListProductsRequest(),
                                                   &inventory::v1::ListProductsResponse::products));
  for (const auto& product : products) journey->products.emplace(product.product_id(), product);
  return absl::OkStatus();
}

absl::Status ReadPositions(Connection& connection, Journey* journey) {
  inventory::v1::GetLotPositionsRequest request;
  for (auto lot = journey->lots.begin(); lot != journey->lots.end();) {
    request.add_lot_ids(lot->first);
    ++lot;
    if (request.lot_ids_size() < kPositionsMax && lot != journey->lots.end()) continue;
    ASSIGN_OR_RETURN(const auto response,
                     connection.Call(&inventory::v1::StockService::Stub::GetLotPositions, request));
    for (const auto& position : response.positions()) {
      journey->positions.emplace(position.lot_id(), position);
    }
    request.clear_lot_ids();
  }
  return absl::OkStatus();
}

// The shipments that carried one of the lots, or brought it unannounced.
absl::Status ReadShipments(Connection& connection, Journey* journey) {
  ASSIGN_OR_RETURN(const auto shipments, ListAll<shipments::v1::Shipment>(
                                             connection, &ShipmentService::Stub::ListShipments,
                                             shipments::v1::ListShipmentsRequest(),
                                             &shipments::v1::ListShipmentsResponse::shipments));
  for (const auto& shipment : shipments) {
    shipments::v1::GetShipmentResponse summary;
    *summary.mutable_shipment() = shipment;
    bool carries = false;
    for (const int64_t lot_id : LotIdsOf(summary)) carries |= journey->lots.contains(lot_id);
    if (!carries) continue;
    ASSIGN_OR_RETURN(auto response, FindShipment(connection, shipment.shipment_id()));
    journey->shipments.push_back(std::move(response));
  }
  return absl::OkStatus();
}

absl::Status ReadCups(Connection& connection, Journey* journey) {
  std::vector<std::pair<int64_t, std::string>> pairs;
  for (const auto& [lot_id, position] : journey->positions) {
    for (const auto& school : position.schools()) pairs.emplace_back(lot_id, school.school_id());
  }
  for (size_t start = 0; start < pairs.size(); start += kPairsMax) {
    const size_t end = std::min(pairs.size(), start + kPairsMax);
    consumption::v1::GetServingsRequest request;
    for (size_t i = start; i < end; ++i) {
      consumption::v1::LotAtSchool& pair = *request.add_pairs();
      pair.set_lot_id(pairs[i].first);
      pair.set_school_id(pairs[i].second);
    }
    ASSIGN_OR_RETURN(
        const auto response,
        connection.Call(&consumption::v1::DistributionService::Stub::GetServings, request));
    if (response.servings_size() != request.pairs_size()) {
      return absl::InternalError("the server did not give the servings of every pair");
    }
    for (int i = 0; i < response.servings_size(); ++i) {
      journey->cups[pairs[start + static_cast<size_t>(i)]] = {response.servings(i).servings(),
                                                              response.servings(i).served_g()};
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Journey> ReadJourney(Connection& connection, const std::string& purchase_id) {
  Journey journey;
  RETURN_IF_ERROR(ReadPurchases(connection, purchase_id, &journey));
  RETURN_IF_ERROR(ReadCatalog(connection, &journey));
  RETURN_IF_ERROR(ReadPositions(connection, &journey));
  RETURN_IF_ERROR(ReadShipments(connection, &journey));
  RETURN_IF_ERROR(ReadCups(connection, &journey));
  return journey;
}

}  // namespace milkway::cli
