#include "services/trace/trace_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::trace {

namespace {

namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr size_t kClassBytesMax = 64;
constexpr size_t kSessionBytesMax = 128;
constexpr int64_t kMicrosPerSecond = 1'000'000;

int64_t ToUs(const common::v1::ZonedTime& time) {
  return time.instant().seconds() * kMicrosPerSecond + time.instant().nanos() / 1000;
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> ParseLotIds(const v1::TraceLotRequest& request) {
  RETURN_IF_ERROR(runtime::CheckCount("lot_ids", request.lot_ids_size(), 1, kLotsAskedMax));
  std::vector<int64_t> lot_ids;
  std::set<int64_t> seen;
  for (int i = 0; i < request.lot_ids_size(); ++i) {
    const std::string field = runtime::Item("lot_ids", i);
    ASSIGN_OR_RETURN(
        const int64_t lot_id,
        runtime::ParseNumber(field, request.lot_ids(i), 1, std::numeric_limits<int64_t>::max()));
    if (!seen.insert(lot_id).second) {
      return runtime::InvalidField(field, "must not name a lot that was named before");
    }
    lot_ids.push_back(lot_id);
  }
  return lot_ids;
}

absl::StatusOr<ServingQuestion> ParseServingQuestion(const v1::TraceServingRequest& request) {
  ServingQuestion question;
  ASSIGN_OR_RETURN(question.location_id, runtime::ParseId("location_id", request.location_id()));
  if (request.served_on().empty()) {
    if (!request.class_name().empty() || !request.session().empty()) {
      return runtime::InvalidField("served_on", "must be set where a class or session is named");
    }
    return question;
  }
  RETURN_IF_ERROR(ParseDate("served_on", request.served_on()).status());
  question.served_on = request.served_on();
  ASSIGN_OR_RETURN(question.class_name,
                   runtime::ParseText("class_name", request.class_name(), 0, kClassBytesMax));
  ASSIGN_OR_RETURN(question.session,
                   runtime::ParseText("session", request.session(), 0, kSessionBytesMax));
  return question;
}

v1::TracedShipment ToMessage(const shp::Shipment& shipment, const std::set<int64_t>& lot_ids) {
  v1::TracedShipment message;
  message.set_shipment_id(shipment.shipment_id());
  message.set_origin_id(shipment.origin_id());
  message.set_destination_id(shipment.destination_id());
  message.set_mode(shipment.mode());
  message.set_carrier(shipment.carrier());
  message.set_tracking_number(shipment.tracking_number());
  message.set_state(shipment.state());
  message.set_expected_on(shipment.expected_on());
  message.set_dispatched_us(ToUs(shipment.dispatched_at()));
  for (const shp::ShipmentLineStatus& line : shipment.line_statuses()) {
    if (lot_ids.count(line.lot_id()) > 0) *message.add_lots() = line;
  }
  return message;
}

v1::TracedSchool ToMessage(const con::LotSchool& school) {
  v1::TracedSchool message;
  message.set_school_id(school.school_id());
  message.set_servings(school.servings());
  message.set_served_g(school.served_g());
  message.set_children(school.children());
  message.set_class_records(school.class_records());
  message.set_first_day(school.first_day());
  message.set_last_day(school.last_day());
  return message;
}

v1::TracedClassDay ToMessage(const con::LotClassDay& day) {
  v1::TracedClassDay message;
  message.set_lot_id(day.lot_id());
  message.set_school_id(day.school_id());
  message.set_served_on(day.served_on());
  message.set_class_name(day.class_name());
  message.set_session(day.session());
  message.set_distribution_id(day.distribution_id());
  message.set_servings(day.servings());
  message.set_served_g(day.served_g());
  return message;
}

Leg ToLeg(const shp::Shipment& shipment) {
  return {shipment.shipment_id(), shipment.origin_id(), shipment.destination_id(),
          ToUs(shipment.dispatched_at())};
}

bool IsOnTheWay(const shp::Shipment& shipment) {
  return shipment.state() == shp::SHIPMENT_STATE_DISPATCHED ||
         shipment.state() == shp::SHIPMENT_STATE_PARTLY_RECEIVED;
}

}  // namespace milkway::trace
