// What is read of the records: each child once, groups by day, and no more than may be.

#include "services/consumption/milk_drunk.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/consumption/distribution.h"
#include "services/consumption/served_days.h"
#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr uint32_t kNumber = 1;

const DailyNeeds& Needs() {
  static const DailyNeeds& needs = *new DailyNeeds(*DailyNeeds::Parse(kDailyNeedsBuiltIn));
  return needs;
}

// Children of school 1 are there since 2025-03-01, born in 2015-09: 9 years in June.
class MilkDrunkTest : public DistributionTest {
 protected:
  absl::StatusOr<MilkDrunk> Milk(int first, int last, const std::string& class_name = "") {
    return FindMilk(*store_->NewSnapshot(), kNumber, class_name, {June(first), June(last)},
                    Needs());
  }
  absl::StatusOr<MilkDrunk> MilkOf(int32_t student) {
    return FindMilkOfStudent(*store_->NewSnapshot(), kNumber, student, {June(1), June(30)},
                             Needs());
  }
};

TEST_F(MilkDrunkTest, GramsAreKeptByLot) {
  RecordedId(Lunch({{kLot, 25, Students(1, 10)}, {kOtherLot, 20, Students(11, 12)}}));

  const auto milk = Milk(1, 30);

  ASSERT_THAT(milk, IsOk());
  EXPECT_EQ(milk->children, 12);
  EXPECT_EQ(milk->served_days, 1);
  EXPECT_THAT(milk->AtSchool().by_lot, ElementsAre(Pair(kLot, 250), Pair(kOtherLot, 40)));
  EXPECT_THAT(milk->Lots(), ElementsAre(kLot, kOtherLot));
  ASSERT_EQ(milk->groups.size(), Needs().bands().size() + 1);
  EXPECT_EQ(milk->groups[1].children, 12) << "9 to 11 years";
  EXPECT_EQ(milk->groups[1].child_days, 12);
}

TEST_F(MilkDrunkTest, WhatWasWastedNobodyDrank) {
  DistributionLine spilt{kLot, 25, {}, 500};
  RecordedId(Lunch({spilt}));

  const auto milk = Milk(1, 30);

  ASSERT_THAT(milk, IsOk());
  EXPECT_EQ(milk->served_days, 0);
  EXPECT_TRUE(milk->Lots().empty());
}

TEST_F(MilkDrunkTest, OnlyDaysAndClassesAskedForAreRead) {
  RecordedId(Lunch({{kLot, 25, Students(1, 10)}}, June(2)));
  RecordedId(Lunch({{kLot, 25, Students(1, 10)}}, June(3)));
  RecordedId(Lunch({{kLot, 25, Students(11, 20)}}, June(3), "3B"));

  EXPECT_EQ(Milk(2, 2)->AtSchool().served_g, 250);
  EXPECT_EQ(Milk(2, 3)->AtSchool().served_g, 750);
  EXPECT_EQ(Milk(2, 3, "3B")->AtSchool().served_g, 250);
  EXPECT_EQ(Milk(4, 30)->children, 0);
}

TEST_F(MilkDrunkTest, AllChildrenTogetherAreTheSchool) {
  RecordedId(Lunch({{kLot, 25, Students(1, 10)}}, June(2)));
  RecordedId(Lunch({{kOtherLot, 30, Students(5, 14)}}, June(2), "3B"));

  int64_t served_g = 0;
  for (int32_t student = 1; student <= 20; ++student) {
    const auto milk = MilkOf(student);
    ASSERT_THAT(milk, IsOk());
    served_g += milk->AtSchool().served_g;
  }

  EXPECT_EQ(served_g, Milk(1, 30)->AtSchool().served_g);
  EXPECT_EQ(MilkOf(5)->AtSchool().servings, 2);
  EXPECT_EQ(MilkOf(5)->served_days, 1);
}

TEST_F(MilkDrunkTest, AChildWhoIsOnNoRosterIsDamage) {
  RecordedId(Lunch({{kLot, 25, Students(1, 10)}}));
  ASSERT_THAT(Transact(*store_,
                       [](storage::Transaction& transaction) {
                         return StudentTable::Delete(transaction, kNumber, uint32_t{3});
                       }),
              IsOk());

  EXPECT_THAT(Milk(1, 30), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(MilkDrunkTest, TheRecordsOfOneAnswerHaveAnEnd) {
  const int64_t id = RecordedId(Lunch({{kLot, 25, Students(1, 1)}}));
  ASSERT_THAT(Transact(*store_,
                       [&](storage::Transaction& transaction) -> absl::Status {
                         rec::SessionRecord session;
                         session.set_distribution_id(id);
                         // One stands already.
                         for (size_t number = 1; number < kNutritionRecordsMax; ++number) {
                           absl::Status put = SessionTable::Put(
                               transaction, session, kNumber, int64_t{June(2).days},
                               std::string("3A"), absl::StrCat("more ", number));
                           if (!put.ok()) return put;
                         }
                         return absl::OkStatus();
                       }),
              IsOk());
  EXPECT_EQ(Milk(1, 30)->AtSchool().servings, static_cast<int64_t>(kNutritionRecordsMax));

  RecordedId(Lunch({{kLot, 25, Students(2, 2)}}, June(2), "3B"));

  EXPECT_THAT(Milk(1, 30), IsRefusal("PERIOD_TOO_LARGE"));
  EXPECT_THAT(MilkOf(1), IsRefusal("PERIOD_TOO_LARGE"));
  EXPECT_THAT(Milk(1, 30, "3B"), IsOk());
}

}  // namespace
}  // namespace milkway::consumption
