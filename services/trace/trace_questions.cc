#include "services/trace/trace_questions.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/trace/trace_errors.h"

namespace milkway::trace {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr char kCaller[] = "service:trace";
constexpr char kInventory[] = "inventory";
constexpr int kContactsAskedMax = 1000;

// Says that a list is too long in the words of trace.
template <typename Item>
absl::StatusOr<std::vector<Item>> OrTooLarge(absl::StatusOr<std::vector<Item>> rows,
                                             absl::string_view what, size_t max) {
  if (rows.status().code() == absl::StatusCode::kResourceExhausted) {
    return TraceTooLarge(what, max);
  }
  return rows;
}

}  // namespace

Questions::Questions(runtime::Asking* asking)
    : asking_(*asking),
      catalog_(kCaller, kInventory),
      purchases_(kCaller, kInventory),
      stock_(kCaller, kInventory),
      recalls_(kCaller, kInventory),
      shipments_(kCaller, "shipments"),
      summaries_(kCaller, "consumption") {}

void Questions::Connect(const runtime::Peers& peers) {
  catalog_.Connect(peers.inventory);
  purchases_.Connect(peers.inventory);
  stock_.Connect(peers.inventory);
  recalls_.Connect(peers.inventory);
  shipments_.Connect(peers.shipments);
  summaries_.Connect(peers.consumption);
}

absl::StatusOr<Questions::RecallAndLots> Questions::Recall(const std::string& recall_id) const {
  inv::GetRecallRequest question;
  question.set_recall_id(recall_id);
  question.set_page_size(1);
  ASSIGN_OR_RETURN(const inv::GetRecallResponse answer,
                   asking_.Ask<inv::GetRecallResponse>(
                       recalls_, &inv::RecallService::Stub::async::GetRecall, question));
  return RecallAndLots{answer.recall(), {answer.lots().begin(), answer.lots().end()}};
}

absl::StatusOr<std::vector<inv::Lot>> Questions::Lots(const std::vector<int64_t>& lot_ids) const {
  std::vector<inv::Lot> lots;
  if (lot_ids.empty()) return lots;
  inv::GetLotsRequest question;
  question.mutable_lot_ids()->Assign(lot_ids.begin(), lot_ids.end());
  ASSIGN_OR_RETURN(const inv::GetLotsResponse answer,
                   asking_.Ask<inv::GetLotsResponse>(
                       purchases_, &inv::PurchaseService::Stub::async::GetLots, question));
  lots.assign(answer.lots().begin(), answer.lots().end());
  if (lots.size() != lot_ids.size()) return AnswerIsWrong(kInventory, "has another number of lots");
  return lots;
}

absl::StatusOr<inv::GetLotPositionsResponse> Questions::Positions(
    const std::vector<int64_t>& lot_ids) const {
  inv::GetLotPositionsRequest question;
  question.mutable_lot_ids()->Assign(lot_ids.begin(), lot_ids.end());
  return asking_.Ask<inv::GetLotPositionsResponse>(
      stock_, &inv::StockService::Stub::async::GetLotPositions, question);
}

absl::StatusOr<std::vector<inv::Balance>> Questions::BalancesOfLot(int64_t lot_id,
                                                                   bool with_virtual) const {
  inv::ListBalancesRequest question;
  question.set_lot_id(lot_id);
  question.set_include_virtual(with_virtual);
  return OrTooLarge(
      asking_.AskAll<inv::Balance>(stock_, &inv::StockService::Stub::async::ListBalances, question,
                                   &inv::ListBalancesResponse::balances, kPlacesMax),
      "balances", kPlacesMax);
}

absl::StatusOr<std::vector<inv::Balance>> Questions::BalancesAt(
    const std::string& location_id) const {
  inv::ListBalancesRequest question;
  question.set_location_id(location_id);
  question.set_include_virtual(true);
  return OrTooLarge(
      asking_.AskAll<inv::Balance>(stock_, &inv::StockService::Stub::async::ListBalances, question,
                                   &inv::ListBalancesResponse::balances, kRowsMax),
      "balances", kRowsMax);
}

absl::StatusOr<std::vector<shp::Shipment>> Questions::ShipmentsOfLot(int64_t lot_id) const {
  shp::ListShipmentsRequest question;
  question.set_lot_id(lot_id);
  return OrTooLarge(
      asking_.AskAll<shp::Shipment>(shipments_, &shp::ShipmentService::Stub::async::ListShipments,
                                    question, &shp::ListShipmentsResponse::shipments, kPlacesMax),
      "shipments", kPlacesMax);
}

absl::StatusOr<std::vector<shp::Shipment>> Questions::ShipmentsTo(
    const std::string& location_id) const {
  shp::ListShipmentsRequest question;
  question.set_destination_id(location_id);
  return OrTooLarge(
      asking_.AskAll<shp::Shipment>(shipments_, &shp::ShipmentService::Stub::async::ListShipments,
                                    question, &shp::ListShipmentsResponse::shipments, kRowsMax),
      "shipments", kRowsMax);
}

absl::StatusOr<std::vector<con::LotSchool>> Questions::Schools(
    const std::vector<int64_t>& lot_ids) const {
  if (lot_ids.empty()) return std::vector<con::LotSchool>();
  con::ListLotSchoolsRequest question;
  question.mutable_lot_ids()->Assign(lot_ids.begin(), lot_ids.end());
  return OrTooLarge(
      asking_.AskAll<con::LotSchool>(summaries_, &con::SummaryService::Stub::async::ListLotSchools,
                                     question, &con::ListLotSchoolsResponse::schools, kPlacesMax),
      "schools", kPlacesMax);
}

absl::StatusOr<con::ListLotClassDaysResponse> Questions::ClassDays(
    const std::vector<int64_t>& lot_ids, const std::string& school_id, int32_t page_size,
    const std::string& page_token, const std::string& only_day) const {
  con::ListLotClassDaysRequest question;
  question.mutable_lot_ids()->Assign(lot_ids.begin(), lot_ids.end());
  question.set_school_id(school_id);
  question.set_from_day(only_day);
  question.set_to_day(only_day);
  question.set_page_size(page_size);
  question.set_page_token(page_token);
  return asking_.Ask<con::ListLotClassDaysResponse>(
      summaries_, &con::SummaryService::Stub::async::ListLotClassDays, question);
}

absl::StatusOr<inv::Location> Questions::Location(const std::string& location_id) const {
  std::map<std::string, inv::Location> known = KnownLocations({location_id});
  if (!known.empty()) return std::move(known.begin()->second);
  inv::GetLocationRequest question;
  question.set_location_id(location_id);
  ASSIGN_OR_RETURN(const inv::GetLocationResponse answer,
                   asking_.Ask<inv::GetLocationResponse>(
                       catalog_, &inv::CatalogService::Stub::async::GetLocation, question));
  absl::MutexLock lock(&mutex_);
  known_locations_[location_id] = answer.location();
  return answer.location();
}

std::map<std::string, inv::Location> Questions::KnownLocations(
    const std::set<std::string>& location_ids) const {
  std::map<std::string, inv::Location> known;
  absl::MutexLock lock(&mutex_);
  for (const std::string& location_id : location_ids) {
    const auto location = known_locations_.find(location_id);
    if (location != known_locations_.end()) known.insert(*location);
  }
  return known;
}

absl::StatusOr<std::map<std::string, inv::Location>> Questions::Locations(
    const std::set<std::string>& location_ids) const {
  std::map<std::string, inv::Location> known = KnownLocations(location_ids);
  if (known.size() == location_ids.size()) return known;
  ASSIGN_OR_RETURN(const std::vector<inv::Location> all,
                   OrTooLarge(asking_.AskAll<inv::Location>(
                                  catalog_, &inv::CatalogService::Stub::async::ListLocations,
                                  inv::ListLocationsRequest(),
                                  &inv::ListLocationsResponse::locations, kPlacesMax),
                              "locations", kPlacesMax));
  {
    absl::MutexLock lock(&mutex_);
    for (const inv::Location& location : all) known_locations_[location.location_id()] = location;
  }
  known = KnownLocations(location_ids);
  if (known.size() != location_ids.size()) {
    return AnswerIsWrong(kInventory, "lists fewer locations than its balances name");
  }
  return known;
}

absl::StatusOr<std::map<std::string, std::vector<inv::Contact>>> Questions::Contacts(
    const std::vector<std::string>& location_ids) const {
  std::map<std::string, std::vector<inv::Contact>> contacts;
  for (size_t begin = 0; begin < location_ids.size(); begin += kContactsAskedMax) {
    inv::GetContactsRequest question;
    for (size_t i = begin; i < location_ids.size() && i < begin + kContactsAskedMax; ++i) {
      question.add_location_ids(location_ids[i]);
    }
    ASSIGN_OR_RETURN(const inv::GetContactsResponse answer,
                     asking_.Ask<inv::GetContactsResponse>(
                         catalog_, &inv::CatalogService::Stub::async::GetContacts, question));
    for (const inv::PlaceContacts& place : answer.places()) {
      contacts[place.location_id()] = {place.contacts().begin(), place.contacts().end()};
    }
  }
  return contacts;
}

}  // namespace milkway::trace
