// Shipments and inventory together, over gRPC: in one process, and in a process each.

#include "tests/shipments/shipments_system.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTeacher[] = "school_contact:wang:school";

class ShipmentsAndInventory : public testing::InEveryDeployment<ShipmentsSystem> {};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, ShipmentsAndInventory, testing::EveryDeployment(),
                         testing::NameOfDeployment);

v1::Milestone Arrived(int day) {
  v1::Milestone milestone;
  *milestone.mutable_occurred_at() = June(day);
  milestone.set_kind(v1::MILESTONE_KIND_ARRIVED_PORT);
  milestone.set_place("Qingdao");
  return milestone;
}

TEST_P(ShipmentsAndInventory, ADraftIsStoredAsItWasStated) {
  const int64_t lot = milkway_.Buy(100);
  v1::Shipment stated = MakeShipment("S-1", {{lot, 40}});
  stated.set_carrier("a lorry");
  stated.set_expected_on("2025-06-12");

  const auto created = milkway_.Create(stated);

  ASSERT_THAT(created, IsOk());
  stated.set_state(v1::SHIPMENT_STATE_DRAFT);
  EXPECT_EQ(created->shipment().DebugString(), stated.DebugString());
  EXPECT_EQ(milkway_.Get("S-1")->shipment().DebugString(), stated.DebugString());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kPort), 100'000);
}

TEST_P(ShipmentsAndInventory, WhatTheInventoryDoesNotKnowIsRefusedByItsName) {
  const int64_t lot = milkway_.Buy(100);
  v1::Shipment from_nowhere = MakeShipment("S-1", {{lot, 1}});
  from_nowhere.set_origin_id("nowhere");

  EXPECT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 1}, {77, 1}})), IsRefusal("LOT_UNKNOWN"));
  EXPECT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 1}}, "nowhere")),
              IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(milkway_.Create(from_nowhere), IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(milkway_.Get("S-1"), IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_P(ShipmentsAndInventory, APlaceSeesWhatLeavesItOrComesToItAndNothingElse) {
  const int64_t lot = milkway_.Buy(100);
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 40}})), IsOk());

  EXPECT_THAT(milkway_.GetAs("school_contact:wang:school", "S-1", kSchool), IsOk());
  EXPECT_THAT(milkway_.GetAs("warehouse:chen:qingdao", "S-1", kPort), IsOk());
  EXPECT_THAT(milkway_.GetAs("school_contact:zhao:other-school", "S-1", kOtherSchool),
              IsRefusal("SHIPMENT_UNKNOWN"));
  // Nor as a place that is not the caller's, nor as none.
  EXPECT_THAT(milkway_.GetAs("school_contact:zhao:other-school", "S-1", kSchool),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.GetAs("school_contact:zhao:other-school", "S-1", ""),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_P(ShipmentsAndInventory, GoodsAreNotSentToASupplier) {
  const int64_t lot = milkway_.Buy(100);

  EXPECT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 1}}, kFarm)),
              IsRefusal("LOCATION_KIND_WRONG"));
}

TEST_P(ShipmentsAndInventory, AFieldThatIsWrongIsNamedFromTheRequestOn) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 10}});

  EXPECT_THAT(milkway_.Create(MakeShipment("S-2", {{lot, 0}})),
              NamesField("shipment.lines[0].packs"));
  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 0, 0, 0}})),
              NamesField("receipt.lines[0].received_packs"));
  EXPECT_THAT(milkway_.Record("S-1", v1::Milestone()), NamesField("milestone.occurred_at"));
  EXPECT_THAT(milkway_.Dispatch(""), NamesField("shipment_id"));
  EXPECT_THAT(milkway_.Cancel("a b"), NamesField("shipment_id"));
  EXPECT_THAT(milkway_.Dispatch("S-1", 2, "no uuid"), NamesField("request_id"));
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 1}})), IsOk());
  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 1}}, 11)),
              NamesField("receipt.received_at"));
}

TEST_P(ShipmentsAndInventory, ADispatchMovesTheStockIntoTransit) {
  const int64_t lot = milkway_.Buy(100);
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 40}})), IsOk());

  const auto dispatched = milkway_.Dispatch("S-1", 2);

  ASSERT_THAT(dispatched, IsOk());
  EXPECT_EQ(dispatched->shipment().state(), v1::SHIPMENT_STATE_DISPATCHED);
  EXPECT_EQ(dispatched->shipment().line_statuses(0).in_transit_g(), 40'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kPort), 60'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_IN_TRANSIT, "S-1"), 40'000);
  const auto posting = milkway_.Posting(dispatched->position());
  ASSERT_THAT(posting, IsOk());
  EXPECT_EQ(posting->kind(), inv::POSTING_KIND_DISPATCH);
  EXPECT_EQ(posting->reference(), "shipment/S-1");
  EXPECT_EQ(posting->occurred_at().DebugString(), June(2).DebugString());
}

TEST_P(ShipmentsAndInventory, WhatTheLedgerRefusesReachesTheCallerAndTheDraftIsFreeAgain) {
  const int64_t lot = milkway_.Buy(100);
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 101}})), IsOk());

  const auto refused = milkway_.Dispatch("S-1");

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("missing_g"), "1000");
  EXPECT_EQ(milkway_.Get("S-1")->shipment().state(), v1::SHIPMENT_STATE_DRAFT);
  EXPECT_THAT(milkway_.Cancel("S-1"), IsOk());
}

TEST_P(ShipmentsAndInventory, ARefusedRequestMayBeRepeatedOnceItIsRight) {
  const int64_t lot = milkway_.Buy(10, "2025-06-03");
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 10}})), IsOk());
  const std::string request = milkway_.NextRequestId();

  EXPECT_THAT(milkway_.Dispatch("S-1", 4, request), IsRefusal("LOT_EXPIRED"));
  EXPECT_THAT(milkway_.Dispatch("S-1", 3, request), IsOk());
}

TEST_P(ShipmentsAndInventory, LotsThatExpireEarlierGoFirstUnlessThereIsAReason) {
  const int64_t early = milkway_.Buy(10, "2026-01-01");
  const int64_t late = milkway_.Buy(10, "2026-06-01");
  ASSERT_NE(early, late);
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{late, 10}})), IsOk());

  EXPECT_THAT(milkway_.Dispatch("S-1"), IsRefusal("FEFO_OVERRIDE_REASON_REQUIRED"));
  const auto dispatched = milkway_.Dispatch("S-1", 2, "", "the early lot is promised");

  ASSERT_THAT(dispatched, IsOk());
  EXPECT_EQ(milkway_.Posting(dispatched->position())->fefo_override_reason(),
            "the early lot is promised");
}

TEST_P(ShipmentsAndInventory, TheSameRequestAgainIsAnsweredAsBefore) {
  const int64_t lot = milkway_.Buy(100);
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot, 40}})), IsOk());
  const std::string dispatch = milkway_.NextRequestId();
  const std::string receipt = milkway_.NextRequestId();
  const auto dispatched = milkway_.Dispatch("S-1", 2, dispatch);
  const auto received = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 39}}), receipt);
  ASSERT_THAT(received, IsOk());

  const auto dispatched_again = milkway_.Dispatch("S-1", 2, dispatch);
  const auto received_again = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 39}}), receipt);

  ASSERT_THAT(dispatched_again, IsOk());
  EXPECT_EQ(dispatched_again->DebugString(), dispatched->DebugString());
  ASSERT_THAT(received_again, IsOk());
  EXPECT_EQ(received_again->DebugString(), received->DebugString());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kSchool), 39'000);
}

TEST_P(ShipmentsAndInventory, ARequestIdBelongsToOneRequest) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  const std::string request = milkway_.NextRequestId();
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 39}}), request), IsOk());

  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-2", "S-1", {{lot, 1}}), request),
              IsRefusal("REQUEST_ID_REUSED"));
}

TEST_P(ShipmentsAndInventory, TheSameReceiptUnderANewRequestMovesNothing) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  const auto first = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 39}}));
  ASSERT_THAT(first, IsOk());

  const auto again = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 39}}));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kSchool), 39'000);
}

TEST_P(ShipmentsAndInventory, AReceiptTellsTheTruthAndTheBooksFollow) {
  const int64_t lot = milkway_.Buy(100);
  const int64_t stranger = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});

  const auto received =
      milkway_.Receive(MakeReceipt("R-1", "S-1", {{stranger, 2, 1}, {lot, 30, 5, 3}}));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->shipment().state(), v1::SHIPMENT_STATE_PARTLY_RECEIVED);
  ASSERT_THAT(received->shipment().line_statuses(), SizeIs(2));
  EXPECT_EQ(received->shipment().line_statuses(0).lot_id(), lot);
  EXPECT_EQ(received->shipment().line_statuses(0).in_transit_g(), 2'000);
  EXPECT_EQ(received->shipment().line_statuses(1).over_g(), 3'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kSchool), 30'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_DAMAGED, kSchool), 5'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_LOSS_MISSING, kSchool), 3'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_IN_TRANSIT, "S-1"), 2'000);
  EXPECT_EQ(milkway_.Balance(stranger, inv::ACCOUNT_KIND_FOUND, kSchool), -3'000);
  EXPECT_EQ(milkway_.Balance(stranger, inv::ACCOUNT_KIND_DAMAGED, kSchool), 1'000);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(ShipmentsAndInventory, AReceiptOfAnUnknownLotIsRefused) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});

  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 40}, {77, 1}})),
              IsRefusal("LOT_UNKNOWN"));
  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-9", {{lot, 40}})),
              IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_P(ShipmentsAndInventory, ACorrectionReversesAndReplacesInOnePosting) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  const auto received = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 40}}));
  ASSERT_THAT(received, IsOk());

  const auto corrected = milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 30, 4, 6}}));

  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kSchool), 30'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_DAMAGED, kSchool), 4'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_LOSS_MISSING, kSchool), 6'000);
  const auto posting = milkway_.Posting(corrected->position());
  ASSERT_THAT(posting, IsOk());
  EXPECT_EQ(posting->linked_position(), received->position());
  EXPECT_EQ(posting->occurred_at().DebugString(), June(10).DebugString());
  EXPECT_THAT(posting->reversal_movements(), SizeIs(1));
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(ShipmentsAndInventory, ADeliveryThatNeverHappenedCanBeRecordedAfterAll) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 45}})), IsOk());

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {})), IsOk());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_IN_TRANSIT, "S-1"), 40'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_FOUND, kSchool), 0);

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 41}})), IsOk());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, kSchool), 41'000);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_FOUND, kSchool), -1'000);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(ShipmentsAndInventory, ACorrectionCannotTakeBackWhatHasLeftTheSchool) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 40}})), IsOk());
  v1::Shipment onward = MakeShipment("S-2", {{lot, 35}}, kOtherSchool);
  onward.set_origin_id(kSchool);
  ASSERT_THAT(milkway_.Create(onward), IsOk());
  ASSERT_THAT(milkway_.Dispatch("S-2", 11), IsOk());

  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 34}})), IsRefusal("STOCK_MISSING"));

  EXPECT_EQ(milkway_.Get("S-1")->receipts(0).earlier_size(), 0);
  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 35}})), IsOk());
}

TEST_P(ShipmentsAndInventory, AShipmentTellsItsWholeStory) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  ASSERT_THAT(milkway_.Record("S-1", Arrived(5)), IsOk());
  ASSERT_THAT(milkway_.Record("S-1", Arrived(3)), IsOk());
  const auto late = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 20}}, 12));
  v1::Receipt noted = MakeReceipt("R-2", "S-1", {{lot, 15}}, 11);
  noted.set_note("one bag was wet");
  const auto early = milkway_.Receive(noted);
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot, 25}}, 12)), IsOk());

  const auto story = milkway_.Get("S-1");

  ASSERT_THAT(story, IsOk());
  ASSERT_THAT(story->milestones(), SizeIs(2));
  EXPECT_EQ(story->milestones(0).DebugString(), Arrived(3).DebugString());
  ASSERT_THAT(story->receipts(), SizeIs(2));
  EXPECT_EQ(story->receipts(0).receipt().DebugString(), noted.DebugString());
  EXPECT_EQ(story->receipts(0).position(), early->position());
  EXPECT_EQ(story->receipts(0).correction_reason(), "");
  const v1::RecordedReceipt& corrected = story->receipts(1);
  EXPECT_EQ(corrected.receipt().lines(0).received_packs(), 25);
  ASSERT_THAT(corrected.earlier(), SizeIs(1));
  EXPECT_EQ(corrected.earlier(0).lines(0).received_packs(), 20);
  EXPECT_EQ(corrected.correction_reason(), "counted again");
  EXPECT_EQ(corrected.recorded_us(), milkway_.Posting(late->position())->recorded_us());
  EXPECT_EQ(milkway_.Posting(corrected.position())->linked_position(), late->position());
}

TEST_P(ShipmentsAndInventory, AMilestoneIsRecordedOnceForEachRequest) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  const std::string request = milkway_.NextRequestId();

  ASSERT_THAT(milkway_.Record("S-1", Arrived(5), request), IsOk());
  ASSERT_THAT(milkway_.Record("S-1", Arrived(5), request), IsOk());

  EXPECT_THAT(milkway_.Get("S-1")->milestones(), SizeIs(1));
  EXPECT_THAT(milkway_.Record("S-1", Arrived(1)), IsRefusal("MILESTONE_BEFORE_DISPATCH"));
}

TEST_P(ShipmentsAndInventory, ATeacherConfirmsOnlyWhatComesToTheSchool) {
  const int64_t lot = milkway_.Buy(100);
  milkway_.Ship("S-1", {{lot, 40}});
  ASSERT_THAT(milkway_.Create(MakeShipment("S-2", {{lot, 40}}, kOtherSchool)), IsOk());
  ASSERT_THAT(milkway_.Dispatch("S-2"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-2", "S-2", {{lot, 40}}, 10, kOtherSchool)), IsOk());

  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot, 40}}), "", kTeacher), IsOk());
  EXPECT_THAT(
      milkway_.Receive(MakeReceipt("R-3", "S-2", {{lot, 1}}, 10, kOtherSchool), "", kTeacher),
      StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-3", "S-2", {{lot, 1}}), "", kTeacher),
              IsRefusal("RECEIPT_DESTINATION_WRONG"));
  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-2", "S-2", {{lot, 40}}), "", kTeacher),
              IsRefusal("RECEIPT_EXISTS"));
  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-2", "S-2", {}), "", kTeacher),
              IsRefusal("RECEIPT_DESTINATION_WRONG"));
}

TEST_P(ShipmentsAndInventory, TheGaugeShowsWhatWaitsForTheLedger) {
  EXPECT_THAT(milkway_.system().MetricsOf("shipments"),
              HasSubstr("milkway_shipments_open_intents 0"));
}

}  // namespace
}  // namespace milkway::shipments
