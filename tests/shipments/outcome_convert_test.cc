// The limits of the messages about transport and outcomes, and the path of the field that
// breaks them.

#include "services/shipments/outcome_convert.h"

#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/shipments/journey_convert.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/transport_convert.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;

common::v1::ZonedTime TimeAt(int64_t minutes = 0) {
  return ToZonedTime({1'748'736'000'000'000 + minutes * kMicrosPerMinute, 480});
}

v1::Leg SomeLeg() {
  v1::Leg leg;
  leg.set_sequence(1);
  leg.set_mode(v1::TRANSPORT_MODE_SEA);
  leg.set_from_place("Melbourne");
  leg.set_to_place("Shanghai");
  return leg;
}
absl::StatusOr<Leg> LegWith(const std::function<void(v1::Leg&)>& change) {
  v1::Leg leg = SomeLeg();
  change(leg);
  return ParseLeg(leg);
}

TEST(ParseLeg, LimitsWhatIsStated) {
  EXPECT_THAT(ParseLeg(SomeLeg()), IsOk());
  EXPECT_THAT(LegWith([](auto& l) { l.set_sequence(0); }), NamesField("sequence"));
  EXPECT_THAT(LegWith([](auto& l) { l.set_sequence(21); }), NamesField("sequence"));
  EXPECT_THAT(LegWith([](auto& l) { l.clear_mode(); }), NamesField("mode"));
  EXPECT_THAT(LegWith([](auto& l) { l.clear_from_place(); }), NamesField("from_place"));
  EXPECT_THAT(LegWith([](auto& l) { l.clear_to_place(); }), NamesField("to_place"));
  EXPECT_THAT(LegWith([](auto& l) { l.set_container_number(std::string(21, 'A')); }),
              NamesField("container_number"));
  EXPECT_THAT(LegWith([](auto& l) { l.set_seal_number(std::string(51, 'A')); }),
              NamesField("seal_number"));
  EXPECT_THAT(LegWith([](auto& l) { l.set_sscc("106141412345678909"); }), NamesField("sscc"));
  EXPECT_THAT(LegWith([](auto& l) { l.set_sscc("106141412345678908"); }), IsOk());
}

TEST(ParseLeg, ArrivesAfterItDeparted) {
  EXPECT_THAT(LegWith([](auto& l) { *l.mutable_arrived_at() = TimeAt(); }),
              NamesField("departed_at"));
  EXPECT_THAT(LegWith([](auto& l) {
                *l.mutable_departed_at() = TimeAt(1);
                *l.mutable_arrived_at() = TimeAt(0);
              }),
              NamesField("arrived_at"));
  EXPECT_THAT(LegWith([](auto& l) {
                *l.mutable_planned_departure_at() = TimeAt(1);
                *l.mutable_planned_arrival_at() = TimeAt(0);
              }),
              NamesField("planned_arrival_at"));
}

TEST(ParseLeg, ComesBackAsItWasStated) {
  v1::Leg leg = SomeLeg();
  leg.set_sscc("106141412345678908");
  *leg.mutable_departed_at() = TimeAt(1);
  *leg.mutable_planned_arrival_at() = TimeAt(2);

  EXPECT_EQ(ToMessage(*ParseLeg(leg)).DebugString(), leg.DebugString());
}

absl::StatusOr<DocumentOnRecord> DocumentWith(
    const std::function<void(common::v1::Document&)>& change) {
  common::v1::Document document;
  document.set_document_id("D-1");
  document.set_type(common::v1::DOCUMENT_TYPE_INVOICE);
  change(document);
  return ParseDocument(document);
}

TEST(ParseDocument, LimitsWhatIsStated) {
  EXPECT_THAT(DocumentWith([](auto&) {}), IsOk());
  EXPECT_THAT(DocumentWith([](auto& d) { d.clear_document_id(); }), NamesField("document_id"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.clear_type(); }), NamesField("type"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_number(std::string(101, '1')); }),
              NamesField("number"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_issued_on("2025-13-01"); }),
              NamesField("issued_on"));
  EXPECT_THAT(DocumentWith([](auto& d) {
                d.set_issued_on("2025-06-02");
                d.set_valid_until("2025-06-01");
              }),
              NamesField("valid_until"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_sha256("abc"); }), NamesField("sha256"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_uri("ftp://old"); }), NamesField("uri"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_uri("https://"); }), NamesField("uri"));
  EXPECT_THAT(DocumentWith([](auto& d) { d.set_uri("s3://papers/1"); }), IsOk());
}

v1::RecordTemperaturesRequest SomeReadings() {
  v1::RecordTemperaturesRequest request;
  request.set_shipment_id("S-1");
  request.set_logger_id("L-1");
  request.add_readings()->set_read_us(1'748'736'000'000'002);
  request.add_readings()->set_read_us(1'748'736'000'000'001);
  return request;
}

TEST(ParseReadings, AreSortedAndLimited) {
  const auto readings = ParseReadings(SomeReadings());
  ASSERT_THAT(readings, IsOk());
  EXPECT_LT(readings->readings[0].read_us, readings->readings[1].read_us);
  const auto with = [](const std::function<void(v1::RecordTemperaturesRequest&)>& change) {
    v1::RecordTemperaturesRequest request = SomeReadings();
    change(request);
    return ParseReadings(request);
  };
  EXPECT_THAT(with([](auto& r) { r.clear_readings(); }), NamesField("readings"));
  EXPECT_THAT(with([](auto& r) { *r.add_readings() = r.readings(0); }), NamesField("readings"));
  EXPECT_THAT(with([](auto& r) { r.mutable_readings(1)->set_read_us(5); }),
              NamesField("readings[1].read_us"));
  EXPECT_THAT(with([](auto& r) { r.mutable_readings(0)->set_temperature_milli_c(100'001); }),
              NamesField("readings[0].temperature_milli_c"));
  EXPECT_THAT(with([](auto& r) {
                r.set_lowest_milli_c(2);
                r.set_highest_milli_c(1);
              }),
              NamesField("highest_milli_c"));
}

v1::ResolveShortageRequest SomeResolution(v1::ShortageOutcome outcome) {
  v1::ResolveShortageRequest request;
  request.set_shipment_id("S-1");
  request.set_receipt_id("R-1");
  request.set_lot_id(1);
  v1::ShortageResolution& resolution = *request.mutable_resolution();
  resolution.set_outcome(outcome);
  resolution.set_packs(1);
  *resolution.mutable_occurred_at() = TimeAt();
  resolution.set_note("asked");
  return request;
}
absl::StatusOr<Resolution> ResolutionWith(
    v1::ShortageOutcome outcome, const std::function<void(v1::ResolveShortageRequest&)>& change) {
  v1::ResolveShortageRequest request = SomeResolution(outcome);
  change(request);
  return ParseResolution(request);
}

TEST(ParseResolution, SaysWhatBecameOfSomePacks) {
  constexpr auto kFound = v1::SHORTAGE_OUTCOME_FOUND;
  EXPECT_THAT(ResolutionWith(kFound, [](auto&) {}), IsOk());
  EXPECT_THAT(ResolutionWith(v1::SHORTAGE_OUTCOME_UNSPECIFIED, [](auto&) {}),
              NamesField("resolution.outcome"));
  EXPECT_THAT(ResolutionWith(kFound, [](auto& r) { r.mutable_resolution()->set_packs(0); }),
              NamesField("resolution.packs"));
  EXPECT_THAT(ResolutionWith(kFound, [](auto& r) { r.mutable_resolution()->clear_note(); }),
              NamesField("resolution.note"));
  EXPECT_THAT(ResolutionWith(kFound, [](auto& r) { r.mutable_resolution()->mutable_claim(); }),
              NamesField("resolution.claim"));
  EXPECT_THAT(ResolutionWith(kFound, [](auto& r) { r.mutable_resolution()->set_position(1); }),
              NamesField("resolution.position"));
  EXPECT_THAT(ResolutionWith(kFound, [](auto& r) { r.set_lot_id(0); }), NamesField("lot_id"));
}

TEST(ParseResolution, ALossIsGoneAndMayBeClaimed) {
  constexpr auto kStolen = v1::SHORTAGE_OUTCOME_STOLEN;
  EXPECT_THAT(
      ResolutionWith(kStolen, [](auto& r) { r.mutable_resolution()->set_damaged_packs(1); }),
      NamesField("resolution.damaged_packs"));
  EXPECT_THAT(ResolutionWith(kStolen,
                             [](auto& r) {
                               auto& claim = *r.mutable_resolution()->mutable_claim();
                               claim.set_currency_code("XXX");
                             }),
              NamesField("resolution.claim.currency_code"));
  EXPECT_THAT(ResolutionWith(kStolen,
                             [](auto& r) {
                               auto& claim = *r.mutable_resolution()->mutable_claim();
                               claim.set_currency_code("CNY");
                               claim.set_minor_units(5);
                             }),
              IsOk());
}

TEST(ParseResolution, AWrongCountNamesItsReceipt) {
  EXPECT_THAT(
      ResolutionWith(v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY, [](auto& r) { r.clear_receipt_id(); }),
      NamesField("receipt_id"));
  EXPECT_THAT(ResolutionWith(v1::SHORTAGE_OUTCOME_LOST, [](auto& r) { r.clear_receipt_id(); }),
              IsOk());
}

TEST(ParseReceipt, LimitsWhatSaysMoreOfIt) {
  v1::Receipt receipt;
  receipt.set_receipt_id("R-1");
  receipt.set_shipment_id("S-1");
  receipt.set_destination_id("school");
  *receipt.mutable_received_at() = TimeAt();
  v1::ReceiptLine& line = *receipt.add_lines();
  line.set_lot_id(1);
  line.set_refused_packs(1);
  EXPECT_THAT(ParseReceipt(receipt), IsOk());
  line.set_damage_reason(v1::DAMAGE_REASON_WET);
  EXPECT_THAT(ParseReceipt(receipt), NamesField("lines[0].damage_reason"));
  line.set_damaged_packs(1);
  EXPECT_THAT(ParseReceipt(receipt), IsOk());
  line.set_damage_reason(v1::DamageReason(99));
  EXPECT_THAT(ParseReceipt(receipt), NamesField("lines[0].damage_reason"));
  line.clear_damage_reason();
  receipt.add_photos();
  EXPECT_THAT(ParseReceipt(receipt), NamesField("photos[0].sha256"));
  receipt.mutable_photos(0)->set_sha256(std::string(32, 'x'));
  receipt.mutable_photos(0)->set_uri("nowhere");
  EXPECT_THAT(ParseReceipt(receipt), NamesField("photos[0].uri"));
  receipt.mutable_photos(0)->clear_uri();
  for (int photo = 0; photo < 10; ++photo) *receipt.add_photos() = receipt.photos(0);
  EXPECT_THAT(ParseReceipt(receipt), NamesField("photos"));
}

TEST(ParseJourneyQuestion, IsOfAShipmentOrALot) {
  v1::GetJourneyRequest request;
  EXPECT_THAT(ParseJourneyQuestion(request), NamesField("lot_id"));
  request.set_lot_id(1);
  EXPECT_THAT(ParseJourneyQuestion(request), IsOk());
  request.set_shipment_id("S-1");
  EXPECT_THAT(ParseJourneyQuestion(request), NamesField("lot_id"));
}

}  // namespace
}  // namespace milkway::shipments
