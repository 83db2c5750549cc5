#include "services/trace/trace_service.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/dates.h"
#include "services/trace/trace_errors.h"

namespace milkway::trace {

using runtime::Call;
using runtime::Handlers;

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr int kViewsMax = 5;
constexpr size_t kLotsOfPlaceMax = 1000;
constexpr int32_t kRowsAsked = 1000;

using StockByPlace = std::map<std::pair<int64_t, std::string>, v1::TracedStock>;

void AddBalance(const inv::Balance& balance, StockByPlace* stock) {
  const std::string& place = balance.account().place();
  v1::TracedStock& row = (*stock)[{balance.lot_id(), place}];
  row.set_lot_id(balance.lot_id());
  row.set_location_id(place);
  if (balance.account().kind() == inv::ACCOUNT_KIND_USABLE) {
    row.set_usable_g(balance.quantity_g());
  } else if (balance.account().kind() == inv::ACCOUNT_KIND_QUARANTINED) {
    row.set_quarantined_g(balance.quantity_g());
  } else {
    row.set_damaged_g(balance.quantity_g());
  }
}

// True if the rows of `stock` come to what the position says.
bool AddsUp(const StockByPlace& stock, const inv::LotPosition& position) {
  int64_t usable_g = 0;
  int64_t quarantined_g = 0;
  int64_t damaged_g = 0;
  for (const auto& [key, row] : stock) {
    if (row.lot_id() != position.lot_id()) continue;
    usable_g += row.usable_g();
    quarantined_g += row.quarantined_g();
    damaged_g += row.damaged_g();
  }
  return usable_g == position.usable_g() && quarantined_g == position.quarantined_g() &&
         damaged_g == position.damaged_g();
}

bool IsAsked(const ServingQuestion& question, const con::LotClassDay& day) {
  return (question.class_name.empty() || day.class_name() == question.class_name) &&
         (question.session.empty() || day.session() == question.session);
}

}  // namespace

grpc::ServerUnaryReactor* TraceService::TraceLot(Context* context,
                                                 const v1::TraceLotRequest* request,
                                                 v1::TraceLotResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::TraceLotResponse> finish) {
        asking_.Reply<v1::TraceLotResponse>(std::move(finish),
                                            [this, request] { return FollowLots(*request); });
      });
}

grpc::ServerUnaryReactor* TraceService::TraceServing(Context* context,
                                                     const v1::TraceServingRequest* request,
                                                     v1::TraceServingResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::TraceServingResponse> finish) {
        absl::StatusOr<ServingQuestion> question = ParseServingQuestion(*request);
        if (!question.ok()) return std::move(finish)(question.status());
        asking_.Reply<v1::TraceServingResponse>(
            std::move(finish),
            [this, question = *std::move(question)] { return FollowBack(question); });
      });
}

absl::StatusOr<v1::TraceLotResponse> TraceService::FollowLots(
    const v1::TraceLotRequest& request) const {
  ASSIGN_OR_RETURN(const std::vector<int64_t> lot_ids, ParseLotIds(request));
  v1::TraceLotResponse answer;
  if (request.page_token().empty()) RETURN_IF_ERROR(AddWays(lot_ids, &answer));
  ASSIGN_OR_RETURN(const con::ListLotClassDaysResponse days,
                   questions_.ClassDays(lot_ids, "", request.page_size(), request.page_token()));
  for (const con::LotClassDay& day : days.class_days()) *answer.add_class_days() = ToMessage(day);
  answer.set_next_page_token(days.next_page_token());
  return answer;
}

absl::Status TraceService::AddWays(const std::vector<int64_t>& lot_ids,
                                   v1::TraceLotResponse* answer) const {
  ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots, questions_.Lots(lot_ids));
  answer->mutable_lots()->Assign(lots.begin(), lots.end());
  RETURN_IF_ERROR(AddGrams(lot_ids, answer));
  const std::set<int64_t> asked(lot_ids.begin(), lot_ids.end());
  std::map<std::string, v1::TracedShipment> shipments;
  for (const int64_t lot_id : lot_ids) {
    ASSIGN_OR_RETURN(const auto of_lot, questions_.ShipmentsOfLot(lot_id));
    for (const shp::Shipment& shipment : of_lot) {
      shipments.emplace(shipment.shipment_id(), ToMessage(shipment, asked));
    }
  }
  if (shipments.size() > Questions::kRowsMax) {
    return TraceTooLarge("shipments", Questions::kRowsMax);
  }
  for (auto& [id, shipment] : shipments) *answer->add_shipments() = std::move(shipment);
  ASSIGN_OR_RETURN(const std::vector<con::LotSchool> schools, questions_.Schools(lot_ids));
  if (schools.size() > Questions::kRowsMax) return TraceTooLarge("schools", Questions::kRowsMax);
  for (const con::LotSchool& school : schools) *answer->add_schools() = ToMessage(school);
  std::sort(answer->mutable_schools()->pointer_begin(), answer->mutable_schools()->pointer_end(),
            [](const auto* a, const auto* b) { return a->school_id() < b->school_id(); });
  return absl::OkStatus();
}

absl::Status TraceService::AddGrams(const std::vector<int64_t>& lot_ids,
                                    v1::TraceLotResponse* answer) const {
  for (int view = 0; view < kViewsMax; ++view) {
    ASSIGN_OR_RETURN(const inv::GetLotPositionsResponse positions, questions_.Positions(lot_ids));
    StockByPlace stock;
    for (const int64_t lot_id : lot_ids) {
      ASSIGN_OR_RETURN(const auto balances, questions_.BalancesOfLot(lot_id, false));
      for (const inv::Balance& balance : balances) {
        if (balance.account().kind() != inv::ACCOUNT_KIND_IN_TRANSIT) AddBalance(balance, &stock);
      }
    }
    if (stock.size() > Questions::kRowsMax) {
      return TraceTooLarge("rows of stock", Questions::kRowsMax);
    }
    const bool adds_up =
        std::all_of(positions.positions().begin(), positions.positions().end(),
                    [&stock](const inv::LotPosition& position) { return AddsUp(stock, position); });
    if (!adds_up) continue;
    *answer->mutable_positions() = positions.positions();
    answer->set_as_of_position(positions.as_of_position());
    for (auto& [key, row] : stock) *answer->add_stock() = std::move(row);
    return absl::OkStatus();
  }
  return absl::AbortedError("stock of these lots is being moved right now; try again");
}

absl::StatusOr<v1::TraceServingResponse> TraceService::FollowBack(
    const ServingQuestion& question) const {
  ASSIGN_OR_RETURN(const inv::Location location, questions_.Location(question.location_id));
  ASSIGN_OR_RETURN(std::vector<int64_t> lot_ids, LotsOfPlace(question.location_id));
  int64_t until_us = std::numeric_limits<int64_t>::max();
  std::map<int64_t, std::vector<v1::TracedClassDay>> days_of_lot;
  if (!question.served_on.empty() && !lot_ids.empty()) {
    ASSIGN_OR_RETURN(const LocalDate day, ParseDate("served_on", question.served_on));
    ASSIGN_OR_RETURN(const OccurredAt end, EndOfDay(day, location.time_zone()));
    until_us = end.us;
    std::string token;
    do {
      ASSIGN_OR_RETURN(const auto page,
                       questions_.ClassDays(lot_ids, question.location_id, kRowsAsked, token,
                                            question.served_on));
      for (const con::LotClassDay& row : page.class_days()) {
        if (IsAsked(question, row)) days_of_lot[row.lot_id()].push_back(ToMessage(row));
      }
      token = page.next_page_token();
    } while (!token.empty());
  }
  if (!question.served_on.empty()) {
    lot_ids.clear();
    for (const auto& [lot_id, days] : days_of_lot) lot_ids.push_back(lot_id);
  }
  ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots, questions_.Lots(lot_ids));
  v1::TraceServingResponse answer;
  for (const inv::Lot& lot : lots) {
    ASSIGN_OR_RETURN(v1::TracedOrigin origin, OriginOf(lot, question.location_id, until_us));
    for (v1::TracedClassDay& day : days_of_lot[lot.lot_id()]) {
      origin.set_served_g(origin.served_g() + day.served_g());
      origin.set_servings(origin.servings() + day.servings());
      *origin.add_class_days() = std::move(day);
    }
    *answer.add_origins() = std::move(origin);
  }
  return answer;
}

absl::StatusOr<std::vector<int64_t>> TraceService::LotsOfPlace(
    const std::string& location_id) const {
  std::set<int64_t> lot_ids;
  ASSIGN_OR_RETURN(const auto balances, questions_.BalancesAt(location_id));
  for (const inv::Balance& balance : balances) lot_ids.insert(balance.lot_id());
  ASSIGN_OR_RETURN(const auto shipments, questions_.ShipmentsTo(location_id));
  for (const shp::Shipment& shipment : shipments) {
    for (const auto& line : shipment.line_statuses()) lot_ids.insert(line.lot_id());
  }
  if (lot_ids.size() > kLotsOfPlaceMax) return TraceTooLarge("lots", kLotsOfPlaceMax);
  return std::vector<int64_t>(lot_ids.begin(), lot_ids.end());
}

absl::StatusOr<v1::TracedOrigin> TraceService::OriginOf(const inv::Lot& lot,
                                                        const std::string& location_id,
                                                        int64_t until_us) const {
  v1::TracedOrigin origin;
  *origin.mutable_lot() = lot;
  ASSIGN_OR_RETURN(const auto balances, questions_.BalancesOfLot(lot.lot_id(), true));
  for (const inv::Balance& balance : balances) {
    if (balance.account().kind() == inv::ACCOUNT_KIND_PURCHASED) {
      origin.set_supplier_id(balance.account().place());
    }
  }
  ASSIGN_OR_RETURN(const auto shipments, questions_.ShipmentsOfLot(lot.lot_id()));
  std::vector<Leg> legs;
  for (const shp::Shipment& shipment : shipments) legs.push_back(ToLeg(shipment));
  for (const size_t leg : LegsBack(legs, location_id, until_us)) {
    *origin.add_shipments() = ToMessage(shipments[leg], {lot.lot_id()});
  }
  return origin;
}

}  // namespace milkway::trace
