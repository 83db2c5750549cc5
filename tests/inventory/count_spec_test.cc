// What physical counts promise.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;

using K = AccountKind;

class CountTest : public InventoryTest {};

TEST_F(CountTest, ExpectedAndCountedAreBothKeptAndTheDifferenceIsPosted) {
  const LotId lot = Stock(1);

  const auto counted = Count(lot, 970, March(5));

  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->expected_g, 1'000);
  EXPECT_EQ(counted->variance_g, -30);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 970);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 30);
  const auto record = CountTable::Find(reader(), kSchool, lot.value, March(5).us);
  EXPECT_EQ((*record)->counted_g(), 970);
  EXPECT_EQ((*record)->expected_g(), 1'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CountTest, MoreThanExpectedComesFromFound) {
  const LotId lot = Stock(1);

  ASSERT_THAT(Count(lot, 1'020, March(5)), IsOk());

  EXPECT_EQ(Balance(lot, K::kFound, kSchool), -20);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 1'020);
}

TEST_F(CountTest, ACountThatAgreesPostsNothingAndIsKept) {
  const LotId lot = Stock(1);

  const auto counted = Count(lot, 1'000, March(5));

  EXPECT_EQ(counted->position, 0);
  EXPECT_TRUE((*CountTable::Find(reader(), kSchool, lot.value, March(5).us)).has_value());
}

TEST_F(CountTest, TheFigureHoldsWhenSomethingIsRecordedForBeforeIt) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 970, March(5)), IsOk());

  const auto served = Post(Serve(lot, 100, March(4)));

  ASSERT_THAT(served, IsOk());
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 970);
  // 100 g were served and yet 970 g counted: 70 g must have been found.
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), -70);
  const auto recount = ReadPosting(reader(), served->position + 1);
  EXPECT_EQ(recount->kind, PostingKind::kRecount);
  EXPECT_EQ(recount->linked_position, served->position);
  EXPECT_EQ(recount->occurred_at, March(5));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CountTest, WhatIsRecordedForAfterItIsNotRecounted) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 970, March(5)), IsOk());

  ASSERT_THAT(Post(Serve(lot, 100, March(6))), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 870);
}

TEST_F(CountTest, AfterServingCoversThatDaysServingsWheneverTheyAreDated) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Serve(lot, 100, March(5, 23))), IsOk());

  const auto counted = Count(lot, 900, March(5, 16), /*after_serving=*/true);
  EXPECT_EQ(counted->variance_g, 0);
  ASSERT_THAT(Post(Serve(lot, 50, March(5, 23))), IsOk());

  // 50 g more were served that day, and 900 g were there all the same.
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 900);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), -50);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CountTest, AfterServingDoesNotCoverTheNextDayNorOtherGoods) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 1'000, March(5, 16), /*after_serving=*/true), IsOk());

  ASSERT_THAT(Post(Serve(lot, 100, March(6, 1))), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(5, 20),
                         {{lot, K::kUsable, kSchool, K::kDamaged, kSchool, 10}})),
              IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 890);
}

TEST_F(CountTest, ACorrectionOfADayBeforeACountLeavesItsFigure) {
  const LotId lot = Stock(1);
  const auto served = Post(Serve(lot, 100, March(4)));
  ASSERT_THAT(Count(lot, 900, March(5)), IsOk());
  PostingDraft correction = Serve(lot, 75, March(4));
  correction.corrects_position = served->position;

  ASSERT_THAT(Post(correction), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 900);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 25);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CountTest, ACountBetweenTwoOthersLeavesTheLaterOne) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 900, March(9)), IsOk());

  ASSERT_THAT(Count(lot, 950, March(5)), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 900);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 100);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CountTest, ACountThatLeavesLaterServingsWithoutStockIsRefused) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Serve(lot, 800, March(9))), IsOk());

  EXPECT_THAT(Count(lot, 799, March(5)), IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(Count(lot, 800, March(5)), IsOk());
}

TEST_F(CountTest, TheSameMomentIsCountedOnce) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 900, March(5)), IsOk());

  EXPECT_THAT(Count(lot, 950, March(5)), IsRefusal("COUNT_RECORDED"));
}

TEST_F(CountTest, ADiscrepancyBeforeACountIsFoundAndTheCountStays) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 200, March(9)), IsOk());
  PostingDraft draft = Serve(lot, 1'100, March(5));
  draft.discrepancy_reason = "one more bag was there";

  const auto posted = Post(draft);

  EXPECT_EQ(posted->found_g, 100);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 200);
  EXPECT_THAT(Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::inventory
