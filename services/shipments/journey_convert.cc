#include "services/shipments/journey_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::shipments {

// The numbers of the domain's kinds are those of the public ones.
static_assert(static_cast<int>(EventKind::kCreated) == v1::SHIPMENT_EVENT_KIND_CREATED);
static_assert(static_cast<int>(EventKind::kCancelled) == v1::SHIPMENT_EVENT_KIND_CANCELLED);
static_assert(static_cast<int>(EventKind::kDispatched) == v1::SHIPMENT_EVENT_KIND_DISPATCHED);
static_assert(static_cast<int>(EventKind::kMilestone) == v1::SHIPMENT_EVENT_KIND_MILESTONE);
static_assert(static_cast<int>(EventKind::kReceived) == v1::SHIPMENT_EVENT_KIND_RECEIVED);
static_assert(static_cast<int>(EventKind::kReceiptCorrected) ==
              v1::SHIPMENT_EVENT_KIND_RECEIPT_CORRECTED);
static_assert(static_cast<int>(EventKind::kCountersigned) == v1::SHIPMENT_EVENT_KIND_COUNTERSIGNED);
static_assert(static_cast<int>(EventKind::kLost) == v1::SHIPMENT_EVENT_KIND_LOST);
static_assert(static_cast<int>(EventKind::kClosed) == v1::SHIPMENT_EVENT_KIND_CLOSED);
static_assert(static_cast<int>(EventKind::kReturned) == v1::SHIPMENT_EVENT_KIND_RETURNED);
static_assert(static_cast<int>(EventKind::kReleased) == v1::SHIPMENT_EVENT_KIND_RELEASED);
static_assert(static_cast<int>(EventKind::kShortageResolved) ==
              v1::SHIPMENT_EVENT_KIND_SHORTAGE_RESOLVED);
static_assert(static_cast<int>(EventKind::kLeg) == v1::SHIPMENT_EVENT_KIND_LEG);
static_assert(static_cast<int>(EventKind::kDocument) == v1::SHIPMENT_EVENT_KIND_DOCUMENT);
static_assert(static_cast<int>(EventKind::kTemperatures) == v1::SHIPMENT_EVENT_KIND_TEMPERATURES);
static_assert(static_cast<int>(Expected::kLegPlan) == v1::EXPECTATION_SOURCE_LEG_PLAN);
static_assert(static_cast<int>(Expected::kLane) == v1::EXPECTATION_SOURCE_LANE);
static_assert(static_cast<int>(Expected::kExpectedOn) == v1::EXPECTATION_SOURCE_EXPECTED_ON);

namespace {

v1::JourneyEvent ToMessage(const JourneyEvent& event) {
  v1::JourneyEvent message;
  *message.mutable_at() = ToZonedTime(event.at);
  message.set_kind(static_cast<v1::ShipmentEventKind>(event.kind));
  message.set_shipment_id(event.shipment_id);
  message.set_place(event.place);
  message.set_note(event.note);
  message.set_subject(event.subject);
  message.set_milestone(static_cast<v1::MilestoneKind>(event.milestone));
  message.set_expected(event.source != Expected::kHappened);
  message.set_source(static_cast<v1::ExpectationSource>(event.source));
  if (event.late_at.has_value()) *message.mutable_late_at() = ToZonedTime(*event.late_at);
  message.set_sample_count(event.sample_count);
  return message;
}

}  // namespace

absl::StatusOr<JourneyQuestion> ParseJourneyQuestion(const v1::GetJourneyRequest& request) {
  JourneyQuestion question;
  if (!request.shipment_id().empty()) {
    ASSIGN_OR_RETURN(question.shipment_id, runtime::ParseId("shipment_id", request.shipment_id()));
    if (request.lot_id() == 0) return question;
    return runtime::InvalidField("lot_id", "must be left out where a shipment is named");
  }
  if (request.lot_id() < 1) {
    return runtime::InvalidField("lot_id", "must be a lot, unless a shipment is named");
  }
  question.lot = LotId{request.lot_id()};
  return question;
}

v1::GetJourneyResponse ToMessage(const Journey& journey) {
  v1::GetJourneyResponse message;
  for (const JourneyEvent& event : journey.events) *message.add_events() = ToMessage(event);
  message.set_incomplete(journey.is_incomplete);
  return message;
}

absl::StatusOr<Watch> ParseWatch(const v1::WatchShipmentsRequest& request) {
  Watch watch;
  if (!request.destination_id().empty()) {
    ASSIGN_OR_RETURN(watch.destination_id,
                     runtime::ParseId("destination_id", request.destination_id()));
  }
  ASSIGN_OR_RETURN(watch.after_position,
                   runtime::ParseNumber("after_position", request.after_position(), 0,
                                        std::numeric_limits<int64_t>::max()));
  watch.from_now = request.from_now();
  if (watch.from_now && watch.after_position != 0) {
    return runtime::InvalidField("after_position", "must be 0 for a stream from now on");
  }
  return watch;
}

v1::ShipmentChange ToMessage(const Change& change) {
  const rec::ChangeRecord& record = change.record;
  v1::ShipmentChange message;
  message.set_position(change.position);
  message.set_shipment_id(record.shipment_id());
  message.set_kind(static_cast<v1::ShipmentEventKind>(record.kind()));
  message.set_subject(record.subject());
  message.set_state(static_cast<v1::ShipmentState>(record.state()));
  message.set_origin_id(record.origin_id());
  message.set_destination_id(record.destination_id());
  message.set_recorded_by(record.recorded_by());
  message.set_recorded_us(record.recorded_us());
  return message;
}

}  // namespace milkway::shipments
