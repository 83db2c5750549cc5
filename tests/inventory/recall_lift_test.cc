// What lifting a recall promises.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/recalls.h"
#include "tests/inventory/recall_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using K = AccountKind;

class RecallLiftTest : public RecallTest {};

TEST_F(RecallLiftTest, LiftingItReleasesWhatIsStillQuarantined) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(11),
                         {{lot, K::kQuarantined, kSchool, K::kLossWrittenOff, kSchool, 100}})),
              IsOk());

  EXPECT_THAT(Lift("R1", March(15)), IsOkAndHolds(900));

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 900);
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 1000"));
  EXPECT_THAT(Lift("R1", March(15)), IsRefusal("RECALL_LIFTED"));
  EXPECT_THAT(Post(Serve(lot, 900, March(16))), IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, LiftingItWithoutReleaseLeavesTheDecisionToThePlaces) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Lift("R1", March(15), /*release=*/false), IsOkAndHolds(0));

  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 1'000);
  EXPECT_THAT(Post(Draft(PostingKind::kAdjustment, March(16),
                         {{lot, K::kQuarantined, kSchool, K::kUsable, kSchool, 400}})),
              IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, WhatWasQuarantinedByHandBeforeStaysQuarantined) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(5),
                         {{lot, K::kUsable, kSchool, K::kQuarantined, kSchool, 300}})),
              IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Lift("R1", March(15)), IsOkAndHolds(700));
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 300);
}

TEST_F(RecallLiftTest, ALotUnderAnotherRecallStaysUntilThatIsLiftedToo) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(11), "R2"), IsOk());
  EXPECT_THAT(StockOf("R2"), ElementsAre("school 1000"));

  EXPECT_THAT(Lift("R1", March(15)), IsOkAndHolds(0));
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());

  EXPECT_THAT(Lift("R2", March(16)), IsOkAndHolds(1'000));
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 1'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, ACountMadeMeanwhileIsNotTurnedIntoALossByTheRelease) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Count(lot, 0, March(16)), IsOk());

  EXPECT_THAT(Lift("R1", March(15)), IsOkAndHolds(1'000));

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 1'000);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

// A phone that was offline may say after the lifting what was drunk before the recall.
TEST_F(RecallLiftTest, WhatWasDrunkBeforeItIsTakenFromTheReleaseToo) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(1'000));

  EXPECT_THAT(Post(Serve(lot, 300, March(9))), IsOk());

  EXPECT_THAT(StockOf("R1"), ElementsAre("school 700"));
  EXPECT_EQ(BalanceAt({lot, K::kQuarantined, kSchool}, March(12)), 700);
  EXPECT_EQ(BalanceAt({lot, K::kUsable, kSchool}, March(12)), 0);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 700);
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_THAT(Post(Serve(lot, 701, March(16))), IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(Post(Serve(lot, 700, March(8))), IsOk());
  EXPECT_THAT(Post(Serve(lot, 1, March(8))), IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, WhatWasDestroyedMeanwhileCannotHaveBeenDrunkBefore) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(11),
                         {{lot, K::kQuarantined, kSchool, K::kLossWrittenOff, kSchool, 800}})),
              IsOk());
  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(200));

  EXPECT_THAT(Post(Serve(lot, 300, March(9))), IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(Post(Serve(lot, 200, March(9))), IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, WhatWasDrunkSinceTheReleaseWasNotDrunkBeforeTheRecall) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(1'000));
  ASSERT_THAT(Post(Serve(lot, 900, March(16))), IsOk());

  EXPECT_THAT(Post(Serve(lot, 101, March(9))), IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(Post(Serve(lot, 100, March(9))), IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, ACountAfterTheReleaseKeepsItsFigure) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(1'000));
  ASSERT_THAT(Count(lot, 650, March(16)), IsOk());

  EXPECT_THAT(Post(Serve(lot, 300, March(9))), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 650);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 50);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, ALotRecalledASecondTimeGivesBackOnBothOccasions) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Lift("R1", March(12)), IsOkAndHolds(1'000));
  ASSERT_THAT(PlaceRecallOf(lot, March(14), "R2"), IsOk());

  EXPECT_THAT(Post(Serve(lot, 300, March(9))), IsOk());

  EXPECT_THAT(StockOf("R1"), ElementsAre("school 700"));
  EXPECT_THAT(StockOf("R2"), ElementsAre("school 700"));
  EXPECT_EQ(BalanceAt({lot, K::kUsable, kSchool}, March(13)), 700);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_THAT(Lift("R2", March(15)), IsOkAndHolds(700));
  EXPECT_THAT(Differences(), IsEmpty());
}

// What was quarantined by hand would bear an earlier release.
TEST_F(RecallLiftTest, NothingIsReleasedBeforeItWasHeld) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(2, 13),
                         {{lot, K::kUsable, kSchool, K::kQuarantined, kSchool, 400}})),
              IsOk());
  ASSERT_THAT(Post(Serve(lot, 600, March(20))), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kReceipt, March(25),
                         {{lot, K::kFound, kSchool, K::kUsable, kSchool, 300}})),
              IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(300));

  EXPECT_EQ(BalanceAt({lot, K::kUsable, kSchool}, March(24)), 0);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 300);
  EXPECT_THAT(Post(Serve(lot, 100, March(22))), IsRefusal("LOT_QUARANTINED"));
  EXPECT_THAT(Differences(), IsEmpty());
}

// What is found is not asked of the hold any more, nor borne by the count: so it takes more
// than is missing at any moment.
TEST_F(RecallLiftTest, AsMuchIsFoundAsItTakesAndNoMore) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Serve(lot, 910, March(5))), IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Count(lot, 0, March(11)), IsOk());
  ASSERT_THAT(Lift("R1", March(15)), IsOkAndHolds(90));
  ASSERT_THAT(Post(Serve(lot, 30, March(16))), IsOk());
  PostingDraft late = Serve(lot, 124, March(4));
  EXPECT_THAT(Post(late), IsRefusal("STOCK_MISSING"));
  late.discrepancy_reason = "it was drunk";

  EXPECT_THAT(Post(late), IsOk());

  EXPECT_EQ(Balance(lot, K::kFound, kSchool), -64);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallLiftTest, WithoutReleaseWhatComesLateNeedsAReason) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Lift("R1", March(15), /*release=*/false), IsOkAndHolds(0));

  EXPECT_THAT(Post(Serve(lot, 300, March(9))), IsRefusal("LOT_QUARANTINED"));
}

TEST_F(RecallLiftTest, ARecallIsNotLiftedBeforeItWasOrdered) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Lift("R1", March(9)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Lift("R9", March(9)), IsRefusal("RECALL_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::inventory
