// Every limit of the messages, and the path of the field that breaks it.

#include "services/shipments/shipments_convert.h"

#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/shipments/shipments_records.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kPacksMax = 10'000'000;

common::v1::ZonedTime SomeTime() { return ToZonedTime({1'748'736'000'000'000, 480}); }

v1::Shipment SomeShipment() {
  v1::Shipment shipment;
  shipment.set_shipment_id("S-1");
  shipment.set_origin_id("port");
  shipment.set_destination_id("school");
  shipment.set_mode(v1::TRANSPORT_MODE_ROAD);
  v1::ShipmentLine& line = *shipment.add_lines();
  line.set_lot_id(1);
  line.set_packs(10);
  return shipment;
}

v1::Receipt SomeReceipt() {
  v1::Receipt receipt;
  receipt.set_receipt_id("R-1");
  receipt.set_shipment_id("S-1");
  receipt.set_destination_id("school");
  *receipt.mutable_received_at() = SomeTime();
  v1::ReceiptLine& line = *receipt.add_lines();
  line.set_lot_id(1);
  line.set_received_packs(10);
  return receipt;
}

v1::DispatchShipmentRequest SomeDispatch() {
  v1::DispatchShipmentRequest request;
  request.set_shipment_id("S-1");
  *request.mutable_dispatched_at() = SomeTime();
  return request;
}

v1::Milestone SomeMilestone() {
  v1::Milestone milestone;
  *milestone.mutable_occurred_at() = SomeTime();
  milestone.set_kind(v1::MILESTONE_KIND_DEPARTED);
  return milestone;
}

// What becomes of the message after a change.
absl::StatusOr<ShipmentDraft> With(const std::function<void(v1::Shipment&)>& change) {
  v1::Shipment shipment = SomeShipment();
  change(shipment);
  return ParseShipment(shipment);
}
absl::StatusOr<Receipt> With(const std::function<void(v1::Receipt&)>& change) {
  v1::Receipt receipt = SomeReceipt();
  change(receipt);
  return ParseReceipt(receipt);
}
absl::StatusOr<Milestone> With(const std::function<void(v1::Milestone&)>& change) {
  v1::Milestone milestone = SomeMilestone();
  change(milestone);
  return ParseMilestone(milestone);
}

template <typename Message>
using Change = std::function<void(Message&)>;
using Shipment = v1::Shipment;
using ReceiptMessage = v1::Receipt;
using MilestoneMessage = v1::Milestone;

TEST(ParseShipment, TakesWhatIsStated) {
  v1::Shipment message = SomeShipment();
  message.set_carrier("Yellow Sea Lines");
  message.set_tracking_number("YSL 77");
  message.set_expected_on("2025-06-10");

  const auto draft = ParseShipment(message);

  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->shipment_id, "S-1");
  EXPECT_EQ(draft->origin_id, "port");
  EXPECT_EQ(draft->destination_id, "school");
  EXPECT_EQ(draft->mode, v1::TRANSPORT_MODE_ROAD);
  EXPECT_EQ(draft->carrier, "Yellow Sea Lines");
  EXPECT_EQ(draft->tracking_number, "YSL 77");
  EXPECT_EQ(FormatDate(*draft->expected_on), "2025-06-10");
  EXPECT_EQ(draft->lines, std::vector<ShipmentLine>({{LotId{1}, 10}}));
}

TEST(ParseShipment, NamesTheIdThatIsNoId) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.clear_shipment_id(); })),
              NamesField("shipment_id"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_shipment_id(std::string(65, 'a')); })),
              NamesField("shipment_id"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_shipment_id(std::string(64, 'a')); })),
              IsOk());
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_origin_id("a port"); })),
              NamesField("origin_id"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.clear_destination_id(); })),
              NamesField("destination_id"));
}

TEST(ParseShipment, GoesSomewhereElse) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_destination_id("port"); })),
              NamesField("destination_id"));
}

TEST(ParseShipment, TravelsInAWayThatIsKnown) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.clear_mode(); })), NamesField("mode"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_mode(v1::TransportMode(6)); })),
              NamesField("mode"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_mode(v1::TRANSPORT_MODE_COURIER); })),
              IsOk());
}

TEST(ParseShipment, LimitsItsTexts) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_carrier(std::string(200, 'a')); })),
              IsOk());
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_carrier(std::string(201, 'a')); })),
              NamesField("carrier"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_tracking_number(std::string(201, 'a')); })),
              NamesField("tracking_number"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_expected_on("2025-02-30"); })),
              NamesField("expected_on"));
}

TEST(ParseShipment, HasOneToAHundredLines) {
  const auto with_lines = [](int count) {
    return With(Change<Shipment>([count](auto& s) {
      s.clear_lines();
      for (int lot = 1; lot <= count; ++lot) {
        s.add_lines()->set_lot_id(lot);
        s.mutable_lines(lot - 1)->set_packs(1);
      }
    }));
  };
  EXPECT_THAT(with_lines(0), NamesField("lines"));
  EXPECT_THAT(with_lines(1), IsOk());
  EXPECT_THAT(with_lines(100), IsOk());
  EXPECT_THAT(with_lines(101), NamesField("lines"));
}

TEST(ParseShipment, NamesTheLineThatIsWrong) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.mutable_lines(0)->clear_lot_id(); })),
              NamesField("lines[0].lot_id"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.mutable_lines(0)->clear_packs(); })),
              NamesField("lines[0].packs"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.mutable_lines(0)->set_packs(kPacksMax + 1); })),
              NamesField("lines[0].packs"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.mutable_lines(0)->set_packs(kPacksMax); })),
              IsOk());
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { *s.add_lines() = s.lines(0); })),
              NamesField("lines[1].lot_id"));
}

TEST(ParseShipment, LeavesToTheServerWhatTheServerKeeps) {
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.set_state(v1::SHIPMENT_STATE_DRAFT); })),
              NamesField("state"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { *s.mutable_dispatched_at() = SomeTime(); })),
              NamesField("dispatched_at"));
  EXPECT_THAT(With(Change<Shipment>([](auto& s) { s.add_line_statuses(); })),
              NamesField("line_statuses"));
}

TEST(ParseDispatch, LimitsItsFields) {
  v1::DispatchShipmentRequest without_time = SomeDispatch();
  without_time.clear_dispatched_at();
  v1::DispatchShipmentRequest without_id = SomeDispatch();
  without_id.clear_shipment_id();
  v1::DispatchShipmentRequest reason = SomeDispatch();
  reason.set_fefo_override_reason(std::string(200, 'a'));

  EXPECT_THAT(ParseDispatch(without_time), NamesField("dispatched_at"));
  EXPECT_THAT(ParseDispatch(without_id), NamesField("shipment_id"));
  ASSERT_THAT(ParseDispatch(reason), IsOk());
  EXPECT_EQ(ParseDispatch(reason)->fefo_override_reason, std::string(200, 'a'));
  reason.set_fefo_override_reason(std::string(201, 'a'));
  EXPECT_THAT(ParseDispatch(reason), NamesField("fefo_override_reason"));
}

TEST(ParseMilestone, LimitsItsFields) {
  using M = MilestoneMessage;
  EXPECT_THAT(With(Change<M>([](auto&) {})), IsOk());
  EXPECT_THAT(With(Change<M>([](auto& m) { m.clear_occurred_at(); })), NamesField("occurred_at"));
  EXPECT_THAT(With(Change<M>([](auto& m) { m.clear_kind(); })), NamesField("kind"));
  EXPECT_THAT(With(Change<M>([](auto& m) { m.set_kind(v1::MilestoneKind(7)); })),
              NamesField("kind"));
  EXPECT_THAT(With(Change<M>([](auto& m) { m.set_place(std::string(201, 'a')); })),
              NamesField("place"));
  EXPECT_THAT(With(Change<M>([](auto& m) { m.set_note(std::string(501, 'a')); })),
              NamesField("note"));
  EXPECT_THAT(With(Change<M>([](auto& m) {
                m.set_place(std::string(200, 'a'));
                m.set_note(std::string(500, 'a'));
              })),
              IsOk());
}

TEST(ParseReceipt, TakesWhatIsStated) {
  v1::Receipt message = SomeReceipt();
  message.set_note("one bag was wet");
  message.mutable_lines(0)->set_damaged_packs(2);
  message.mutable_lines(0)->set_missing_packs(3);

  const auto receipt = ParseReceipt(message);

  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(receipt->receipt_id, "R-1");
  EXPECT_EQ(receipt->shipment_id, "S-1");
  EXPECT_EQ(receipt->destination_id, "school");
  EXPECT_EQ(receipt->received_at->offset_minutes, 480);
  EXPECT_EQ(receipt->lines, std::vector<ReceiptLine>({{LotId{1}, 10, 2, 3}}));
  EXPECT_EQ(receipt->note, "one bag was wet");
}

TEST(ParseReceipt, NamesTheFieldThatIsWrong) {
  using R = ReceiptMessage;
  EXPECT_THAT(With(Change<R>([](auto& r) { r.clear_receipt_id(); })), NamesField("receipt_id"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.set_shipment_id("S/1"); })),
              NamesField("shipment_id"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.clear_destination_id(); })),
              NamesField("destination_id"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.clear_received_at(); })), NamesField("received_at"));
  EXPECT_THAT(
      With(Change<R>([](auto& r) { r.mutable_received_at()->set_utc_offset_minutes(841); })),
      NamesField("received_at"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.set_note(std::string(501, 'a')); })),
              NamesField("note"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.set_note(std::string(500, 'a')); })), IsOk());
}

TEST(ParseReceipt, NamesTheLineThatIsWrong) {
  using R = ReceiptMessage;
  EXPECT_THAT(With(Change<R>([](auto& r) { r.mutable_lines(0)->set_lot_id(-1); })),
              NamesField("lines[0].lot_id"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.mutable_lines(0)->set_received_packs(-1); })),
              NamesField("lines[0].received_packs"));
  EXPECT_THAT(
      With(Change<R>([](auto& r) { r.mutable_lines(0)->set_damaged_packs(kPacksMax + 1); })),
      NamesField("lines[0].damaged_packs"));
  EXPECT_THAT(With(Change<R>([](auto& r) { r.mutable_lines(0)->set_missing_packs(-1); })),
              NamesField("lines[0].missing_packs"));
  EXPECT_THAT(With(Change<R>([](auto& r) { *r.add_lines() = r.lines(0); })),
              NamesField("lines[1].lot_id"));
}

TEST(ParseReceipt, RefusesALineThatSaysNothing) {
  EXPECT_THAT(
      With(Change<ReceiptMessage>([](auto& r) { r.mutable_lines(0)->set_received_packs(0); })),
      NamesField("lines[0].received_packs"));
  EXPECT_THAT(With(Change<ReceiptMessage>([](auto& r) {
                r.mutable_lines(0)->set_received_packs(0);
                r.mutable_lines(0)->set_missing_packs(1);
              })),
              IsOk());
}

TEST(ParseReceipt, HasOneToAHundredLines) {
  const auto with_lines = [](int count) {
    return With(Change<ReceiptMessage>([count](auto& r) {
      r.clear_lines();
      for (int lot = 1; lot <= count; ++lot) {
        r.add_lines()->set_lot_id(lot);
        r.mutable_lines(lot - 1)->set_received_packs(1);
      }
    }));
  };
  EXPECT_THAT(with_lines(0), NamesField("lines"));
  EXPECT_THAT(with_lines(100), IsOk());
  EXPECT_THAT(with_lines(101), NamesField("lines"));
}

TEST(ParseCorrectedReceipt, MayLeaveOutTimeAndLines) {
  v1::Receipt message = SomeReceipt();
  message.clear_received_at();
  message.clear_lines();

  const auto receipt = ParseCorrectedReceipt(message);

  ASSERT_THAT(receipt, IsOk());
  EXPECT_FALSE(receipt->received_at.has_value());
  EXPECT_THAT(receipt->lines, IsEmpty());
}

TEST(ParseCorrectionReason, HasOneToFiveHundredBytes) {
  EXPECT_THAT(ParseCorrectionReason(""), NamesField("reason"));
  EXPECT_THAT(ParseCorrectionReason("a"), IsOk());
  EXPECT_THAT(ParseCorrectionReason(std::string(500, 'a')), IsOk());
  EXPECT_THAT(ParseCorrectionReason(std::string(501, 'a')), NamesField("reason"));
}

TEST(ParseStateFilter, TakesStatesAndNone) {
  EXPECT_EQ(*ParseStateFilter(v1::SHIPMENT_STATE_UNSPECIFIED), 0);
  EXPECT_EQ(*ParseStateFilter(v1::SHIPMENT_STATE_RECEIVED), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_THAT(ParseStateFilter(v1::ShipmentState(9)), NamesField("state"));
}

TEST(ToMessage, ShowsTheStatusesOfLotsThatSomebodyStillNames) {
  rec::ShipmentRecord record;
  LotStatuses statuses;
  statuses[LotId{2}] = {1000, 5000, 100, 2000, 300, 40};
  statuses[LotId{1}] = {1000, 0, 0, 0, 0, 0};
  SetStatuses(statuses, &record);

  const v1::Shipment message = ToMessage("S-1", record);

  ASSERT_THAT(message.line_statuses(), SizeIs(1));
  const v1::ShipmentLineStatus& status = message.line_statuses(0);
  EXPECT_EQ(status.lot_id(), 2);
  EXPECT_EQ(status.shipped_g(), 5000);
  EXPECT_EQ(status.over_g(), 100);
  EXPECT_EQ(status.received_g(), 2000);
  EXPECT_EQ(status.damaged_g(), 300);
  EXPECT_EQ(status.missing_g(), 40);
  EXPECT_EQ(status.in_transit_g(), 2760);
}

}  // namespace
}  // namespace milkway::shipments
