#include "services/planning/evaluation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/planning/plan_convert.h"
#include "services/planning/school_plans.h"

namespace milkway::planning {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr int64_t kMicrosPerHour = int64_t{3'600'000'000};
constexpr int64_t kMicrosPerSecond = 1'000'000;
// An incident is told of for so long.
constexpr int64_t kIncidentDays = 30;

const std::vector<v1::AlertKind>& SchoolKinds() {
  static const auto& kinds =
      *new std::vector<v1::AlertKind>{v1::ALERT_KIND_LOW, v1::ALERT_KIND_OUT,
                                      v1::ALERT_KIND_SCHOOL_SILENT, v1::ALERT_KIND_EXPIRING};
  return kinds;
}

OccurredAt LeftAt(const shp::Shipment& shipment) {
  return {shipment.dispatched_at().instant().seconds() * kMicrosPerSecond,
          shipment.dispatched_at().utc_offset_minutes()};
}

absl::StatusOr<Travelling> ToTravelling(const shp::Shipment& shipment, const PlaceName& place) {
  Travelling travelling;
  travelling.shipment_id = shipment.shipment_id();
  travelling.destination = place;
  travelling.origin_id = shipment.origin_id();
  travelling.left_on = LocalDateOf(LeftAt(shipment));
  if (!shipment.expected_on().empty()) {
    ASSIGN_OR_RETURN(travelling.expected_on, ParseDate("expected_on", shipment.expected_on()));
  }
  for (const auto& line : shipment.line_statuses()) {
    travelling.in_transit_g += line.in_transit_g();
  }
  return travelling;
}

}  // namespace

absl::StatusOr<Evaluated> Evaluator::Run(bool verify_books) {
  absl::MutexLock lock(&running_);
  ASSIGN_OR_RETURN(const rec::PassRecord begun, Begin());
  Pass pass;
  pass.number = begun.pass();
  pass.now_us = clock_.NowUs();
  SchoolSurvey survey(questions_, pass.now_us);
  RETURN_IF_ERROR(LookAtSchools(&survey, &pass));
  RETURN_IF_ERROR(LookAtWarehouses(&survey, &pass));
  RETURN_IF_ERROR(LookAtShipments(&survey, &pass));
  RETURN_IF_ERROR(LookAtRecalls(&pass));
  RETURN_IF_ERROR(LookAtShortages(&pass));
  RETURN_IF_ERROR(LookAtIncidents(&pass));
  const bool is_due = pass.now_us - begun.verified_us() >= kMicrosPerDay;
  if (verify_books || is_due) {
    RETURN_IF_ERROR(LookAtBooks(&pass));
  } else {
    pass.unknown.insert(v1::ALERT_KIND_BOOKS_DIFFER);
  }
  RETURN_IF_ERROR(Flush(&pass));
  RETURN_IF_ERROR(CloseWhatIsOver(&pass));
  RETURN_IF_ERROR(End(pass.unknown.count(v1::ALERT_KIND_BOOKS_DIFFER) == 0, &pass));
  changed_();
  return pass.result;
}

absl::StatusOr<rec::PassRecord> Evaluator::Begin() {
  rec::PassRecord begun;
  const absl::Status stored =
      store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto earlier, PassTable::Find(transaction));
        begun = earlier.value_or(rec::PassRecord());
        begun.set_pass(begun.pass() + 1);
        // A new store has nothing to verify before tomorrow.
        if (begun.verified_us() == 0) begun.set_verified_us(clock_.NowUs());
        return PassTable::Put(transaction, begun);
      });
  RETURN_IF_ERROR(stored);
  return begun;
}

absl::Status Evaluator::Tolerate(const absl::Status& status, const std::string& what,
                                 const std::vector<v1::AlertKind>& kinds, Pass* pass) {
  if (status.ok()) return status;
  pass->unknown.insert(kinds.begin(), kinds.end());
  if (pass->result.problems.size() < kProblemsMax) {
    pass->result.problems.push_back(absl::StrCat(what, ": ", status.message()));
  }
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtSchools(SchoolSurvey* survey, Pass* pass) {
  std::string token;
  do {
    const absl::StatusOr<con::ListSchoolsResponse> page = questions_.Schools(token);
    if (!page.ok()) return Tolerate(page.status(), "schools", SchoolKinds(), pass);
    for (const con::School& school : page->schools()) {
      ++pass->result.schools;
      const absl::StatusOr<PlannedSchool> planned = survey->Plan(school);
      if (!planned.ok()) {
        RETURN_IF_ERROR(Tolerate(planned.status(), absl::StrCat("school ", school.school_id()),
                                 SchoolKinds(), pass));
        continue;
      }
      pass->plans.emplace_back(school.school_id(), ToRecord(*planned, pass->number));
      for (Finding& finding : SchoolFindings(planned->name, planned->today, planned->facts,
                                             planned->plan, planned->lots, planned->last_record)) {
        pass->findings.push_back(std::move(finding));
      }
    }
    RETURN_IF_ERROR(Flush(pass));
    token = page->next_page_token();
  } while (!token.empty());
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtWarehouses(SchoolSurvey* survey, Pass* pass) {
  const std::vector<v1::AlertKind> kinds = {v1::ALERT_KIND_EXPIRING};
  const absl::StatusOr<std::vector<inv::Location>> warehouses = questions_.Warehouses();
  if (!warehouses.ok()) return Tolerate(warehouses.status(), "warehouses", kinds, pass);
  for (const inv::Location& warehouse : *warehouses) {
    const LocalDate today = LocalDateIn(pass->now_us, warehouse.time_zone());
    std::string product_id;
    const absl::StatusOr<std::vector<LotAt>> lots =
        survey->StockAt(warehouse.location_id(), today, &product_id);
    if (!lots.ok()) {
      RETURN_IF_ERROR(
          Tolerate(lots.status(), absl::StrCat("place ", warehouse.location_id()), kinds, pass));
      continue;
    }
    const PlaceName name = {warehouse.location_id(), warehouse.name_en(), warehouse.name_zh()};
    for (Finding& finding : WarehouseFindings(name, today, *lots)) {
      pass->findings.push_back(std::move(finding));
    }
    if (pass->findings.size() >= kBatch) RETURN_IF_ERROR(Flush(pass));
  }
  return absl::OkStatus();
}

absl::StatusOr<PlaceName> Evaluator::NameOf(const std::string& location_id) {
  ASSIGN_OR_RETURN(const inv::Location location, questions_.Location(location_id));
  return PlaceName{location_id, location.name_en(), location.name_zh()};
}

absl::Status Evaluator::LookAtShipments(SchoolSurvey* survey, Pass* pass) {
  const auto look = [&](const shp::Shipment& shipment) -> absl::Status {
    ASSIGN_OR_RETURN(const inv::Location destination,
                     questions_.Location(shipment.destination_id()));
    const PlaceName name = {destination.location_id(), destination.name_en(),
                            destination.name_zh()};
    ASSIGN_OR_RETURN(const Travelling travelling, ToTravelling(shipment, name));
    ASSIGN_OR_RETURN(const LeadTime lead_time,
                     survey->LaneOf(shipment.origin_id(), shipment.destination_id()));
    const LocalDate today = LocalDateIn(pass->now_us, destination.time_zone());
    for (Finding& finding : ShipmentFindings(travelling, today, lead_time)) {
      pass->findings.push_back(std::move(finding));
    }
    return absl::OkStatus();
  };
  const std::vector<v1::AlertKind> kinds = {v1::ALERT_KIND_SHIPMENT_LATE};
  for (const shp::ShipmentState state :
       {shp::SHIPMENT_STATE_DISPATCHED, shp::SHIPMENT_STATE_PARTLY_RECEIVED}) {
    std::string token;
    do {
      const absl::StatusOr<shp::ListShipmentsResponse> page = questions_.ShipmentsIn(state, token);
      if (!page.ok()) return Tolerate(page.status(), "shipments", kinds, pass);
      for (const shp::Shipment& shipment : page->shipments()) {
        RETURN_IF_ERROR(Tolerate(look(shipment), absl::StrCat("shipment ", shipment.shipment_id()),
                                 kinds, pass));
      }
      if (pass->findings.size() >= kBatch) RETURN_IF_ERROR(Flush(pass));
      token = page->next_page_token();
    } while (!token.empty());
  }
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtRecalls(Pass* pass) {
  const std::vector<v1::AlertKind> kinds = {v1::ALERT_KIND_RECALL_UNACKNOWLEDGED};
  const absl::StatusOr<std::vector<inv::Recall>> recalls = questions_.OpenRecalls();
  if (!recalls.ok()) return Tolerate(recalls.status(), "recalls", kinds, pass);
  for (const inv::Recall& recall : *recalls) {
    const int64_t ordered_us = recall.ordered_at().instant().seconds() * kMicrosPerSecond;
    const int64_t hours = (pass->now_us - ordered_us) / kMicrosPerHour;
    std::string token;
    do {
      const auto list = questions_.Unacknowledged(recall.recall_id(), token);
      if (!list.ok()) {
        RETURN_IF_ERROR(
            Tolerate(list.status(), absl::StrCat("recall ", recall.recall_id()), kinds, pass));
        break;
      }
      for (const trace::v1::RecallPlace& place : list->places()) {
        const inv::Location& location = place.location();
        pass->findings.push_back(RecallFinding(
            recall.recall_id(), {location.location_id(), location.name_en(), location.name_zh()},
            place.usable_g() + place.quarantined_g() + place.damaged_g() + place.arriving_g(),
            place.children(), hours));
      }
      if (pass->findings.size() >= kBatch) RETURN_IF_ERROR(Flush(pass));
      token = list->next_page_token();
    } while (!token.empty());
  }
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtShortages(Pass* pass) {
  const std::vector<v1::AlertKind> kinds = {v1::ALERT_KIND_SHORTAGE_UNRESOLVED};
  const auto look = [&](const shp::Shortage& shortage) -> absl::Status {
    if (shortage.open_packs() == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const PlaceName name, NameOf(shortage.destination_id()));
    const OccurredAt missed = {shortage.missed_at().instant().seconds() * kMicrosPerSecond,
                               shortage.missed_at().utc_offset_minutes()};
    const LocalDate today = LocalDateOf({pass->now_us, missed.offset_minutes});
    pass->findings.push_back(
        ShortageFinding({shortage.shipment_id(), shortage.receipt_id(), shortage.lot_id(),
                         shortage.open_packs(), name, LocalDateOf(missed)},
                        today));
    return absl::OkStatus();
  };
  std::string token;
  do {
    const absl::StatusOr<shp::ListShortagesResponse> page = questions_.OpenShortages(token);
    if (!page.ok()) return Tolerate(page.status(), "shortages", kinds, pass);
    for (const shp::Shortage& shortage : page->shortages()) {
      RETURN_IF_ERROR(Tolerate(look(shortage), absl::StrCat("shortage of ", shortage.shipment_id()),
                               kinds, pass));
    }
    if (pass->findings.size() >= kBatch) RETURN_IF_ERROR(Flush(pass));
    token = page->next_page_token();
  } while (!token.empty());
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtIncidents(Pass* pass) {
  const std::vector<v1::AlertKind> kinds = {v1::ALERT_KIND_INCIDENT};
  const auto look = [&](const con::IncidentCount& incident) -> absl::Status {
    if (!incident.still_stands()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const PlaceName name, NameOf(incident.school_id()));
    ASSIGN_OR_RETURN(const LocalDate day, ParseDate("served_on", incident.served_on()));
    pass->findings.push_back(IncidentFinding(name, incident.distribution_id(), day,
                                             incident.class_name(), incident.students()));
    return absl::OkStatus();
  };
  const int64_t since_us = std::max<int64_t>(pass->now_us - kIncidentDays * kMicrosPerDay, 0);
  std::string token;
  do {
    const absl::StatusOr<con::ListIncidentCountsResponse> page =
        questions_.Incidents(since_us, token);
    if (!page.ok()) return Tolerate(page.status(), "incidents", kinds, pass);
    for (const con::IncidentCount& incident : page->counts()) {
      RETURN_IF_ERROR(Tolerate(look(incident), absl::StrCat("incident at ", incident.school_id()),
                               kinds, pass));
    }
    if (pass->findings.size() >= kBatch) RETURN_IF_ERROR(Flush(pass));
    token = page->next_page_token();
  } while (!token.empty());
  return absl::OkStatus();
}

absl::Status Evaluator::LookAtBooks(Pass* pass) {
  const absl::StatusOr<Questions::Verification> verification = questions_.VerifyBooks();
  if (!verification.ok()) {
    return Tolerate(verification.status(), "books", {v1::ALERT_KIND_BOOKS_DIFFER}, pass);
  }
  if (verification->differences > 0) {
    pass->findings.push_back(
        BooksFinding(verification->differences, verification->first_difference));
  }
  return absl::OkStatus();
}

absl::Status Evaluator::Flush(Pass* pass) {
  for (size_t begin = 0; begin < std::max(pass->findings.size(), pass->plans.size());
       begin += kBatch) {
    AlertCounts counts;
    const absl::Status stored =
        store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
          counts = AlertCounts();
          const size_t end = begin + kBatch;
          for (size_t i = begin; i < std::min(end, pass->plans.size()); ++i) {
            RETURN_IF_ERROR(
                PutSchoolPlan(transaction, pass->plans[i].first, pass->plans[i].second));
          }
          for (size_t i = begin; i < std::min(end, pass->findings.size()); ++i) {
            RETURN_IF_ERROR(
                ApplyFinding(transaction, pass->findings[i], pass->number, pass->now_us, &counts));
          }
          return absl::OkStatus();
        });
    RETURN_IF_ERROR(stored);
    pass->result.counts.opened += counts.opened;
  }
  pass->plans.clear();
  pass->findings.clear();
  return absl::OkStatus();
}

absl::Status Evaluator::CloseWhatIsOver(Pass* pass) {
  for (int kind = v1::AlertKind_MIN + 1; kind <= v1::AlertKind_MAX; ++kind) {
    const auto alert_kind = static_cast<v1::AlertKind>(kind);
    if (pass->unknown.count(alert_kind) > 0) continue;
    std::string after;
    bool is_finished = false;
    while (!is_finished) {
      AlertCounts counts;
      std::string next;
      const absl::Status stored =
          store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
            counts = AlertCounts();
            next = after;
            ASSIGN_OR_RETURN(is_finished, CloseUnseen(transaction, alert_kind, pass->number,
                                                      pass->now_us, &next, &counts));
            return absl::OkStatus();
          });
      RETURN_IF_ERROR(stored);
      after = next;
      pass->result.counts.closed += counts.closed;
    }
  }
  return absl::OkStatus();
}

absl::Status Evaluator::End(bool verified, Pass* pass) {
  const absl::Status stored =
      store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto begun, PassTable::Find(transaction));
        rec::PassRecord record = begun.value_or(rec::PassRecord());
        record.set_finished_us(clock_.NowUs());
        if (verified) record.set_verified_us(clock_.NowUs());
        return PassTable::Put(transaction, record);
      });
  RETURN_IF_ERROR(stored);
  ASSIGN_OR_RETURN(pass->result.open, CountOpen(*store_.NewSnapshot()));
  return absl::OkStatus();
}

}  // namespace milkway::planning
