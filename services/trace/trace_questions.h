// What trace asks other services.
//
// Every question waits for its answer: only on a thread of `Asking`. Errors are the
// other service's refusals, UNAVAILABLE if it is away, TRACE_TOO_LARGE if a list is
// longer than kRowsMax.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_QUESTIONS_H_
#define MILKWAY_SERVICES_TRACE_TRACE_QUESTIONS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/runtime/asking.h"
#include "services/runtime/peer.h"
#include "services/runtime/service.h"

namespace milkway::trace {

// Thread-safe; Connect is called once.
class Questions {
 public:
  static constexpr size_t kRowsMax = 20'000;
  // Balances, places and schools: what a recall list must never cut.
  static constexpr size_t kPlacesMax = 200'000;

  // `asking` must outlive the questions.
  explicit Questions(runtime::Asking* asking);

  void Connect(const runtime::Peers& peers);

  // A recall with its lots, without the rows of stock.
  struct RecallAndLots {
    inventory::v1::Recall recall;
    std::vector<inventory::v1::Lot> lots;
  };
  absl::StatusOr<RecallAndLots> Recall(const std::string& recall_id) const;

  absl::StatusOr<std::vector<inventory::v1::Lot>> Lots(const std::vector<int64_t>& lot_ids) const;
  absl::StatusOr<inventory::v1::GetLotPositionsResponse> Positions(
      const std::vector<int64_t>& lot_ids) const;
  // What lies somewhere or is on the way, of one lot; with the virtual accounts if asked.
  absl::StatusOr<std::vector<inventory::v1::Balance>> BalancesOfLot(int64_t lot_id,
                                                                    bool with_virtual) const;
  // Everything that ever was at a place and did not leave it as it came.
  absl::StatusOr<std::vector<inventory::v1::Balance>> BalancesAt(
      const std::string& location_id) const;

  // Shipments with a lot, or to a place, drafts too.
  absl::StatusOr<std::vector<shipments::v1::Shipment>> ShipmentsOfLot(int64_t lot_id) const;
  absl::StatusOr<std::vector<shipments::v1::Shipment>> ShipmentsTo(
      const std::string& location_id) const;

  absl::StatusOr<std::vector<consumption::v1::LotSchool>> Schools(
      const std::vector<int64_t>& lot_ids) const;
  // One page, as consumption cuts it; `school_id` and `only_day` may be empty.
  absl::StatusOr<consumption::v1::ListLotClassDaysResponse> ClassDays(
      const std::vector<int64_t>& lot_ids, const std::string& school_id, int32_t page_size,
      const std::string& page_token, const std::string& only_day = "") const;

  // NOT_FOUND (LOCATION_UNKNOWN).
  absl::StatusOr<inventory::v1::Location> Location(const std::string& location_id) const;
  // All of them; locations are written once, so what is known is not asked for again.
  absl::StatusOr<std::map<std::string, inventory::v1::Location>> Locations(
      const std::set<std::string>& location_ids) const;
  absl::StatusOr<std::map<std::string, std::vector<inventory::v1::Contact>>> Contacts(
      const std::vector<std::string>& location_ids) const;

 private:
  // Those of `location_ids` that are known already.
  std::map<std::string, inventory::v1::Location> KnownLocations(
      const std::set<std::string>& location_ids) const;

  runtime::Asking& asking_;
  runtime::Peer<inventory::v1::CatalogService> catalog_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<inventory::v1::StockService> stock_;
  runtime::Peer<inventory::v1::RecallService> recalls_;
  runtime::Peer<shipments::v1::ShipmentService> shipments_;
  runtime::Peer<consumption::v1::SummaryService> summaries_;

  mutable absl::Mutex mutex_;
  mutable std::map<std::string, inventory::v1::Location> known_locations_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_QUESTIONS_H_
