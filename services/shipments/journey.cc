#include "services/shipments/journey.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "services/shipments/legs.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/shortages.h"
#include "services/shipments/transit_exits.h"

namespace milkway::shipments {

namespace {

constexpr int64_t kNoonUs = kMicrosPerDay / 2;

// What the last received shipments of the lane took.
absl::StatusOr<std::optional<LaneQuantiles>> LearnLane(const storage::Reader& reader,
                                                       const rec::ShipmentRecord& shipment) {
  std::vector<int64_t> durations_us;
  RETURN_IF_ERROR(LaneTable::Scan(
      reader, LaneKey::Range(shipment.origin_id(), shipment.destination_id()),
      [&](const LaneKey::Key& key, const rec::LaneTimeRecord& lane) {
        durations_us.push_back(lane.received_us() + std::get<2>(key));  // minus dispatched
        return durations_us.size() < kLaneSamplesMax;
      }));
  return QuantilesOf(std::move(durations_us));
}

// Collects the events of one shipment.
class Story {
 public:
  Story(const storage::Reader& reader, const std::string& shipment_id,
        const rec::ShipmentRecord& shipment, Journey* journey)
      : reader_(reader), shipment_id_(shipment_id), shipment_(shipment), journey_(*journey) {}

  absl::Status Tell() {
    if (shipment_.has_dispatched_at()) {
      Add(FromRecord(shipment_.dispatched_at()), v1::SHIPMENT_EVENT_KIND_DISPATCHED).place =
          shipment_.origin_id();
    }
    RETURN_IF_ERROR(TellMilestones());
    RETURN_IF_ERROR(TellReceipts());
    RETURN_IF_ERROR(TellExits());
    RETURN_IF_ERROR(TellShortages());
    if (shipment_.has_release()) {
      const rec::ReleaseRecord& release = shipment_.release();
      JourneyEvent& event =
          Add(FromRecord(release.released_at()), v1::SHIPMENT_EVENT_KIND_RELEASED);
      event.place = shipment_.destination_id();
      event.subject = release.document_id();
    }
    return TellLegsAndArrival();
  }

 private:
  JourneyEvent& Add(const OccurredAt& at, v1::ShipmentEventKind kind) {
    JourneyEvent& event = journey_.events.emplace_back();
    event.at = at;
    event.kind = static_cast<uint32_t>(kind);
    event.shipment_id = shipment_id_;
    return event;
  }

  absl::Status TellMilestones() {
    ASSIGN_OR_RETURN(const std::vector<Milestone> milestones, MilestonesOf(reader_, shipment_id_));
    for (const Milestone& milestone : milestones) {
      JourneyEvent& event = Add(milestone.occurred_at, v1::SHIPMENT_EVENT_KIND_MILESTONE);
      event.place = milestone.place;
      event.note = milestone.note;
      event.milestone = milestone.kind;
    }
    return absl::OkStatus();
  }

  absl::Status TellReceipts() {
    ASSIGN_OR_RETURN(const std::vector<ReceiptOnRecord> receipts,
                     ReceiptsOf(reader_, shipment_id_));
    for (const ReceiptOnRecord& receipt : receipts) {
      const rec::ReceiptVersionRecord& standing = *receipt.record.versions().rbegin();
      if (standing.lines().empty()) continue;  // it never happened
      JourneyEvent& event =
          Add(FromRecord(receipt.record.received_at()), v1::SHIPMENT_EVENT_KIND_RECEIVED);
      event.place = shipment_.destination_id();
      event.note = standing.note();
      event.subject = receipt.receipt_id;
      if (!standing.has_countersignature()) continue;
      const rec::CountersignatureRecord& signature = standing.countersignature();
      JourneyEvent& sign =
          Add(FromRecord(signature.signed_at()), v1::SHIPMENT_EVENT_KIND_COUNTERSIGNED);
      sign.place = shipment_.destination_id();
      sign.note = signature.note();
      sign.subject = receipt.receipt_id;
    }
    return absl::OkStatus();
  }

  absl::Status TellExits() {
    ASSIGN_OR_RETURN(const auto exits, ExitsOf(reader_, shipment_id_));
    for (const rec::TransitExitRecord& exit : exits) {
      const auto kind = static_cast<ExitKind>(exit.kind());
      JourneyEvent& event = Add(FromRecord(exit.occurred_at()),
                                kind == ExitKind::kReturned ? v1::SHIPMENT_EVENT_KIND_RETURNED
                                : kind == ExitKind::kClosed ? v1::SHIPMENT_EVENT_KIND_CLOSED
                                                            : v1::SHIPMENT_EVENT_KIND_LOST);
      if (kind == ExitKind::kReturned) event.place = shipment_.origin_id();
      event.note = exit.reason();
    }
    return absl::OkStatus();
  }

  absl::Status TellShortages() {
    ASSIGN_OR_RETURN(const auto shortages, ShortagesOf(reader_, shipment_id_));
    for (const ShortageOnRecord& shortage : shortages) {
      for (const rec::ResolutionRecord& resolution : shortage.record.resolutions()) {
        JourneyEvent& event =
            Add(FromRecord(resolution.occurred_at()), v1::SHIPMENT_EVENT_KIND_SHORTAGE_RESOLVED);
        event.place = shipment_.destination_id();
        event.note = resolution.note();
        event.subject = shortage.id.receipt_id;
      }
    }
    return absl::OkStatus();
  }

  // Legs as they were and as they are planned, and the arrival that is expected.
  absl::Status TellLegsAndArrival() {
    ASSIGN_OR_RETURN(const std::vector<Leg> legs, LegsOf(reader_, shipment_id_));
    const ShipmentState state = StateOf(shipment_);
    const bool goes_on = state == ShipmentState::kDraft || state == ShipmentState::kDispatched ||
                         state == ShipmentState::kPartlyReceived;
    for (const Leg& leg : legs) {
      TellLegEnd(leg, leg.departed_at, leg.planned_departure_at, leg.from_place,
                 v1::SHIPMENT_EVENT_KIND_LEG_DEPARTED, goes_on);
      TellLegEnd(leg, leg.arrived_at, leg.planned_arrival_at, leg.to_place,
                 v1::SHIPMENT_EVENT_KIND_LEG_ARRIVED, goes_on);
    }
    return goes_on ? TellArrival(legs) : absl::OkStatus();
  }

  void TellLegEnd(const Leg& leg, const std::optional<OccurredAt>& actual,
                  const std::optional<OccurredAt>& planned, const std::string& place,
                  v1::ShipmentEventKind kind, bool goes_on) {
    if (!actual.has_value() && !(planned.has_value() && goes_on)) return;
    JourneyEvent& event = Add(actual.has_value() ? *actual : *planned, kind);
    event.place = place;
    event.subject = absl::StrCat(leg.sequence);
    if (!actual.has_value()) event.source = Expected::kLegPlan;
  }

  absl::Status TellArrival(const std::vector<Leg>& legs) {
    std::optional<LaneQuantiles> lane;
    if (shipment_.has_dispatched_at()) {
      ASSIGN_OR_RETURN(lane, LearnLane(reader_, shipment_));
    }
    if (lane.has_value()) {
      const OccurredAt left = FromRecord(shipment_.dispatched_at());
      JourneyEvent& event = Arrival({left.us + lane->median_us, left.offset_minutes});
      event.source = Expected::kLane;
      event.late_at = OccurredAt{left.us + lane->late_us, left.offset_minutes};
      event.sample_count = lane->sample_count;
    } else if (!legs.empty() && legs.back().planned_arrival_at.has_value()) {
      Arrival(*legs.back().planned_arrival_at).source = Expected::kLegPlan;
    } else if (shipment_.has_expected_day()) {
      // Noon of the day; the local offset there is not known here.
      Arrival({shipment_.expected_day() * kMicrosPerDay + kNoonUs, 0}).source =
          Expected::kExpectedOn;
    }
    return absl::OkStatus();
  }

  JourneyEvent& Arrival(const OccurredAt& at) {
    JourneyEvent& event = Add(at, v1::SHIPMENT_EVENT_KIND_ARRIVAL);
    event.place = shipment_.destination_id();
    return event;
  }

  const storage::Reader& reader_;
  const std::string& shipment_id_;
  const rec::ShipmentRecord& shipment_;
  Journey& journey_;
};

// What happened before what is expected, each in order of time; the order in which it
// was told where the times are equal.
void PutInOrder(Journey* journey) {
  std::stable_sort(journey->events.begin(), journey->events.end(),
                   [](const JourneyEvent& a, const JourneyEvent& b) {
                     const bool a_expected = a.source != Expected::kHappened;
                     const bool b_expected = b.source != Expected::kHappened;
                     return std::tie(a_expected, a.at.us) < std::tie(b_expected, b.at.us);
                   });
}

}  // namespace

std::optional<LaneQuantiles> QuantilesOf(std::vector<int64_t> durations_us) {
  const size_t count = durations_us.size();
  if (count < kLaneSamplesMin) return std::nullopt;
  std::sort(durations_us.begin(), durations_us.end());
  // Nearest rank: the smallest value that at least p of the values do not exceed.
  const auto at_rank = [&](size_t tenths) { return durations_us[(count * tenths + 9) / 10 - 1]; };
  return LaneQuantiles{at_rank(5), at_rank(9), static_cast<int32_t>(count)};
}

absl::StatusOr<Journey> JourneyOfShipment(const storage::Reader& reader,
                                          const std::string& shipment_id) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, ReadShipment(reader, shipment_id));
  Journey journey;
  RETURN_IF_ERROR(Story(reader, shipment_id, shipment, &journey).Tell());
  PutInOrder(&journey);
  return journey;
}

absl::StatusOr<Journey> JourneyOfLot(const storage::Reader& reader, LotId lot) {
  std::vector<std::string> shipment_ids;
  Journey journey;
  RETURN_IF_ERROR(ShipmentByLotTable::Scan(
      reader, ShipmentByLotKey::Range(lot.value),
      [&](const ShipmentByLotKey::Key& key, const rec::IndexRecord&) {
        journey.is_incomplete = shipment_ids.size() == kJourneyShipmentsMax;
        if (!journey.is_incomplete) shipment_ids.push_back(std::get<1>(key));
        return !journey.is_incomplete;
      }));
  for (const std::string& shipment_id : shipment_ids) {
    ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, ReadShipment(reader, shipment_id));
    if (!HasLeft(StateOf(shipment)) || !HasLot(shipment, lot.value)) continue;
    RETURN_IF_ERROR(Story(reader, shipment_id, shipment, &journey).Tell());
  }
  PutInOrder(&journey);
  return journey;
}

}  // namespace milkway::shipments
