// The journey of a gift's milk as its donor may see it: bought, sent, passed, arrived,
// drunk, and what comes next.

#ifndef MILKWAY_SERVICES_IMPACT_JOURNEY_QUESTIONS_H_
#define MILKWAY_SERVICES_IMPACT_JOURNEY_QUESTIONS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/statements.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/impact/statements.h"
#include "services/runtime/asking.h"
#include "services/runtime/peer.h"
#include "services/runtime/service.h"
#include "storage/store.h"

namespace milkway::impact {

// Thread-safe; Connect is called once.
class Journeys {
 public:
  // Both must outlive this.
  Journeys(storage::Store* store, runtime::Asking* asking);

  void Connect(const runtime::Peers& peers);

  // What was drunk is told as the last publication told it; the rest as it is now. Waits:
  // only within a task of `asking`. NOT_FOUND (GIFT_UNKNOWN), FAILED_PRECONDITION
  // (LOTS_TOO_MANY) above 100 lots.
  absl::StatusOr<v1::GiftJourney> Tell(const std::string& gift_id) const;

 private:
  absl::Status AddLot(const LotShare& lot, v1::GiftJourney* journey) const;

  storage::Store& store_;
  runtime::Asking& asking_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<shipments::v1::ShipmentService> shipments_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_JOURNEY_QUESTIONS_H_
