#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"

namespace milkway::programme {

namespace {

// So many that most have something in transit.
constexpr size_t kUnderWayMax = 60;

}  // namespace

void Clerk::DraftShipment() {
  constexpr const char* kOrigins[] = {kMelbourne, kMelbourne, kQingdao,
                                      kQingdao,   kXian,      "school-1"};
  const std::string origin = AnyOf(kOrigins);
  const std::string destination = AnyOf(kPlaces);
  const std::map<int64_t, int64_t>& usable = books_.UsableAt(origin);
  if (origin == destination || usable.empty()) return;
  Shipment draft;
  draft.origin = origin;
  draft.destination = destination;
  draft.needs_release = OneIn(4);
  shp::CreateShipmentRequest request;
  request.set_request_id(NextRequestId());
  shp::Shipment& shipment = *request.mutable_shipment();
  shipment.set_shipment_id(NextId("S"));
  shipment.set_origin_id(origin);
  shipment.set_destination_id(destination);
  shipment.set_mode(shp::TRANSPORT_MODE_ROAD);
  shipment.set_carrier("a carrier");
  shipment.set_requires_release_certificate(draft.needs_release);
  for (int64_t lines = Upto(3); lines > 0; --lines) {
    const int64_t lot = SomeLot(origin, Today());
    const int64_t packs = usable.at(lot) / story_.lots.at(lot).pack_g;
    draft.packs[lot] = OneIn(12) ? packs + 5 : Upto(std::clamp<int64_t>(packs / 2, 1, 120));
  }
  for (const auto& [lot, packs] : draft.packs) {
    shp::ShipmentLine& line = *shipment.add_lines();
    line.set_lot_id(lot);
    line.set_packs(packs);
  }
  const auto shared = std::make_shared<Shipment>(std::move(draft));
  Ask<shp::ShipmentService, shp::CreateShipmentResponse>(
      &shp::ShipmentService::Stub::async::CreateShipment, request, {},
      [this, shared](const shp::CreateShipmentResponse& answer) {
        const std::string& id = answer.shipment().shipment_id();
        EXPECT_TRUE(story_.shipments.emplace(id, std::move(*shared)).second) << id;
        drafts_.push_back(id);
      });
}

void Clerk::Dispatch() {
  if (drafts_.empty()) return;
  const std::string id = AnyOf(drafts_);
  const Shipment& draft = story_.shipments.at(id);
  if (!Touch(id)) return;
  const int64_t us = OneIn(2) ? When() : now_us_;
  shp::DispatchShipmentRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  *request.mutable_dispatched_at() = InChina(us);
  if (!OneIn(10)) request.set_fefo_override_reason("the first at hand");
  Expected expected = {.may = LedgerRefusals(), .leaves_us = us};
  for (const auto& [lot, packs] : draft.packs) {
    expected.leaves_g[{lot, inv::ACCOUNT_KIND_USABLE, draft.origin}] =
        packs * story_.lots.at(lot).pack_g;
  }
  if (draft.is_cancelled || draft.dispatched_us != 0) expected.must = {"SHIPMENT_NOT_DRAFT"};
  Ask<shp::ShipmentService, shp::DispatchShipmentResponse>(
      &shp::ShipmentService::Stub::async::DispatchShipment, request, expected,
      [this, id, us](const shp::DispatchShipmentResponse& answer) {
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_DISPATCH,
                         absl::StrCat("shipment/", id));
        Shipment& left = story_.shipments.at(id);
        left.dispatched_us = us;
        left.model = std::make_unique<ShipmentModel>(left.packs, left.needs_release);
        under_way_.push_back(id);
        if (under_way_.size() > kUnderWayMax) under_way_.erase(under_way_.begin());
        // One of them is tried again later.
        if (drafts_.size() > 20) drafts_.erase(drafts_.begin());
      });
}

void Clerk::Cancel() {
  if (drafts_.empty()) return;
  const std::string id = AnyOf(drafts_);
  const Shipment& draft = story_.shipments.at(id);
  if (!Touch(id)) return;
  shp::CancelShipmentRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  Expected expected;
  if (draft.dispatched_us != 0) expected.must = {"SHIPMENT_NOT_DRAFT"};
  // Whether it is the same to give it up twice is told elsewhere.
  if (draft.is_cancelled) return;
  Ask<shp::ShipmentService, shp::CancelShipmentResponse>(
      &shp::ShipmentService::Stub::async::CancelShipment, request, expected,
      [this, id](const shp::CancelShipmentResponse&) {
        story_.shipments.at(id).is_cancelled = true;
      });
}

std::string Clerk::SomeShipment() {
  if (under_way_.empty()) return "";
  const std::string& id = AnyOf(under_way_);
  return Touch(id) ? id : "";
}

void Clerk::PassMilestone() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  const int64_t us = OneIn(6) ? When() : WhenFrom(shipment.dispatched_us);
  shp::RecordMilestoneRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  *request.mutable_milestone()->mutable_occurred_at() = InChina(us);
  request.mutable_milestone()->set_kind(static_cast<shp::MilestoneKind>(Upto(6)));
  Expected expected;
  if (us < shipment.dispatched_us) expected.must = {"MILESTONE_BEFORE_DISPATCH"};
  Ask<shp::ShipmentService, shp::RecordMilestoneResponse>(
      &shp::ShipmentService::Stub::async::RecordMilestone, request, expected,
      [this, id](const shp::RecordMilestoneResponse&) { ++story_.shipments.at(id).milestones; });
}

void Clerk::RecordLeg() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  shp::RecordLegRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  request.mutable_leg()->set_sequence(static_cast<int32_t>(Upto(19)));
  request.mutable_leg()->set_mode(shp::TRANSPORT_MODE_RAIL);
  request.mutable_leg()->set_from_place("here");
  request.mutable_leg()->set_to_place(NextId("there"));
  const int32_t sequence = request.leg().sequence();
  Ask<shp::ShipmentService, shp::RecordLegResponse>(
      &shp::ShipmentService::Stub::async::RecordLeg, request, {},
      [this, id, sequence](const shp::RecordLegResponse& answer) {
        std::set<int32_t>& legs = story_.shipments.at(id).legs;
        legs.insert(sequence);
        EXPECT_EQ(static_cast<size_t>(answer.legs_size()), legs.size());
      });
}

void Clerk::AttachShipmentPaper() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  const bool is_certificate = !shipment.has_certificate && (shipment.needs_release || OneIn(4));
  shp::AttachShipmentDocumentRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  common::v1::Document& paper = *request.mutable_document();
  paper.set_document_id(is_certificate ? "certificate" : NextId("D"));
  paper.set_type(is_certificate ? common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE
                                : common::v1::DOCUMENT_TYPE_PACKING_LIST);
  paper.set_number("7");
  paper.set_issued_on("2024-12-01");
  Ask<shp::ShipmentService, shp::AttachShipmentDocumentResponse>(
      &shp::ShipmentService::Stub::async::AttachShipmentDocument, request, {},
      [this, id, is_certificate](const shp::AttachShipmentDocumentResponse&) {
        ++story_.shipments.at(id).documents;
        story_.shipments.at(id).has_certificate |= is_certificate;
      });
}

void Clerk::MeasureTemperatures() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  shp::RecordTemperaturesRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  request.set_logger_id("logger");
  for (int64_t count = Upto(4); count > 0; --count) {
    shp::TemperatureReading& reading = *request.add_readings();
    // Never the same instant twice.
    reading.set_read_us(now_us_ + ++last_id_);
    reading.set_temperature_milli_c(static_cast<int32_t>(Below(40'000)));
  }
  Ask<shp::ShipmentService, shp::RecordTemperaturesResponse>(
      &shp::ShipmentService::Stub::async::RecordTemperatures, request, {},
      [](const shp::RecordTemperaturesResponse&) {});
}

}  // namespace milkway::programme
