// What the shipments ask the inventory before they decide.

#ifndef MILKWAY_SERVICES_SHIPMENTS_INVENTORY_PEER_H_
#define MILKWAY_SERVICES_SHIPMENTS_INVENTORY_PEER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "clients/cpp/service_channel.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/runtime/peer.h"
#include "services/shipments/release.h"
#include "services/shipments/shipment.h"

namespace milkway::shipments {

// Thread-safe; Connect is called once. What the inventory refuses reaches the
// finisher as it was said. Finishers are called exactly once, on some thread.
class InventoryPeer {
 public:
  using Finish = absl::AnyInvocable<void(absl::StatusOr<PackWeights>) &&>;

  // `caller`: as whom it asks, "service:shipments".
  explicit InventoryPeer(const std::string& caller);

  void Connect(const clients::ServiceChannel& inventory);

  // The pack weights of `lots`; without a call if there are none.
  // NOT_FOUND (LOT_UNKNOWN).
  void AskPackWeights(const std::vector<LotId>& lots, Finish finish) const;

  // Whether the draft can be: both places exist, and goods can be sent to the
  // second; all lots exist. Gives their pack weights.
  //   NOT_FOUND            LOCATION_UNKNOWN, LOT_UNKNOWN
  //   FAILED_PRECONDITION  LOCATION_KIND_WRONG
  // `draft` must live until the finisher was called.
  void AskAboutDraft(const ShipmentDraft& draft, Finish finish) const;

  using FinishHeld = absl::AnyInvocable<void(absl::StatusOr<HeldStock>) &&>;
  // What lies in quarantine at a place of each of `lots`.
  void AskHeldStock(const std::string& location_id, std::vector<LotId> lots,
                    FinishHeld finish) const;

 private:
  // The same for the lots from `index` on, one after another.
  void AskNextHeld(const std::string& location_id, std::vector<LotId> lots, size_t index,
                   HeldStock held, FinishHeld finish) const;
  void AskLocation(
      const std::string& location_id,
      absl::AnyInvocable<void(absl::StatusOr<inventory::v1::LocationKind>) &&> finish) const;

  runtime::Peer<inventory::v1::CatalogService> catalog_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<inventory::v1::StockService> stock_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_INVENTORY_PEER_H_
