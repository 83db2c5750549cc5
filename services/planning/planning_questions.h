// What planning asks other services.
//
// Every question waits for its answer: only on a thread of `Asking`. Errors are the
// other service's refusals, UNAVAILABLE if it is away.

#ifndef MILKWAY_SERVICES_PLANNING_PLANNING_QUESTIONS_H_
#define MILKWAY_SERVICES_PLANNING_PLANNING_QUESTIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/service_channel.h"
#include "grpcpp/client_context.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "services/runtime/asking.h"
#include "services/runtime/dates.h"
#include "services/runtime/peer.h"
#include "services/runtime/service.h"

namespace milkway::planning {

// Thread-safe; Connect is called once.
class Questions {
 public:
  // `asking` must outlive the questions.
  explicit Questions(runtime::Asking* asking);

  void Connect(const runtime::Peers& peers);
  // Ends a verification that is under way.
  void Stop();

  // NOT_FOUND (SCHOOL_UNKNOWN).
  absl::StatusOr<consumption::v1::School> School(const std::string& school_id) const;
  absl::StatusOr<consumption::v1::ListSchoolsResponse> Schools(const std::string& page_token) const;
  absl::StatusOr<std::vector<consumption::v1::Term>> Terms(const std::string& school_id) const;
  absl::StatusOr<std::vector<consumption::v1::ServingPolicy>> Policies(
      const std::string& school_id) const;
  // Days with records, from a day on.
  absl::StatusOr<std::vector<consumption::v1::ServedDay>> ServedDays(const std::string& school_id,
                                                                     LocalDate from) const;

  absl::StatusOr<std::vector<inventory::v1::Location>> Warehouses() const;
  absl::StatusOr<inventory::v1::Location> Location(const std::string& location_id) const;
  // Good stock at a place.
  absl::StatusOr<std::vector<inventory::v1::Balance>> UsableAt(
      const std::string& location_id) const;
  // In the order asked. What changes of a lot (its cost) is not to be trusted.
  absl::StatusOr<std::vector<inventory::v1::Lot>> Lots(const std::vector<int64_t>& lot_ids) const;
  absl::StatusOr<std::vector<inventory::v1::Purchase>> Purchases() const;
  absl::StatusOr<std::vector<inventory::v1::Lot>> LotsOfPurchase(
      const std::string& purchase_id) const;
  absl::StatusOr<inventory::v1::Product> Product(const std::string& product_id) const;

  absl::StatusOr<std::vector<shipments::v1::Shipment>> ShipmentsTo(
      const std::string& location_id) const;
  absl::StatusOr<shipments::v1::ListShipmentsResponse> ShipmentsIn(
      shipments::v1::ShipmentState state, const std::string& page_token) const;
  // A page of shortages of which nobody has said yet what became of them.
  absl::StatusOr<shipments::v1::ListShortagesResponse> OpenShortages(
      const std::string& page_token) const;
  // A page of incidents recorded from a time on.
  absl::StatusOr<consumption::v1::ListIncidentCountsResponse> Incidents(
      int64_t since_us, const std::string& page_token) const;
  // Shipments that carry or carried a lot away from a place, drafts too.
  absl::StatusOr<std::vector<shipments::v1::Shipment>> ShipmentsOfLot(
      int64_t lot_id, const std::string& origin_id) const;
  // When the shipments of a lane were first received, microseconds since 1970-01-01 UTC,
  // by their ids.
  absl::StatusOr<std::map<std::string, int64_t>> ReceivedOnLane(
      const std::string& origin_id, const std::string& destination_id) const;
  // Days of the last shipments of a lane.
  absl::StatusOr<std::vector<int32_t>> LaneDays(const std::string& origin_id,
                                                const std::string& destination_id) const;

  absl::StatusOr<std::vector<inventory::v1::Recall>> OpenRecalls() const;
  // A page of places that have not acknowledged.
  absl::StatusOr<trace::v1::GetRecallListResponse> Unacknowledged(
      const std::string& recall_id, const std::string& page_token) const;

  struct Verification {
    int64_t differences = 0;
    std::string first_difference;
  };
  // Recomputes the books: takes as long as that takes.
  absl::StatusOr<Verification> VerifyBooks();

 private:
  runtime::Asking& asking_;
  runtime::Peer<inventory::v1::CatalogService> catalog_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<inventory::v1::StockService> stock_;
  runtime::Peer<inventory::v1::RecallService> recalls_;
  runtime::Peer<shipments::v1::ShipmentService> shipments_;
  runtime::Peer<consumption::v1::SchoolService> schools_;
  runtime::Peer<consumption::v1::CalendarService> calendars_;
  runtime::Peer<consumption::v1::SummaryService> summaries_;
  runtime::Peer<consumption::v1::HistoryService> histories_;
  runtime::Peer<trace::v1::RecallListService> recall_lists_;

  mutable absl::Mutex mutex_;
  clients::ServiceChannel inventory_ ABSL_GUARDED_BY(mutex_);
  grpc::ClientContext* verifying_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  mutable std::map<int64_t, inventory::v1::Lot> known_lots_ ABSL_GUARDED_BY(mutex_);
  mutable std::map<std::string, inventory::v1::Product> known_products_ ABSL_GUARDED_BY(mutex_);
  mutable std::map<std::string, inventory::v1::Location> known_locations_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLANNING_QUESTIONS_H_
