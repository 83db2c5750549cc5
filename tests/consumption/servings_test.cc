// Sums of servings: by lot and school, and the children behind them.

#include <string>

#include "tests/consumption/servings_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ServingsTest, NobodyDrankOfALotThatWasNeverServed) {
  EXPECT_THAT(Read(kLot), Sums(0, 0));
  EXPECT_THAT(StudentsOf(Read(kLot)), IsEmpty());
}

TEST_F(ServingsTest, OneChildInOneDistributionIsOneServing) {
  ASSERT_THAT(Add({{kLot, 25, {1, 2}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 30, {2, 3}}}), IsOk());

  EXPECT_THAT(Read(kLot), Sums(4, 110));
  EXPECT_THAT(StudentsOf(Read(kLot)), ElementsAre(1, 2, 3));
}

TEST_F(ServingsTest, WasteIsNoServing) {
  ASSERT_THAT(Add({{kLot, 25, {1}, 400}, {kOtherLot, 25, {}, 400}}), IsOk());

  EXPECT_THAT(Read(kLot), Sums(1, 25));
  EXPECT_THAT(Read(kOtherLot), Sums(0, 0));
}

TEST_F(ServingsTest, LotsAndSchoolsHaveSumsOfTheirOwn) {
  ASSERT_THAT(Add({{kLot, 25, {1}}, {kOtherLot, 20, {1, 2}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 10, {7}}}, /*school_number=*/2), IsOk());

  EXPECT_THAT(Read(kLot), Sums(1, 25));
  EXPECT_THAT(Read(kOtherLot), Sums(2, 40));
  EXPECT_THAT(Read(kLot, 2), Sums(1, 10));
  EXPECT_THAT(StudentsOf(Read(kLot, 2)), ElementsAre(7));
}

TEST_F(ServingsTest, WhatIsTakenAwayIsGone) {
  ASSERT_THAT(Add({{kLot, 25, {1, 2}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 30, {2, 3}}}), IsOk());

  ASSERT_THAT(TakeAway({{kLot, 25, {1, 2}}}), IsOk());

  EXPECT_THAT(Read(kLot), Sums(2, 60));
  EXPECT_THAT(StudentsOf(Read(kLot)), ElementsAre(2, 3));
}

TEST_F(ServingsTest, NoMoreIsTakenAwayThanWasAdded) {
  ASSERT_THAT(Add({{kLot, 25, {1, 2}}}), IsOk());

  EXPECT_THAT(TakeAway({{kLot, 25, {1, 3}}}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(TakeAway({{kLot, 60, {1}}}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(TakeAway({{kLot, 25, {1, 2}}}, /*school_number=*/2),
              StatusIs(absl::StatusCode::kInternal));

  EXPECT_THAT(Read(kLot), Sums(2, 50));
  EXPECT_THAT(StudentsOf(Read(kLot)), ElementsAre(1, 2));
}

TEST_F(ServingsTest, CountsStandInPagesOfSixtyFourStudents) {
  ASSERT_THAT(Add({{kLot, 25, {1, 3, 64, 65, 129}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, {3}}}), IsOk());

  std::vector<uint32_t> first(64);
  first[0] = 1;
  first[2] = 2;
  first[63] = 1;
  EXPECT_EQ(Page(0), first);
  EXPECT_THAT(Page(1), ElementsAre(1));
  EXPECT_THAT(Page(2), ElementsAre(1));
  EXPECT_THAT(Page(3), IsEmpty());
}

TEST_F(ServingsTest, APageHasNoTrailingZeros) {
  ASSERT_THAT(Add({{kLot, 25, {1}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, {3}}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, {64, 65}}}), IsOk());

  ASSERT_THAT(TakeAway({{kLot, 25, {64, 65}}}), IsOk());

  EXPECT_THAT(Page(0), ElementsAre(1, 0, 1));
  EXPECT_THAT(Page(1), IsEmpty());
  ASSERT_THAT(TakeAway({{kLot, 25, {1}}}), IsOk());
  EXPECT_THAT(Page(0), ElementsAre(0, 0, 1));
}

TEST_F(ServingsTest, DamagedCountsAreNotCountedOn) {
  rec::ServingTotalsRecord damaged;
  damaged.set_students(std::string(1, '\x80'));
  ASSERT_THAT(Transact(*store_,
                       [&](storage::Transaction& transaction) {
                         return ServingTotalsTable::Put(transaction, damaged, kLot.value, 1u);
                       }),
              IsOk());

  EXPECT_THAT(Add({{kLot, 25, {1}}}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ChildrenReached().Add(1, damaged), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ServingsTest, AChildIsReachedOnceHoweverManyLotsItDrankOf) {
  ASSERT_THAT(Add({{kLot, 25, {1, 2}}, {kOtherLot, 20, {3}}}), IsOk());
  ASSERT_THAT(Add({{kOtherLot, 25, {2, 4}}}), IsOk());
  ChildrenReached children;

  ASSERT_THAT(children.Add(1, Read(kLot)), IsOk());
  EXPECT_EQ(children.count(), 2);
  ASSERT_THAT(children.Add(1, Read(kOtherLot)), IsOk());
  ASSERT_THAT(children.Add(1, Read(kLot)), IsOk());

  EXPECT_EQ(children.count(), 4);
}

TEST_F(ServingsTest, NumberSevenOfTwoSchoolsIsTwoChildren) {
  ASSERT_THAT(Add({{kLot, 25, {7}}}, 1), IsOk());
  ASSERT_THAT(Add({{kLot, 25, {7}}}, 2), IsOk());
  ChildrenReached children;

  ASSERT_THAT(children.Add(1, Read(kLot, 1)), IsOk());
  ASSERT_THAT(children.Add(2, Read(kLot, 2)), IsOk());

  EXPECT_EQ(children.count(), 2);
}

}  // namespace
}  // namespace milkway::consumption
