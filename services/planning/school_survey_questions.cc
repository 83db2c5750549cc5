#include "services/planning/school_survey_questions.h"

#include <algorithm>

#include "clients/cpp/status_macros.h"

namespace milkway::planning {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr int32_t kUseLooksBackDays = 180;
constexpr size_t kLanesMax = 10'000;
constexpr int64_t kMicrosPerSecond = 1'000'000;

absl::StatusOr<Term> ParseTerm(const con::Term& message) {
  Term term;
  ASSIGN_OR_RETURN(term.first_day, ParseDate("first_day", message.first_day()));
  ASSIGN_OR_RETURN(term.last_day, ParseDate("last_day", message.last_day()));
  term.weekdays.assign(message.weekdays().begin(), message.weekdays().end());
  for (const con::DayRange& holiday : message.holidays()) {
    ASSIGN_OR_RETURN(const LocalDate first, ParseDate("first_day", holiday.first_day()));
    ASSIGN_OR_RETURN(const LocalDate last, ParseDate("last_day", holiday.last_day()));
    term.holidays.emplace_back(first, last);
  }
  for (const std::string& extra : message.extra_days()) {
    ASSIGN_OR_RETURN(const LocalDate day, ParseDate("extra_days", extra));
    term.extra_days.push_back(day);
  }
  return term;
}

int64_t LeftUs(const shp::Shipment& shipment) {
  return shipment.dispatched_at().instant().seconds() * kMicrosPerSecond;
}

LocalDate LeftOn(const shp::Shipment& shipment) {
  return LocalDateOf({LeftUs(shipment), shipment.dispatched_at().utc_offset_minutes()});
}

bool IsOnTheWay(const shp::Shipment& shipment) {
  return shipment.state() == shp::SHIPMENT_STATE_DISPATCHED ||
         shipment.state() == shp::SHIPMENT_STATE_PARTLY_RECEIVED;
}

}  // namespace

absl::StatusOr<PlannedSchool> SchoolSurvey::Plan(const con::School& school) {
  PlannedSchool planned;
  const std::string& school_id = school.school_id();
  planned.name = {school_id, school.name_en(), school.name_zh()};
  planned.planned_us = now_us_;
  planned.today = LocalDateIn(now_us_, school.time_zone());
  planned.facts.drinking_children = school.drinking_count();
  RETURN_IF_ERROR(AskCalendar(school_id, &planned));
  RETURN_IF_ERROR(AskUse(school_id, &planned));
  // What was served today is gone already.
  planned.facts.today = planned.today;
  if (planned.last_record == planned.today) ++planned.facts.today.days;
  ASSIGN_OR_RETURN(planned.lots, StockAt(school_id, planned.facts.today, &planned.product_id));
  for (const LotAt& lot : planned.lots) planned.facts.stock.push_back(lot.stock);
  RETURN_IF_ERROR(AskShipments(school_id, &planned));
  planned.plan = MakePlan(planned.facts);
  return planned;
}

absl::Status SchoolSurvey::AskCalendar(const std::string& school_id, PlannedSchool* planned) {
  ASSIGN_OR_RETURN(const std::vector<con::Term> terms, questions_.Terms(school_id));
  std::vector<Term> parsed;
  for (const con::Term& term : terms) {
    ASSIGN_OR_RETURN(Term one, ParseTerm(term));
    parsed.push_back(std::move(one));
  }
  planned->facts.calendar = SchoolCalendar(std::move(parsed));
  ASSIGN_OR_RETURN(const std::vector<con::ServingPolicy> policies, questions_.Policies(school_id));
  for (const con::ServingPolicy& policy : policies) {
    ASSIGN_OR_RETURN(const LocalDate from, ParseDate("from_day", policy.from_day()));
    planned->facts.policies.push_back(
        {from, policy.serving_g(), policy.sessions(), policy.take_home_g()});
  }
  return absl::OkStatus();
}

absl::Status SchoolSurvey::AskUse(const std::string& school_id, PlannedSchool* planned) {
  ASSIGN_OR_RETURN(const std::vector<con::ServedDay> days,
                   questions_.ServedDays(school_id, {planned->today.days - kUseLooksBackDays}));
  std::vector<UsedDay> used;
  for (const con::ServedDay& day : days) {
    ASSIGN_OR_RETURN(const LocalDate on, ParseDate("day", day.day()));
    if (on > planned->today) continue;
    used.push_back({on, day.served_g() + day.wasted_g()});
  }
  if (!used.empty()) planned->last_record = used.back().day;
  const size_t first = used.size() - std::min(used.size(), kUseDays);
  planned->facts.used.assign(used.begin() + static_cast<std::ptrdiff_t>(first), used.end());
  return absl::OkStatus();
}

absl::Status SchoolSurvey::AskShipments(const std::string& school_id, PlannedSchool* planned) {
  ASSIGN_OR_RETURN(const std::vector<shp::Shipment> shipments, questions_.ShipmentsTo(school_id));
  int64_t last_us = 0;
  for (const shp::Shipment& shipment : shipments) {
    if (!shipment.has_dispatched_at()) continue;
    if (LeftUs(shipment) >= last_us) {
      last_us = LeftUs(shipment);
      planned->origin_id = shipment.origin_id();
    }
    if (IsOnTheWay(shipment)) RETURN_IF_ERROR(AddArrival(shipment, planned));
  }
  if (planned->origin_id.empty()) {
    ASSIGN_OR_RETURN(planned->origin_id, FirstWarehouse());
  }
  if (planned->origin_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LeadTime lead_time, LaneOf(planned->origin_id, school_id));
  planned->facts.lead_time = lead_time;
  return absl::OkStatus();
}

absl::Status SchoolSurvey::AddArrival(const shp::Shipment& shipment, PlannedSchool* planned) {
  ASSIGN_OR_RETURN(const LeadTime lead_time,
                   LaneOf(shipment.origin_id(), shipment.destination_id()));
  LocalDate arrives_by = {LeftOn(shipment).days + lead_time.p95_days};
  if (arrives_by <= planned->facts.today) {
    // It is late: how much longer it takes is as uncertain as the lane is.
    const int32_t longer = std::max(lead_time.p95_days - lead_time.p50_days, 1);
    arrives_by = LocalDate{planned->facts.today.days + longer};
  }
  std::vector<int64_t> lot_ids;
  for (const auto& line : shipment.line_statuses()) lot_ids.push_back(line.lot_id());
  ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots, questions_.Lots(lot_ids));
  Arrival arrival = {shipment.shipment_id(), 0, arrives_by};
  for (size_t index = 0; index < lots.size(); ++index) {
    const int64_t grams = shipment.line_statuses(static_cast<int>(index)).in_transit_g();
    ASSIGN_OR_RETURN(const LocalDate expires_on, ParseDate("expires_on", lots[index].expires_on()));
    planned->facts.arrivals.push_back({grams, expires_on, arrives_by});
    if (planned->product_id.empty()) planned->product_id = lots[index].product_id();
    arrival.grams += grams;
  }
  planned->arrivals.push_back(std::move(arrival));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LotAt>> SchoolSurvey::StockAt(const std::string& location_id,
                                                         LocalDate today, std::string* product_id) {
  ASSIGN_OR_RETURN(const std::vector<inv::Balance> balances, questions_.UsableAt(location_id));
  std::vector<int64_t> lot_ids;
  for (const inv::Balance& balance : balances) lot_ids.push_back(balance.lot_id());
  ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots, questions_.Lots(lot_ids));
  std::vector<LotAt> stock;
  for (size_t index = 0; index < lots.size(); ++index) {
    ASSIGN_OR_RETURN(const LocalDate expires_on, ParseDate("expires_on", lots[index].expires_on()));
    stock.push_back({lots[index].lot_id(),
                     lots[index].lot_number(),
                     {balances[index].quantity_g(), expires_on, today}});
    *product_id = lots[index].product_id();
  }
  return stock;
}

absl::StatusOr<LeadTime> SchoolSurvey::LaneOf(const std::string& origin_id,
                                              const std::string& destination_id) {
  const auto known = lanes_.find({origin_id, destination_id});
  if (known != lanes_.end()) return known->second;
  ASSIGN_OR_RETURN(const inv::Location destination, questions_.Location(destination_id));
  ASSIGN_OR_RETURN(std::vector<int32_t> days, questions_.LaneDays(origin_id, destination_id));
  const bool is_domestic = destination.kind() == inv::LOCATION_KIND_SCHOOL;
  const LeadTime lead_time =
      EstimateLeadTime(std::move(days), is_domestic ? kDomesticPrior : kPurchasePrior);
  if (lanes_.size() >= kLanesMax) lanes_.clear();
  lanes_[{origin_id, destination_id}] = lead_time;
  return lead_time;
}

absl::StatusOr<std::string> SchoolSurvey::FirstWarehouse() {
  if (first_warehouse_.has_value()) return *first_warehouse_;
  ASSIGN_OR_RETURN(const std::vector<inv::Location> warehouses, questions_.Warehouses());
  first_warehouse_ = warehouses.empty() ? "" : warehouses.front().location_id();
  return *first_warehouse_;
}

}  // namespace milkway::planning
