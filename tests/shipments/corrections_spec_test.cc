// What the correction of a receipt promises. Packs of lot 1 weigh 1000 g, of lot 2
// 400 g, of lot 3 900 g.

#include "services/runtime/errors.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorrectionTest : public ShipmentsTest {
 protected:
  // Ships 100 packs of lot 1, of which receipt R-1 took 60 and R-2 50 packs.
  CorrectionTest() {
    Ship("S-1");
    EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}}, June(10))), IsOk());
    EXPECT_THAT(Receive(Delivery("R-2", {{kLot, 50, 0, 0}}, June(11))), IsOk());
  }
};

TEST_F(CorrectionTest, ItReplacesThePostingThatStandsAtTheOriginalTime) {
  const auto step = BeginCorrectionOf(Delivery("R-1", {{kLot, 55, 5, 0}}, June(10)));

  ASSERT_THAT(step, IsOk());
  EXPECT_EQ(step->draft().corrects_position(), 2);
  EXPECT_EQ(step->draft().reference(), "receipt/R-1");
  EXPECT_EQ(FromRecord(step->draft().occurred_at()), June(10));
  EXPECT_EQ(step->draft().kind(), static_cast<uint32_t>(PostingKind::kReceipt));
}

TEST_F(CorrectionTest, ThePostingsIdComesFromTheRequest) {
  const runtime::RequestId request = {3, 4};

  const auto step = Transact(*store_, [&](storage::Transaction& transaction) {
    return BeginCorrection(transaction, Delivery("R-1", {}), "never came", {}, request, kNowUs);
  });

  ASSERT_THAT(step, IsOk());
  const runtime::RequestId posted = {step->draft().request_id_high(),
                                     step->draft().request_id_low()};
  EXPECT_EQ(posted, runtime::DeriveRequestId(request, "receipt_correction"));
}

TEST_F(CorrectionTest, TheNewLinesAreSplitAsIfTheOldOnesHadNotBeen) {
  // Without R-1, 60 packs are in transit: R-2 took 40 from there and found 10.
  const auto step = BeginCorrectionOf(Delivery("R-1", {{kLot, 65, 0, 0}}));

  ASSERT_THAT(step, IsOk());
  EXPECT_THAT(MovementsOf(*step), ElementsAre("1: in transit S-1 > usable school: 60000",
                                              "1: found school > usable school: 5000"));
}

TEST_F(CorrectionTest, TheStatusesAddUpAfterwards) {
  ASSERT_THAT(Correct(Delivery("R-1", {{kLot, 20, 5, 1}})), IsOk());

  EXPECT_THAT(StatusOf(kLot), Has(100'000, 10'000, 70'000, 5'000, 1'000, 34'000));
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kPartlyReceived);
}

TEST_F(CorrectionTest, WithoutLinesTheDeliveryNeverHappened) {
  const auto corrected = Correct(Delivery("R-2", {}, June(11)));

  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(corrected->position, 4);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 60'000, 0, 0, 40'000));
  EXPECT_THAT(Receipts()[1].record.versions(1).lines(), IsEmpty());
}

TEST_F(CorrectionTest, AShipmentWhoseDeliveriesNeverHappenedIsOnItsWay) {
  ASSERT_THAT(Correct(Delivery("R-1", {}, June(10))), IsOk());
  ASSERT_THAT(Correct(Delivery("R-2", {}, June(11))), IsOk());

  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kDispatched);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 0, 0, 0, 100'000));
}

TEST_F(CorrectionTest, ACorrectionCanBeCorrectedFromWhatStands) {
  ASSERT_THAT(Correct(Delivery("R-1", {})), IsOk());

  const auto step = BeginCorrectionOf(Delivery("R-1", {{kLot, 70, 0, 0}}));

  ASSERT_THAT(step, IsOk());
  EXPECT_EQ(step->draft().corrects_position(), 4);
  EXPECT_THAT(MovementsOf(*step), ElementsAre("1: in transit S-1 > usable school: 60000",
                                              "1: found school > usable school: 10000"));
}

TEST_F(CorrectionTest, AllVersionsAreKept) {
  Receipt with_note = Delivery("R-1", {{kLot, 61, 0, 0}});
  with_note.note = "counted twice";
  ASSERT_THAT(Correct(with_note), IsOk());
  ASSERT_THAT(Correct(Delivery("R-1", {{kLot, 62, 0, 0}})), IsOk());

  const rec::ReceiptRecord record = Receipts()[0].record;

  ASSERT_EQ(record.versions_size(), 3);
  EXPECT_EQ(record.versions(0).lines(0).received_packs(), 60);
  EXPECT_EQ(record.versions(0).correction_reason(), "");
  EXPECT_EQ(record.versions(1).lines(0).received_packs(), 61);
  EXPECT_EQ(record.versions(1).correction_reason(), "counted again");
  EXPECT_EQ(record.versions(1).note(), "counted twice");
  EXPECT_EQ(record.versions(2).lines(0).received_packs(), 62);
  EXPECT_EQ(record.versions(2).position(), 5);
}

TEST_F(CorrectionTest, ALotThatWasNamedByMistakeIsForgottenButForItsWeight) {
  ASSERT_THAT(Correct(Delivery("R-1", {{kStrangeLot, 2, 0, 0}})), IsOk());
  EXPECT_THAT(StatusOf(kStrangeLot), Has(0, 1'800, 1'800, 0, 0, 0));

  ASSERT_THAT(Correct(Delivery("R-1", {{kLot, 60, 0, 0}})), IsOk());

  EXPECT_THAT(StatusOf(kStrangeLot), Has(0, 0, 0, 0, 0, 0));
  EXPECT_EQ(StatusOf(kStrangeLot).pack_weight_g, 900);
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kReceived);
}

TEST_F(CorrectionTest, MissingPacksAreLimitedAsIfTheOldLinesHadNotBeen) {
  EXPECT_THAT(Correct(Delivery("R-1", {{kLot, 0, 0, 61}})), IsRefusal("RECEIPT_MISSING_TOO_MANY"));
  EXPECT_THAT(Correct(Delivery("R-1", {{kLot, 0, 0, 60}})), IsOk());
}

TEST_F(CorrectionTest, AReceiptMustBeKnownAndOfTheShipment) {
  Ship("S-2");

  EXPECT_THAT(Correct(Delivery("R-9", {})), IsRefusal("RECEIPT_UNKNOWN"));
  EXPECT_THAT(Correct(Delivery("R-1", {}, June(10), "S-2")), IsRefusal("RECEIPT_UNKNOWN"));
}

TEST_F(CorrectionTest, NobodyCorrectsWhatArrivedElsewhere) {
  Receipt elsewhere = Delivery("R-1", {});
  elsewhere.destination_id = kOtherSchool;

  EXPECT_THAT(Correct(elsewhere), IsRefusal("RECEIPT_DESTINATION_WRONG"));
}

TEST_F(CorrectionTest, TheTimeOfAReceiptStays) {
  Receipt without_time = Delivery("R-1", {{kLot, 61, 0, 0}});
  without_time.received_at.reset();
  Receipt other_offset = Delivery("R-1", {{kLot, 61, 0, 0}});
  other_offset.received_at->offset_minutes = 0;

  EXPECT_THAT(Correct(Delivery("R-1", {}, June(11))), NamesField("received_at"));
  EXPECT_THAT(Correct(other_offset), NamesField("received_at"));
  EXPECT_THAT(Correct(without_time), IsOk());
}

TEST_F(CorrectionTest, WhileACorrectionIsUnderWayNoOtherStepBegins) {
  ASSERT_THAT(BeginCorrectionOf(Delivery("R-1", {})), IsOk());

  EXPECT_THAT(Correct(Delivery("R-2", {}, June(11))), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(Receive(Delivery("R-3", {{kLot, 1, 0, 0}})), IsRefusal("SHIPMENT_BUSY"));
}

TEST_F(CorrectionTest, ARefusedCorrectionLeavesWhatStood) {
  const auto step = BeginCorrectionOf(Delivery("R-1", {}));
  ASSERT_THAT(step, IsOk());

  ASSERT_THAT(Abandon(*step), IsOk());

  EXPECT_EQ(Receipts()[0].record.versions_size(), 1);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 10'000, 110'000, 0, 0, 0));
  EXPECT_THAT(Correct(Delivery("R-1", {})), IsOk());
}

TEST_F(CorrectionTest, TheOriginalReceiptAgainAnswersAsBefore) {
  ASSERT_THAT(Correct(Delivery("R-1", {{kLot, 61, 0, 0}})), IsOk());

  const auto again = Receive(Delivery("R-1", {{kLot, 60, 0, 0}}));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->position, 2);
  EXPECT_THAT(Receive(Delivery("R-1", {{kLot, 61, 0, 0}})), IsRefusal("RECEIPT_EXISTS"));
}

}  // namespace
}  // namespace milkway::shipments
