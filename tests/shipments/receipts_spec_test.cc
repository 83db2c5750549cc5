// What receipts promise. Packs of lot 1 weigh 1000 g, of lot 2 400 g, of lot 3 900 g.

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReceiptTest : public ShipmentsTest {
 protected:
  // Ships 100 packs of lot 1.
  ReceiptTest() { Ship("S-1"); }

  std::vector<std::string> MovementsFor(std::vector<ReceiptLine> lines) {
    const auto step = BeginReceiptOf(Delivery("R-1", std::move(lines)));
    EXPECT_THAT(step, IsOk());
    return step.ok() ? MovementsOf(*step) : std::vector<std::string>();
  }
};

TEST_F(ReceiptTest, AllThatArrivedIsUsableAtTheDestination) {
  EXPECT_THAT(MovementsFor({{kLot, 100, 0, 0}}),
              ElementsAre("1: in transit S-1 > usable school: 100000"));
}

TEST_F(ReceiptTest, DamagedPacksAreDamagedStockAndMissingOnesALoss) {
  EXPECT_THAT(MovementsFor({{kLot, 90, 7, 3}}),
              ElementsAre("1: in transit S-1 > usable school: 90000",
                          "1: in transit S-1 > damaged school: 7000",
                          "1: in transit S-1 > missing school: 3000"));
}

TEST_F(ReceiptTest, TheSurplusIsFoundAtTheDestination) {
  EXPECT_THAT(MovementsFor({{kLot, 104, 0, 0}}),
              ElementsAre("1: in transit S-1 > usable school: 100000",
                          "1: found school > usable school: 4000"));
}

TEST_F(ReceiptTest, GoodPacksAreTakenFromTransitBeforeDamagedOnes) {
  EXPECT_THAT(MovementsFor({{kLot, 98, 5, 0}}),
              ElementsAre("1: in transit S-1 > usable school: 98000",
                          "1: in transit S-1 > damaged school: 2000",
                          "1: found school > damaged school: 3000"));
}

TEST_F(ReceiptTest, ALotThatWasNotShippedIsFoundAltogether) {
  EXPECT_THAT(MovementsFor({{kStrangeLot, 2, 1, 0}}),
              ElementsAre("3: found school > usable school: 1800",
                          "3: found school > damaged school: 900"));
}

TEST_F(ReceiptTest, TheDraftSaysWhatItBelongsToAndWhen) {
  const auto step = BeginReceiptOf(Delivery("R-1", {{kLot, 1, 0, 0}}, June(10)));

  ASSERT_THAT(step, IsOk());
  EXPECT_EQ(step->draft().reference(), "receipt/R-1");
  EXPECT_EQ(step->draft().kind(), static_cast<uint32_t>(PostingKind::kReceipt));
  EXPECT_EQ(FromRecord(step->draft().occurred_at()), June(10));
  EXPECT_EQ(step->draft().corrects_position(), 0);
}

TEST_F(ReceiptTest, WhatNoReceiptMentionsStaysInTransit) {
  const auto received = Receive(Delivery("R-1", {{kLot, 60, 2, 1}}));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->position, 2);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 60'000, 2'000, 1'000, 37'000));
  EXPECT_EQ(StateOf(received->shipment), ShipmentState::kPartlyReceived);
}

TEST_F(ReceiptTest, PartialReceiptsAddUp) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());
  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 30, 0, 0}})), IsOk());
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kPartlyReceived);

  ASSERT_THAT(Receive(Delivery("R-3", {{kLot, 15, 0, 0}})), IsOk());

  EXPECT_THAT(StatusOf(kLot), Has(100'000, 5'000, 105'000, 0, 0, 0));
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kReceived);
}

TEST_F(ReceiptTest, AShipmentIsReceivedWhenTheRestIsMissing) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());

  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 0, 0, 40}})), IsOk());

  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kReceived);
}

TEST_F(ReceiptTest, MoreCanArriveAfterEverythingHasArrived) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 100, 0, 0}})), IsOk());

  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 3, 0, 0}})), IsOk());

  EXPECT_THAT(StatusOf(kLot), Has(100'000, 3'000, 103'000, 0, 0, 0));
}

TEST_F(ReceiptTest, AWrongLotHasAStatusOfItsOwn) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kStrangeLot, 2, 1, 0}})), IsOk());

  EXPECT_THAT(StatusOf(kStrangeLot), Has(0, 2'700, 1'800, 900, 0, 0));
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 0, 0, 0, 100'000));
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kPartlyReceived);
}

TEST_F(ReceiptTest, NoMorePacksAreMissingThanAreStillInTransit) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());

  const auto refused = Receive(Delivery("R-2", {{kLot, 20, 10, 11}}));

  EXPECT_THAT(refused, IsRefusal("RECEIPT_MISSING_TOO_MANY"));
  EXPECT_THAT(refused.status().message(), HasSubstr("state at most 10"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("missing_packs_max"), "10");
  EXPECT_THAT(Receive(Delivery("R-2", {{kLot, 20, 10, 10}})), IsOk());
}

TEST_F(ReceiptTest, PacksOfALotThatWasNotShippedCannotBeMissing) {
  EXPECT_THAT(Receive(Delivery("R-1", {{kStrangeLot, 5, 0, 1}})),
              IsRefusal("RECEIPT_MISSING_TOO_MANY"));
}

TEST_F(ReceiptTest, AReceiptArrivesWhereTheShipmentGoes) {
  Receipt elsewhere = Delivery("R-1", {{kLot, 1, 0, 0}});
  elsewhere.destination_id = kOtherSchool;

  const auto refused = Receive(elsewhere);

  EXPECT_THAT(refused, IsRefusal("RECEIPT_DESTINATION_WRONG"));
  EXPECT_THAT(refused.status().message(), HasSubstr("does not go to other-school"));
}

TEST_F(ReceiptTest, NothingArrivesBeforeItLeft) {
  OccurredAt before = June(1);
  --before.us;

  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}}, before)),
              IsRefusal("RECEIPT_BEFORE_DISPATCH"));
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}}, June(1))), IsOk());
}

TEST_F(ReceiptTest, NothingArrivesOfADraftOrOfWhatWasGivenUp) {
  ASSERT_THAT(Create(Draft("S-2")), IsOk());
  const Receipt receipt = Delivery("R-1", {{kLot, 1, 0, 0}}, June(10), "S-2");

  EXPECT_THAT(Receive(receipt), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  ASSERT_THAT(Cancel("S-2"), IsOk());
  EXPECT_THAT(Receive(receipt), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
}

TEST_F(ReceiptTest, AnUnknownShipmentReceivesNothing) {
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}}, June(10), "S-9")),
              IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_F(ReceiptTest, TheSameReceiptAgainAnswersAsBeforeAndMovesNothing) {
  Receipt receipt = Delivery("R-1", {{kLot, 60, 0, 0}});
  receipt.note = "one bag was wet";
  const auto first = Receive(receipt);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 10, 0, 0}})), IsOk());

  const auto again = Receive(receipt);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->position, first->position);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 70'000, 0, 0, 30'000));
  EXPECT_EQ(Receipts().size(), 2);
}

TEST_F(ReceiptTest, TheSameReceiptAgainDisturbsNoStepUnderWay) {
  const Receipt receipt = Delivery("R-1", {{kLot, 60, 0, 0}});
  ASSERT_THAT(Receive(receipt), IsOk());
  ASSERT_THAT(BeginReceiptOf(Delivery("R-2", {{kLot, 10, 0, 0}})), IsOk());

  EXPECT_THAT(Receive(receipt), IsOk());

  EXPECT_THAT(Receive(Delivery("R-3", {{kLot, 1, 0, 0}})), IsRefusal("SHIPMENT_BUSY"));
}

TEST_F(ReceiptTest, AReceiptIdBelongsToOneDeliveryInTheWholeProgramme) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());
  Ship("S-2");
  Receipt with_note = Delivery("R-1", {{kLot, 60, 0, 0}});
  with_note.note = "wet";

  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 61, 0, 0}})), IsRefusal("RECEIPT_EXISTS"));
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}}, June(11))), IsRefusal("RECEIPT_EXISTS"));
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}}, June(10), "S-2")),
              IsRefusal("RECEIPT_EXISTS"));
  EXPECT_THAT(Receive(with_note), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ReceiptTest, ARepeatedReceiptForAnotherPlaceIsAnotherReceipt) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());
  Receipt elsewhere = Delivery("R-1", {{kLot, 60, 0, 0}});
  elsewhere.destination_id = kOtherSchool;

  EXPECT_THAT(Receive(elsewhere), IsRefusal("RECEIPT_EXISTS"));
}

TEST_F(ReceiptTest, WhileAReceiptIsUnderWayItsIdAndItsShipmentAreReserved) {
  Ship("S-2");
  ASSERT_THAT(BeginReceiptOf(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());

  EXPECT_THAT(Receive(Delivery("R-2", {{kLot, 1, 0, 0}})), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}}, June(10), "S-2")),
              IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(Correct(Delivery("R-1", {})), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(Receive(Delivery("R-3", {{kLot, 1, 0, 0}}, June(10), "S-2")), IsOk());
  EXPECT_THAT(Receipts(), IsEmpty());
}

TEST_F(ReceiptTest, ARefusedReceiptLeavesNoTraceAndItsIdIsFree) {
  const auto step = BeginReceiptOf(Delivery("R-1", {{kLot, 60, 0, 0}}));
  ASSERT_THAT(step, IsOk());

  ASSERT_THAT(Abandon(*step), IsOk());

  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 0, 0, 0, 100'000));
  EXPECT_THAT(Receipts(), IsEmpty());
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 59, 0, 0}})), IsOk());
}

TEST_F(ReceiptTest, ReceiptsStandInTheOrderInWhichTheyCame) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}}, June(20))), IsOk());
  ASSERT_THAT(Receive(Delivery("R-3", {{kLot, 2, 0, 0}}, June(10))), IsOk());
  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 3, 0, 0}}, June(10))), IsOk());

  EXPECT_THAT(Receipts(), ElementsAre(Field(&ReceiptOnRecord::receipt_id, "R-2"),
                                      Field(&ReceiptOnRecord::receipt_id, "R-3"),
                                      Field(&ReceiptOnRecord::receipt_id, "R-1")));
}

TEST_F(ReceiptTest, AReceiptSaysWhoRecordedItAndWhen) {
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}})), IsOk());

  const rec::ReceiptRecord record = Receipts()[0].record;
  ASSERT_EQ(record.versions_size(), 1);
  EXPECT_EQ(record.versions(0).recorded_by(), "recorder");
  EXPECT_EQ(record.versions(0).recorded_us(), 2'000'000);
  EXPECT_EQ(record.versions(0).position(), 2);
}

TEST_F(ReceiptTest, ALineWeighsNoMoreThanTheLedgerMoves) {
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 1, 0, 0}, {kOtherLot, 0, 2'500'000'001, 0}})),
              NamesField("lines[1].damaged_packs"));
}

TEST_F(ReceiptTest, AReceiptThatNeedsMoreMovementsThanAPostingHoldsIsToBeSplit) {
  std::vector<ShipmentLine> shipped;
  std::vector<ReceiptLine> received;
  PackWeights weights;
  for (int64_t lot = 1; lot <= 51; ++lot) {
    shipped.push_back({LotId{lot}, 10});
    received.push_back({LotId{lot}, 5, 1, 0});
    weights[LotId{lot}] = 1000;
  }
  ASSERT_THAT(
      Transact(*store_,
               [&](storage::Transaction& transaction) {
                 return CreateShipment(transaction, Draft("S-2", shipped), weights, {"me", 1});
               }),
      IsOk());
  ASSERT_THAT(Dispatch("S-2"), IsOk());

  received.back().damaged_packs = 0;
  EXPECT_THAT(Receive(Delivery("R-1", received, June(10), "S-2")),
              IsRefusal("RECEIPT_TOO_DETAILED"));
  received.front().damaged_packs = 0;
  EXPECT_THAT(Receive(Delivery("R-1", received, June(10), "S-2")), IsOk());
}

TEST_F(ReceiptTest, TheLotsOfAShipmentHaveALimit) {
  PackWeights weights;
  const auto receive_strangers = [&](int64_t first, int64_t count) {
    std::vector<ReceiptLine> lines;
    for (int64_t lot = first; lot < first + count; ++lot) {
      lines.push_back({LotId{lot}, 1, 0, 0});
      weights[LotId{lot}] = 1000;
    }
    return Transact(*store_, [&](storage::Transaction& transaction) -> absl::Status {
      const auto step =
          BeginReceipt(transaction, Delivery(absl::StrCat("R-", first), lines), weights, {1, 1}, 1);
      if (!step.ok()) return step.status();
      return EndReceipt(transaction, *step, Posted()).status();
    });
  };
  for (const int64_t first : {100, 200, 300, 400}) {
    ASSERT_THAT(receive_strangers(first, 100), IsOk());
  }

  EXPECT_THAT(receive_strangers(500, 100), IsRefusal("SHIPMENT_FULL"));
  EXPECT_THAT(receive_strangers(500, 99), IsOk());
}

TEST_F(ReceiptTest, ReceiptsAndCorrectionsHaveALimit) {
  ASSERT_THAT(Receive(Delivery("R-0", {{kLot, 1, 0, 0}})), IsOk());
  for (int64_t number = 1; number < kReceiptVersionsMax; ++number) {
    const bool is_correction = number % 2 == 0;
    ASSERT_THAT(is_correction ? Correct(Delivery("R-0", {{kLot, number, 0, 0}}))
                              : Receive(Delivery(absl::StrCat("R-", number), {{kLot, 1, 0, 0}})),
                IsOk());
  }

  EXPECT_THAT(Receive(Delivery("R", {{kLot, 1, 0, 0}})), IsRefusal("SHIPMENT_FULL"));
  EXPECT_THAT(Correct(Delivery("R-0", {})), IsRefusal("SHIPMENT_FULL"));
}

}  // namespace
}  // namespace milkway::shipments
