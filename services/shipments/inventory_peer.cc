#include "services/shipments/inventory_peer.h"

#include <utility>

#include "services/shipments/shipments_errors.h"

namespace milkway::shipments {

namespace {

namespace inv = inventory::v1;

constexpr char kName[] = "inventory";

absl::StatusOr<PackWeights> ToWeights(const std::vector<LotId>& lots,
                                      const absl::StatusOr<inv::GetLotsResponse>& response) {
  if (!response.ok()) return response.status();
  PackWeights weights;
  for (const inv::Lot& lot : response->lots()) {
    if (lot.pack_weight_g() > 0) weights[LotId{lot.lot_id()}] = lot.pack_weight_g();
  }
  for (const LotId lot : lots) {
    if (weights.find(lot) == weights.end()) {
      return absl::InternalError("the inventory answered without the weight of a lot");
    }
  }
  return weights;
}

}  // namespace

InventoryPeer::InventoryPeer(const std::string& caller)
    : catalog_(caller, kName), purchases_(caller, kName), stock_(caller, kName) {}

void InventoryPeer::Connect(const clients::ServiceChannel& inventory) {
  catalog_.Connect(inventory);
  purchases_.Connect(inventory);
  stock_.Connect(inventory);
}

void InventoryPeer::AskPackWeights(const std::vector<LotId>& lots, Finish finish) const {
  if (lots.empty()) return std::move(finish)(PackWeights());
  inv::GetLotsRequest request;
  for (const LotId lot : lots) request.add_lot_ids(lot.value);
  purchases_.Call<inv::GetLotsResponse>(
      &inv::PurchaseService::Stub::async::GetLots, std::move(request),
      [lots, finish = std::move(finish)](absl::StatusOr<inv::GetLotsResponse> response) mutable {
        std::move(finish)(ToWeights(lots, response));
      });
}

void InventoryPeer::AskAboutDraft(const ShipmentDraft& draft, Finish finish) const {
  AskLocation(draft.origin_id, [this, &draft, finish = std::move(finish)](auto origin) mutable {
    if (!origin.ok()) return std::move(finish)(origin.status());
    AskLocation(draft.destination_id, [this, &draft, finish = std::move(finish)](
                                          absl::StatusOr<inv::LocationKind> kind) mutable {
      if (!kind.ok()) return std::move(finish)(kind.status());
      if (*kind == inv::LOCATION_KIND_SUPPLIER) {
        return std::move(finish)(DestinationIsSupplier(draft.destination_id));
      }
      std::vector<LotId> lots;
      for (const ShipmentLine& line : draft.lines) lots.push_back(line.lot);
      AskPackWeights(lots, std::move(finish));
    });
  });
}

void InventoryPeer::AskHeldStock(const std::string& location_id, std::vector<LotId> lots,
                                 FinishHeld finish) const {
  AskNextHeld(location_id, std::move(lots), 0, {}, std::move(finish));
}

void InventoryPeer::AskNextHeld(const std::string& location_id, std::vector<LotId> lots,
                                size_t index, HeldStock held, FinishHeld finish) const {
  if (index == lots.size()) return std::move(finish)(std::move(held));
  inv::ListBalancesRequest request;
  request.set_location_id(location_id);
  request.set_lot_id(lots[index].value);
  stock_.Call<inv::ListBalancesResponse>(
      &inv::StockService::Stub::async::ListBalances, std::move(request),
      [this, location_id, lots = std::move(lots), index, held = std::move(held),
       finish = std::move(finish)](absl::StatusOr<inv::ListBalancesResponse> response) mutable {
        if (!response.ok()) return std::move(finish)(response.status());
        int64_t& held_g = held[lots[index]];
        for (const inv::Balance& balance : response->balances()) {
          const bool is_held = balance.account().kind() == inv::ACCOUNT_KIND_QUARANTINED;
          if (is_held) held_g += balance.quantity_g();
        }
        AskNextHeld(location_id, std::move(lots), index + 1, std::move(held), std::move(finish));
      });
}

void InventoryPeer::AskLocation(
    const std::string& location_id,
    absl::AnyInvocable<void(absl::StatusOr<inv::LocationKind>) &&> finish) const {
  inv::GetLocationRequest request;
  request.set_location_id(location_id);
  catalog_.Call<inv::GetLocationResponse>(
      &inv::CatalogService::Stub::async::GetLocation, std::move(request),
      [finish = std::move(finish)](absl::StatusOr<inv::GetLocationResponse> response) mutable {
        if (!response.ok()) return std::move(finish)(response.status());
        std::move(finish)(response->location().kind());
      });
}

}  // namespace milkway::shipments
