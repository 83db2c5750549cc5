#include "services/impact/journey_questions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/impact_errors.h"
#include "services/impact/publisher.h"
#include "services/runtime/dates.h"

namespace milkway::impact {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;

constexpr char kCaller[] = "service:impact";
constexpr size_t kLotsToldMax = 100;

absl::StatusOr<std::string> DayOf(const common::v1::ZonedTime& time) {
  const auto at = ParseZonedTime("at", time);
  if (!at.ok()) return AnswerIsWrong("shipments", "has an event at no time");
  return FormatDate(LocalDateOf(*at));
}

std::string UtcDayOf(int64_t us) { return FormatDate(LocalDateOf({us, 0})); }

// What a donor is told of an event: without notes and papers, which people write for
// each other. Nothing for what does not move the milk.
std::optional<v1::JourneyStepKind> StepOf(shp::ShipmentEventKind kind) {
  switch (kind) {
    case shp::SHIPMENT_EVENT_KIND_DISPATCHED:
      return v1::JOURNEY_STEP_KIND_SENT;
    case shp::SHIPMENT_EVENT_KIND_MILESTONE:
    case shp::SHIPMENT_EVENT_KIND_LEG_DEPARTED:
    case shp::SHIPMENT_EVENT_KIND_LEG_ARRIVED:
      return v1::JOURNEY_STEP_KIND_PASSED;
    case shp::SHIPMENT_EVENT_KIND_RECEIVED:
    case shp::SHIPMENT_EVENT_KIND_ARRIVAL:
      return v1::JOURNEY_STEP_KIND_ARRIVED;
    case shp::SHIPMENT_EVENT_KIND_RELEASED:
      return v1::JOURNEY_STEP_KIND_RELEASED;
    case shp::SHIPMENT_EVENT_KIND_LOST:
      return v1::JOURNEY_STEP_KIND_LOST;
    case shp::SHIPMENT_EVENT_KIND_RETURNED:
      return v1::JOURNEY_STEP_KIND_SENT_BACK;
    default:
      return std::nullopt;
  }
}

absl::Status AddEvent(int64_t lot, const shp::JourneyEvent& event, v1::GiftJourney* journey) {
  const auto kind = StepOf(event.kind());
  if (!kind.has_value()) return absl::OkStatus();
  v1::JourneyStep& step = *journey->add_steps();
  step.set_kind(*kind);
  step.set_lot_id(lot);
  ASSIGN_OR_RETURN(*step.mutable_on(), DayOf(event.at()));
  step.set_place(event.place());
  step.set_shipment_id(event.shipment_id());
  step.set_milestone(event.milestone());
  step.set_expected(event.expected());
  if (event.has_late_at()) {
    ASSIGN_OR_RETURN(*step.mutable_late_on(), DayOf(event.late_at()));
  }
  return absl::OkStatus();
}

void AddServed(const LotShare& lot, const std::string& told_on, v1::GiftJourney* journey) {
  for (const SchoolShare& school : lot.schools) {
    if (school.served_g == 0) continue;
    v1::JourneyStep& step = *journey->add_steps();
    step.set_kind(v1::JOURNEY_STEP_KIND_SERVED);
    step.set_lot_id(lot.lot.value);
    step.set_on(told_on);
    step.set_place(school.school_id);
    step.set_quantity_g(school.served_g);
    step.set_servings(school.servings);
  }
}

}  // namespace

Journeys::Journeys(storage::Store* store, runtime::Asking* asking)
    : store_(*store),
      asking_(*asking),
      purchases_(kCaller, "inventory"),
      shipments_(kCaller, "shipments") {}

void Journeys::Connect(const runtime::Peers& peers) {
  purchases_.Connect(peers.inventory);
  shipments_.Connect(peers.shipments);
}

absl::StatusOr<v1::GiftJourney> Journeys::Tell(const std::string& gift_id) const {
  const auto snapshot = store_.NewSnapshot();
  ASSIGN_OR_RETURN(const std::optional<Publication> last, ResolvePublication(*snapshot, 0));
  ASSIGN_OR_RETURN(const GiftImpact impact,
                   ReadStatement(*snapshot, gift_id, last.value_or(Publication())));
  if (impact.lots.size() > kLotsToldMax) return LotsTooMany(impact.lots.size(), kLotsToldMax);
  v1::GiftJourney journey;
  journey.set_gift_id(gift_id);
  for (const LotShare& lot : impact.lots) {
    RETURN_IF_ERROR(AddLot(lot, &journey));
    if (last.has_value()) AddServed(lot, UtcDayOf(last->record.started_us()), &journey);
  }
  if (last.has_value()) {
    v1::JourneyStep& next = *journey.add_steps();
    next.set_kind(v1::JOURNEY_STEP_KIND_TOLD_NEXT);
    next.set_on(UtcDayOf(last->record.started_us() + kPublicationPauseUs));
    next.set_expected(true);
  }
  std::stable_sort(journey.mutable_steps()->begin(), journey.mutable_steps()->end(),
                   [](const v1::JourneyStep& a, const v1::JourneyStep& b) {
                     if (a.expected() != b.expected()) return b.expected();
                     return a.on() < b.on();
                   });
  return journey;
}

absl::Status Journeys::AddLot(const LotShare& lot, v1::GiftJourney* journey) const {
  inv::GetLotsRequest question;
  question.add_lot_ids(lot.lot.value);
  ASSIGN_OR_RETURN(const auto lots, asking_.Ask<inv::GetLotsResponse>(
                                        purchases_, &inv::PurchaseService::Stub::async::GetLots,
                                        std::move(question)));
  if (lots.lots_size() != 1) return AnswerIsWrong("inventory", "has another number of lots");
  v1::JourneyStep& bought = *journey->add_steps();
  bought.set_kind(v1::JOURNEY_STEP_KIND_BOUGHT);
  bought.set_lot_id(lot.lot.value);
  bought.set_on(lots.lots(0).purchased_on());
  bought.set_quantity_g(lot.funded_g);
  shp::GetJourneyRequest timeline;
  timeline.set_lot_id(lot.lot.value);
  ASSIGN_OR_RETURN(
      const auto answer,
      asking_.Ask<shp::GetJourneyResponse>(
          shipments_, &shp::ShipmentService::Stub::async::GetJourney, std::move(timeline)));
  for (const shp::JourneyEvent& event : answer.events()) {
    RETURN_IF_ERROR(AddEvent(lot.lot.value, event, journey));
  }
  if (answer.incomplete()) journey->set_incomplete(true);
  return absl::OkStatus();
}

}  // namespace milkway::impact
