#include "clients/cli/stock.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/shipments.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

bool IsPhysical(inventory::v1::AccountKind kind) {
  return std::any_of(std::begin(kConditions), std::end(kConditions),
                     [kind](const auto& condition) { return condition.value == kind; });
}

// Where shipments go, each asked for once.
class Destinations {
 public:
  explicit Destinations(Connection* connection) : connection_(*connection) {}

  absl::StatusOr<std::string> Of(const std::string& shipment_id) {
    const auto known = destinations_.find(shipment_id);
    if (known != destinations_.end()) return known->second;
    ASSIGN_OR_RETURN(const auto response, FindShipment(connection_, shipment_id));
    return destinations_.emplace(shipment_id, response.shipment().destination_id()).first->second;
  }

 private:
  Connection& connection_;
  std::map<std::string, std::string> destinations_;
};

// Grams of one lot that lie at a place in one condition, or are on their way there.
struct Holding {
  std::string location_id;
  int64_t lot_id = 0;
  inventory::v1::AccountKind condition = inventory::v1::ACCOUNT_KIND_UNSPECIFIED;
  int64_t quantity_g = 0;
};

absl::StatusOr<std::vector<Holding>> ReadBalances(Connection& connection,
                                                  const std::string& location_id,
                                                  int64_t as_of_position) {
  inventory::v1::ListBalancesRequest request;
  request.set_location_id(location_id);
  request.set_as_of_position(as_of_position);
  ASSIGN_OR_RETURN(
      const auto balances,
      ListAll<inventory::v1::Balance>(connection, &inventory::v1::StockService::Stub::ListBalances,
                                      request, &inventory::v1::ListBalancesResponse::balances));
  std::vector<Holding> holdings;
  Destinations destinations(&connection);
  for (const auto& balance : balances) {
    const inventory::v1::AccountKind kind = balance.account().kind();
    if (!IsPhysical(kind) || balance.quantity_g() == 0) continue;
    std::string place = balance.account().place();
    if (kind == inventory::v1::ACCOUNT_KIND_IN_TRANSIT) {
      ASSIGN_OR_RETURN(place, destinations.Of(place));
    }
    holdings.push_back({place, balance.lot_id(), kind, balance.quantity_g()});
  }
  return holdings;
}

// Stock in transit is not at a place: the shipments to it say what is on its way.
absl::Status AddOnTheWay(Connection& connection, const std::string& location_id,
                         std::vector<Holding>* holdings) {
  shipments::v1::ListShipmentsRequest request;
  request.set_destination_id(location_id);
  ASSIGN_OR_RETURN(const auto coming,
                   ListAll<shipments::v1::Shipment>(
                       connection, &shipments::v1::ShipmentService::Stub::ListShipments, request,
                       &shipments::v1::ListShipmentsResponse::shipments));
  for (const auto& shipment : coming) {
    for (const auto& line : shipment.line_statuses()) {
      if (line.in_transit_g() == 0) continue;
      holdings->push_back({location_id, line.lot_id(), inventory::v1::ACCOUNT_KIND_IN_TRANSIT,
                           line.in_transit_g()});
    }
  }
  return absl::OkStatus();
}

// Shipments say what is on its way now; what was on its way then is among all balances.
absl::StatusOr<std::vector<Holding>> ReadHoldings(Connection& connection,
                                                  const std::string& location_id,
                                                  int64_t as_of_position) {
  if (as_of_position > 0) {
    ASSIGN_OR_RETURN(std::vector<Holding> holdings, ReadBalances(connection, "", as_of_position));
    std::erase_if(holdings, [&](const Holding& holding) {
      return !location_id.empty() && holding.location_id != location_id;
    });
    return holdings;
  }
  ASSIGN_OR_RETURN(std::vector<Holding> holdings, ReadBalances(connection, location_id, 0));
  if (!location_id.empty()) RETURN_IF_ERROR(AddOnTheWay(connection, location_id, &holdings));
  return holdings;
}

}  // namespace

absl::StatusOr<std::vector<StockRow>> ReadStock(Connection& connection,
                                                const std::string& location_id,
                                                int64_t as_of_position) {
  ASSIGN_OR_RETURN(const std::vector<Holding> holdings,
                   ReadHoldings(connection, location_id, as_of_position));
  std::set<int64_t> lot_ids;
  for (const Holding& holding : holdings) lot_ids.insert(holding.lot_id);
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(connection, lot_ids));

  using Account =
      std::tuple<std::string, std::string, std::string, std::string, inventory::v1::AccountKind>;
  std::map<Account, StockRow> accounts;
  for (const Holding& holding : holdings) {
    const inventory::v1::Lot& lot = lots.at(holding.lot_id);
    StockRow& row = accounts[{holding.location_id, lot.purchase_id(), lot.product_id(),
                              lot.lot_number(), holding.condition}];
    row.quantity_g += holding.quantity_g;
    row.expires_on = lot.expires_on();
  }
  std::vector<StockRow> rows;
  for (auto& [account, row] : accounts) {
    std::tie(row.location_id, row.purchase_id, row.product_id, row.lot_number, row.condition) =
        account;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string StockJson(const std::vector<StockRow>& rows) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const StockRow& row : rows) {
    json.push_back({{"location_id", row.location_id},
                    {"purchase_id", row.purchase_id},
                    {"product_id", row.product_id},
                    {"lot_number", row.lot_number},
                    {"condition", std::string(WordOf(kConditions, row.condition))},
                    {"quantity_g", row.quantity_g}});
  }
  return absl::StrCat(json.dump(2), "\n");
}

std::string StockTable(const std::vector<StockRow>& rows) {
  TextTable table({{"LOCATION"},
                   {"PRODUCT"},
                   {"LOT"},
                   {"PURCHASE"},
                   {"EXPIRES"},
                   {"CONDITION"},
                   {"GRAMS", TextTable::Align::kRight}});
  int64_t total_g = 0;
  for (const StockRow& row : rows) {
    table.AddRow({row.location_id, row.product_id, row.lot_number, row.purchase_id, row.expires_on,
                  std::string(WordOf(kConditions, row.condition)), WithThousands(row.quantity_g)});
    total_g += row.quantity_g;
  }
  if (rows.empty()) return "no stock anywhere\n";
  table.AddRow({"all", "", "", "", "", "", WithThousands(total_g)});
  return table.ToString();
}

}  // namespace milkway::cli
