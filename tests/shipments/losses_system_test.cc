// What is lost, closed, refused or returned, and how shipments are found.

#include "absl/strings/str_cat.h"
#include "tests/shipments/outcomes_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Outcomes, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Outcomes, WhatIsLostBecomesMissingInOnePosting) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const int64_t before = milkway_.PostingCount();

  const auto lost = milkway_.Lose("S-1");

  ASSERT_THAT(lost, IsOk());
  EXPECT_EQ(milkway_.PostingCount(), before + 1);
  EXPECT_EQ(lost->shipment().state(), v1::SHIPMENT_STATE_LOST);
  EXPECT_EQ(Missing(), 100'000);
  EXPECT_EQ(Status().declared_lost_g(), 100'000);
  EXPECT_THAT(milkway_.Lose("S-1"), IsRefusal("NOTHING_IN_TRANSIT"));
  const auto shipment = milkway_.Get("S-1");
  EXPECT_EQ(shipment->exits(0).kind(), v1::TRANSIT_EXIT_KIND_LOST);
  EXPECT_EQ(shipment->exits(0).reason(), "the lorry burnt");
  EXPECT_EQ(shipment->exits(0).recorded_by(), "mei");
}

TEST_P(Outcomes, LostGoodsThatTurnUpComeOutOfMissingAndNotFromNowhere) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());

  const auto received = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60, 5}}, 22));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->shipment().state(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_EQ(Usable(), 60'000);
  EXPECT_EQ(Missing(), 35'000);
  EXPECT_EQ(Found(), 0);
  EXPECT_THAT(milkway_.Shortages(false), SizeIs(1));
  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 35);
  EXPECT_EQ(milkway_.Shortages(false)[0].found_packs(), 65);
}

TEST_P(Outcomes, MoreThanWasLostIsASurplus) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());

  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 103}}, 22)), IsOk());

  EXPECT_EQ(Missing(), 0);
  EXPECT_EQ(Found(), -3'000);
  EXPECT_EQ(Status().over_g(), 3'000);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
}

TEST_P(Outcomes, ACorrectedReceiptGivesTheLostGoodsBack) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}}, 22)), IsOk());

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 10}}, 22)), IsOk());

  EXPECT_EQ(Usable(), 10'000);
  EXPECT_EQ(Missing(), 90'000);
  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 90);
}

TEST_P(Outcomes, OnlyWhatPartlyArrivedIsClosed) {
  milkway_.Ship("S-1", {{lot_, 100}});
  EXPECT_THAT(milkway_.Close("S-1"), IsRefusal("SHIPMENT_NOT_RECEIVED"));
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  const auto closed = milkway_.Close("S-1");

  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->shipment().state(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_EQ(Missing(), 40'000);
  EXPECT_EQ(milkway_.Get("S-1")->exits(0).kind(), v1::TRANSIT_EXIT_KIND_CLOSED);
}

TEST_P(Outcomes, ADraftIsNeitherLostNorReturned) {
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot_, 100}})), IsOk());

  EXPECT_THAT(milkway_.Lose("S-1"), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  EXPECT_THAT(milkway_.Return("S-1", {}), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  EXPECT_THAT(milkway_.Lose("S-9"), IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_P(Outcomes, NothingLeavesTransitBeforeTheDispatch) {
  milkway_.Ship("S-1", {{lot_, 100}});

  EXPECT_THAT(milkway_.Lose("S-1", 1), IsRefusal("EXIT_BEFORE_DISPATCH"));
  EXPECT_THAT(milkway_.Return("S-1", {}, 1), IsRefusal("EXIT_BEFORE_DISPATCH"));
}

TEST_P(Outcomes, WhatComesBackIsAtTheOriginAgain) {
  milkway_.Ship("S-1", {{lot_, 100}});

  const auto returned = milkway_.Return("S-1", {{lot_, 90, 10}});

  ASSERT_THAT(returned, IsOk());
  EXPECT_EQ(returned->shipment().state(), v1::SHIPMENT_STATE_RETURNED);
  EXPECT_EQ(At(inv::ACCOUNT_KIND_USABLE, kPort), 990'000);
  EXPECT_EQ(At(inv::ACCOUNT_KIND_DAMAGED, kPort), 10'000);
  EXPECT_EQ(Status().returned_g(), 100'000);
  EXPECT_THAT(milkway_.Return("S-1", {}), IsRefusal("NOTHING_IN_TRANSIT"));
}

TEST_P(Outcomes, WithoutLinesAllThatIsInTransitComesBackGood) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  ASSERT_THAT(milkway_.Return("S-1", {}), IsOk());

  EXPECT_EQ(At(inv::ACCOUNT_KIND_USABLE, kPort), 940'000);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_RECEIVED);
}

TEST_P(Outcomes, NoMoreComesBackThanIsInTransitOrLost) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 41}}), IsRefusal("RETURN_TOO_MANY"));
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());
  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 41}}, 22), IsRefusal("RETURN_TOO_MANY"));
  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 40}}, 22), IsOk());
  EXPECT_EQ(Missing(), 0);
  EXPECT_EQ(Status().returned_g(), 40'000);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
}

TEST_P(Outcomes, GoodsReturnToWhereTheyLeft) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::RecordReturnRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_shipment_id("S-1");
  request.set_origin_id(kOtherSchool);
  *request.mutable_returned_at() = June(10);
  request.set_reason("lost its way");

  EXPECT_THAT(milkway_.Call(&v1::ShipmentService::Stub::RecordReturn, request),
              IsRefusal("RETURN_ORIGIN_WRONG"));
}

TEST_P(Outcomes, RefusedPacksStayInTransitUntilTheyComeBack) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 90}});
  receipt.mutable_lines(0)->set_refused_packs(10);

  ASSERT_THAT(milkway_.Receive(receipt), IsOk());

  EXPECT_EQ(Status().refused_g(), 10'000);
  EXPECT_EQ(Status().in_transit_g(), 10'000);
  ASSERT_THAT(milkway_.Return("S-1", {{lot_, 10}}), IsOk());
  EXPECT_EQ(Status().refused_g(), 0);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_RECEIVED);
}

TEST_P(Outcomes, AReceiptThatRefusesEverythingMovesNothingAndCanBeCorrected) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const int64_t before = milkway_.PostingCount();
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 0}});
  receipt.mutable_lines(0)->set_refused_packs(100);

  const auto received = milkway_.Receive(receipt);

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->position(), 0);
  EXPECT_EQ(milkway_.PostingCount(), before);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_DISPATCHED);
  EXPECT_THAT(milkway_.Receive(receipt), IsOk());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 40}})), IsOk());
  EXPECT_EQ(Usable(), 40'000);
  ASSERT_THAT(milkway_.Correct(receipt), IsOk());
  EXPECT_EQ(Usable(), 0);
  EXPECT_EQ(Status().in_transit_g(), 100'000);
}

TEST_P(Outcomes, NoMoreIsRefusedThanIsInTransit) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 80, 5, 5}});
  receipt.mutable_lines(0)->set_refused_packs(11);

  EXPECT_THAT(milkway_.Receive(receipt), IsRefusal("RECEIPT_REFUSED_TOO_MANY"));
}

TEST_P(Outcomes, OnlyALotThatWasNotShippedIsWrong) {
  const int64_t stranger = milkway_.Buy(10);
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 1}, {stranger, 2}});
  receipt.mutable_lines(1)->set_wrong(true);

  ASSERT_THAT(milkway_.Receive(receipt), IsOk());

  EXPECT_TRUE(milkway_.Get("S-1")->receipts(0).receipt().lines(1).wrong());
  v1::Receipt mistaken = MakeReceipt("R-2", "S-1", {{lot_, 1}});
  mistaken.mutable_lines(0)->set_wrong(true);
  EXPECT_THAT(milkway_.Receive(mistaken), NamesField("receipt.lines[0].wrong"));
}

TEST_P(Outcomes, AShipmentIsOnItsLaneOnceItIsReceived) {
  v1::ListLaneTimesRequest request;
  request.set_origin_id(kPort);
  request.set_destination_id(kSchool);
  const auto lane = [&] {
    std::vector<std::string> ids;
    const auto page = milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request);
    EXPECT_THAT(page, IsOk());
    for (const v1::LaneTime& time : page->times()) ids.push_back(time.shipment_id());
    return ids;
  };
  for (int day = 2; day <= 4; ++day) {
    const std::string id = absl::StrCat("S-", day);
    ASSERT_THAT(milkway_.Create(MakeShipment(id, {{lot_, 10}})), IsOk());
    ASSERT_THAT(milkway_.Dispatch(id, day), IsOk());
    ASSERT_THAT(milkway_.Receive(MakeReceipt(absl::StrCat("R-", day), id, {{lot_, 8}}, 10)),
                IsOk());
  }
  EXPECT_THAT(lane(), IsEmpty());
  for (int day = 2; day <= 4; ++day) {
    ASSERT_THAT(milkway_.Receive(
                    MakeReceipt(absl::StrCat("Q-", day), absl::StrCat("S-", day), {{lot_, 2}}, 12)),
                IsOk());
  }

  EXPECT_THAT(lane(), ElementsAre("S-4", "S-3", "S-2"));
  const auto page = milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request);
  EXPECT_EQ(page->times(2).received_us() - page->times(2).dispatched_us(),
            int64_t{8} * 86'400'000'000);
  ASSERT_THAT(milkway_.Correct(MakeReceipt("Q-3", "S-3", {{lot_, 1}}, 12)), IsOk());
  EXPECT_THAT(lane(), ElementsAre("S-4", "S-2"));
  // The first receipt that stands counts.
  ASSERT_THAT(milkway_.Receive(MakeReceipt("P-3", "S-3", {{lot_, 1}}, 20)), IsOk());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-3", "S-3", {}, 10)), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("N-3", "S-3", {{lot_, 8}}, 21)), IsOk());
  EXPECT_EQ(
      milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request)->times(1).received_us(),
      June(12).instant().seconds() * 1'000'000);
}

TEST_P(Outcomes, ShipmentsAreFoundByOriginAndLot) {
  const int64_t stranger = milkway_.Buy(10);
  milkway_.Ship("S-1", {{lot_, 10}});
  milkway_.Ship("S-2", {{lot_, 10}, {stranger, 1}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{stranger, 1}})), IsOk());
  const auto ids = [&](const v1::ListShipmentsRequest& request) {
    std::vector<std::string> found;
    const auto page = milkway_.List(request);
    EXPECT_THAT(page, IsOk());
    for (const v1::Shipment& shipment : page->shipments()) found.push_back(shipment.shipment_id());
    return found;
  };
  v1::ListShipmentsRequest by_lot;
  by_lot.set_lot_id(stranger);
  v1::ListShipmentsRequest by_origin;
  by_origin.set_origin_id(kPort);

  EXPECT_THAT(ids(by_lot), ElementsAre("S-1", "S-2"));
  EXPECT_THAT(ids(by_origin), ElementsAre("S-1", "S-2"));
  by_origin.set_origin_id(kSchool);
  EXPECT_THAT(ids(by_origin), IsEmpty());
  // It had not come after all.
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 1}})), IsOk());
  EXPECT_THAT(ids(by_lot), ElementsAre("S-2"));
  by_lot.set_destination_id(kSchool);
  EXPECT_THAT(milkway_.List(by_lot, kTeacher), IsRefusal("CALLER_NOT_STAFF"));
}

}  // namespace
}  // namespace milkway::shipments
