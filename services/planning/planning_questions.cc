#include "services/planning/planning_questions.h"

#include <chrono>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"
#include "services/planning/lead_time.h"

namespace milkway::planning {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;
namespace trc = trace::v1;

constexpr char kCaller[] = "service:planning";
constexpr char kInventory[] = "inventory";
constexpr char kConsumption[] = "consumption";
constexpr size_t kRowsMax = 20'000;
constexpr size_t kKnownMax = 100'000;
constexpr int32_t kSchoolsAsked = 100;
constexpr int32_t kRowsAsked = 1000;
constexpr std::chrono::milliseconds kVerifyDeadline = std::chrono::hours(2);

// Keeps what never changes, within bounds.
template <typename Map>
void Know(Map* known, const typename Map::key_type& key, const typename Map::mapped_type& value) {
  if (known->size() >= kKnownMax) known->clear();
  (*known)[key] = value;
}

}  // namespace

Questions::Questions(runtime::Asking* asking)
    : asking_(*asking),
      catalog_(kCaller, kInventory),
      purchases_(kCaller, kInventory),
      stock_(kCaller, kInventory),
      recalls_(kCaller, kInventory),
      shipments_(kCaller, "shipments"),
      schools_(kCaller, kConsumption),
      calendars_(kCaller, kConsumption),
      summaries_(kCaller, kConsumption),
      histories_(kCaller, kConsumption),
      recall_lists_(kCaller, "trace") {}

void Questions::Connect(const runtime::Peers& peers) {
  catalog_.Connect(peers.inventory);
  purchases_.Connect(peers.inventory);
  stock_.Connect(peers.inventory);
  recalls_.Connect(peers.inventory);
  shipments_.Connect(peers.shipments);
  schools_.Connect(peers.consumption);
  calendars_.Connect(peers.consumption);
  summaries_.Connect(peers.consumption);
  histories_.Connect(peers.consumption);
  recall_lists_.Connect(peers.trace);
  absl::MutexLock lock(&mutex_);
  inventory_ = peers.inventory;
}

void Questions::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  if (verifying_ != nullptr) verifying_->TryCancel();
  const auto is_quiet = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return verifying_ == nullptr; };
  mutex_.Await(absl::Condition(&is_quiet));
  inventory_ = clients::ServiceChannel();
}

absl::StatusOr<con::School> Questions::School(const std::string& school_id) const {
  con::GetSchoolRequest question;
  question.set_school_id(school_id);
  ASSIGN_OR_RETURN(const con::GetSchoolResponse answer,
                   asking_.Ask<con::GetSchoolResponse>(
                       schools_, &con::SchoolService::Stub::async::GetSchool, question));
  return answer.school();
}

absl::StatusOr<con::ListSchoolsResponse> Questions::Schools(const std::string& page_token) const {
  con::ListSchoolsRequest question;
  question.set_page_size(kSchoolsAsked);
  question.set_page_token(page_token);
  return asking_.Ask<con::ListSchoolsResponse>(
      schools_, &con::SchoolService::Stub::async::ListSchools, question);
}

absl::StatusOr<std::vector<con::Term>> Questions::Terms(const std::string& school_id) const {
  con::ListTermsRequest question;
  question.set_school_id(school_id);
  return asking_.AskAll<con::Term>(calendars_, &con::CalendarService::Stub::async::ListTerms,
                                   question, &con::ListTermsResponse::terms, kRowsMax);
}

absl::StatusOr<std::vector<con::ServingPolicy>> Questions::Policies(
    const std::string& school_id) const {
  con::ListServingPoliciesRequest question;
  question.set_school_id(school_id);
  return asking_.AskAll<con::ServingPolicy>(
      calendars_, &con::CalendarService::Stub::async::ListServingPolicies, question,
      &con::ListServingPoliciesResponse::policies, kRowsMax);
}

absl::StatusOr<std::vector<con::ServedDay>> Questions::ServedDays(const std::string& school_id,
                                                                  LocalDate from) const {
  con::ListServedDaysRequest question;
  question.set_school_id(school_id);
  question.set_from_day(FormatDate(from));
  return asking_.AskAll<con::ServedDay>(summaries_,
                                        &con::SummaryService::Stub::async::ListServedDays, question,
                                        &con::ListServedDaysResponse::days, kRowsMax);
}

absl::StatusOr<std::vector<inv::Location>> Questions::Warehouses() const {
  inv::ListLocationsRequest question;
  question.set_kind(inv::LOCATION_KIND_WAREHOUSE);
  return asking_.AskAll<inv::Location>(catalog_, &inv::CatalogService::Stub::async::ListLocations,
                                       question, &inv::ListLocationsResponse::locations, kRowsMax);
}

absl::StatusOr<inv::Location> Questions::Location(const std::string& location_id) const {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = known_locations_.find(location_id);
    if (known != known_locations_.end()) return known->second;
  }
  inv::GetLocationRequest question;
  question.set_location_id(location_id);
  ASSIGN_OR_RETURN(const inv::GetLocationResponse answer,
                   asking_.Ask<inv::GetLocationResponse>(
                       catalog_, &inv::CatalogService::Stub::async::GetLocation, question));
  absl::MutexLock lock(&mutex_);
  Know(&known_locations_, location_id, answer.location());
  return answer.location();
}

absl::StatusOr<std::vector<inv::Balance>> Questions::UsableAt(
    const std::string& location_id) const {
  inv::ListBalancesRequest question;
  question.set_location_id(location_id);
  ASSIGN_OR_RETURN(
      std::vector<inv::Balance> balances,
      asking_.AskAll<inv::Balance>(stock_, &inv::StockService::Stub::async::ListBalances, question,
                                   &inv::ListBalancesResponse::balances, kRowsMax));
  std::vector<inv::Balance> usable;
  for (inv::Balance& balance : balances) {
    if (balance.account().kind() == inv::ACCOUNT_KIND_USABLE) usable.push_back(std::move(balance));
  }
  return usable;
}

absl::StatusOr<std::vector<inv::Lot>> Questions::Lots(const std::vector<int64_t>& lot_ids) const {
  std::map<int64_t, inv::Lot> found;
  inv::GetLotsRequest question;
  {
    absl::MutexLock lock(&mutex_);
    for (const int64_t lot_id : lot_ids) {
      const auto known = known_lots_.find(lot_id);
      if (known != known_lots_.end()) found.insert(*known);
      if (known == known_lots_.end()) question.add_lot_ids(lot_id);
    }
  }
  if (question.lot_ids_size() > kRowsAsked) {
    return absl::ResourceExhaustedError("more than 1000 lots at one place");
  }
  if (question.lot_ids_size() > 0) {
    ASSIGN_OR_RETURN(const inv::GetLotsResponse answer,
                     asking_.Ask<inv::GetLotsResponse>(
                         purchases_, &inv::PurchaseService::Stub::async::GetLots, question));
    absl::MutexLock lock(&mutex_);
    for (const inv::Lot& lot : answer.lots()) {
      Know(&known_lots_, lot.lot_id(), lot);
      found[lot.lot_id()] = lot;
    }
  }
  std::vector<inv::Lot> lots;
  for (const int64_t lot_id : lot_ids) {
    const auto lot = found.find(lot_id);
    if (lot == found.end()) return absl::InternalError("the inventory left out a lot");
    lots.push_back(lot->second);
  }
  return lots;
}

absl::StatusOr<std::vector<inv::Purchase>> Questions::Purchases() const {
  return asking_.AskAll<inv::Purchase>(
      purchases_, &inv::PurchaseService::Stub::async::ListPurchases, inv::ListPurchasesRequest(),
      &inv::ListPurchasesResponse::purchases, kRowsMax);
}

absl::StatusOr<std::vector<inv::Lot>> Questions::LotsOfPurchase(
    const std::string& purchase_id) const {
  inv::ListLotsRequest question;
  question.set_purchase_id(purchase_id);
  return asking_.AskAll<inv::Lot>(purchases_, &inv::PurchaseService::Stub::async::ListLots,
                                  question, &inv::ListLotsResponse::lots, kRowsMax);
}

absl::StatusOr<inv::Product> Questions::Product(const std::string& product_id) const {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = known_products_.find(product_id);
    if (known != known_products_.end()) return known->second;
  }
  inv::GetProductRequest question;
  question.set_product_id(product_id);
  ASSIGN_OR_RETURN(const inv::GetProductResponse answer,
                   asking_.Ask<inv::GetProductResponse>(
                       catalog_, &inv::CatalogService::Stub::async::GetProduct, question));
  absl::MutexLock lock(&mutex_);
  Know(&known_products_, product_id, answer.product());
  return answer.product();
}

absl::StatusOr<std::vector<shp::Shipment>> Questions::ShipmentsTo(
    const std::string& location_id) const {
  shp::ListShipmentsRequest question;
  question.set_destination_id(location_id);
  return asking_.AskAll<shp::Shipment>(shipments_,
                                       &shp::ShipmentService::Stub::async::ListShipments, question,
                                       &shp::ListShipmentsResponse::shipments, kRowsMax);
}

absl::StatusOr<shp::ListShipmentsResponse> Questions::ShipmentsIn(
    shp::ShipmentState state, const std::string& page_token) const {
  shp::ListShipmentsRequest question;
  question.set_state(state);
  question.set_page_token(page_token);
  return asking_.Ask<shp::ListShipmentsResponse>(
      shipments_, &shp::ShipmentService::Stub::async::ListShipments, question);
}

absl::StatusOr<shp::ListShortagesResponse> Questions::OpenShortages(
    const std::string& page_token) const {
  shp::ListShortagesRequest question;
  question.set_page_token(page_token);
  return asking_.Ask<shp::ListShortagesResponse>(
      shipments_, &shp::ShipmentService::Stub::async::ListShortages, question);
}

absl::StatusOr<con::ListIncidentCountsResponse> Questions::Incidents(
    int64_t since_us, const std::string& page_token) const {
  con::ListIncidentCountsRequest question;
  question.set_since_us(since_us);
  question.set_page_token(page_token);
  return asking_.Ask<con::ListIncidentCountsResponse>(
      histories_, &con::HistoryService::Stub::async::ListIncidentCounts, question);
}

absl::StatusOr<std::vector<shp::Shipment>> Questions::ShipmentsOfLot(
    int64_t lot_id, const std::string& origin_id) const {
  shp::ListShipmentsRequest question;
  question.set_lot_id(lot_id);
  question.set_origin_id(origin_id);
  return asking_.AskAll<shp::Shipment>(shipments_,
                                       &shp::ShipmentService::Stub::async::ListShipments, question,
                                       &shp::ListShipmentsResponse::shipments, kRowsMax);
}

absl::StatusOr<std::map<std::string, int64_t>> Questions::ReceivedOnLane(
    const std::string& origin_id, const std::string& destination_id) const {
  shp::ListLaneTimesRequest question;
  question.set_origin_id(origin_id);
  question.set_destination_id(destination_id);
  ASSIGN_OR_RETURN(
      const std::vector<shp::LaneTime> times,
      asking_.AskAll<shp::LaneTime>(shipments_, &shp::ShipmentService::Stub::async::ListLaneTimes,
                                    question, &shp::ListLaneTimesResponse::times, kRowsMax));
  std::map<std::string, int64_t> received;
  for (const shp::LaneTime& time : times) received[time.shipment_id()] = time.received_us();
  return received;
}

absl::StatusOr<std::vector<int32_t>> Questions::LaneDays(const std::string& origin_id,
                                                         const std::string& destination_id) const {
  shp::ListLaneTimesRequest question;
  question.set_origin_id(origin_id);
  question.set_destination_id(destination_id);
  question.set_page_size(static_cast<int32_t>(kLeadSamplesMax));
  ASSIGN_OR_RETURN(const shp::ListLaneTimesResponse answer,
                   asking_.Ask<shp::ListLaneTimesResponse>(
                       shipments_, &shp::ShipmentService::Stub::async::ListLaneTimes, question));
  std::vector<int32_t> days;
  for (const shp::LaneTime& time : answer.times()) {
    days.push_back(DaysBetween(time.dispatched_us(), time.received_us()));
  }
  return days;
}

absl::StatusOr<std::vector<inv::Recall>> Questions::OpenRecalls() const {
  inv::ListRecallsRequest question;
  question.set_open_only(true);
  return asking_.AskAll<inv::Recall>(recalls_, &inv::RecallService::Stub::async::ListRecalls,
                                     question, &inv::ListRecallsResponse::recalls, kRowsMax);
}

absl::StatusOr<trc::GetRecallListResponse> Questions::Unacknowledged(
    const std::string& recall_id, const std::string& page_token) const {
  trc::GetRecallListRequest question;
  question.set_recall_id(recall_id);
  question.set_unacknowledged_only(true);
  question.set_page_token(page_token);
  question.set_page_size(kRowsAsked);
  return asking_.Ask<trc::GetRecallListResponse>(
      recall_lists_, &trc::RecallListService::Stub::async::GetRecallList, question);
}

absl::StatusOr<Questions::Verification> Questions::VerifyBooks() {
  grpc::ClientContext context;
  std::shared_ptr<grpc::Channel> channel;
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_ || inventory_.channel() == nullptr) {
      return absl::UnavailableError("the inventory service cannot be reached from here");
    }
    verifying_ = &context;
    channel = inventory_.channel();
    clients::CallOptions options = inventory_.OptionsFor(kCaller);
    options.deadline = kVerifyDeadline;
    clients::Prepare(options, &context);
  }
  inv::VerifyBooksResponse answer;
  Verification verification;
  const std::unique_ptr<inv::StockService::Stub> stub = inv::StockService::NewStub(channel);
  const auto stream = stub->VerifyBooks(&context, inv::VerifyBooksRequest());
  bool finished = false;
  while (stream->Read(&answer)) {
    if (verification.first_difference.empty() && answer.differences_size() > 0) {
      verification.first_difference = answer.differences(0);
    }
    verification.differences = answer.difference_count();
    finished = answer.finished();
  }
  const grpc::Status status = stream->Finish();
  {
    absl::MutexLock lock(&mutex_);
    verifying_ = nullptr;
  }
  if (!status.ok()) return clients::FromGrpcStatus(status);
  if (!finished) return absl::InternalError("the verification ended before it was finished");
  return verification;
}

}  // namespace milkway::planning
