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

TEST_F(RecallLiftTest, ARecallIsNotLiftedBeforeItWasOrdered) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Lift("R1", March(9)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Lift("R9", March(9)), IsRefusal("RECALL_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::inventory
