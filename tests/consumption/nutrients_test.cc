// Nutrients by labels, what children need a day, and which groups are told: the rules.

#include "services/consumption/nutrients.h"

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/told_groups.h"
#include "tests/support/random_seed.h"

namespace milkway::consumption {
namespace {

using ::testing::ElementsAre;

// Whole milk powder: 2,060 kJ, 24.5 g protein, 27 g fat, 39 g carbohydrate, 945 mg
// calcium, 370 mg sodium in 100 g.
Label WholeMilk() {
  Label label;
  label[Nutrient::kEnergy] = 2'060'000;
  label[Nutrient::kProtein] = 24'500;
  label[Nutrient::kFat] = 27'000;
  label[Nutrient::kCarbohydrate] = 39'000;
  label[Nutrient::kCalcium] = 945'000;
  label[Nutrient::kSodium] = 370'000;
  return label;
}

std::vector<int64_t> NumbersOf(const ByNutrient& numbers) {
  std::vector<int64_t> all;
  for (size_t index = 0; index < kNutrients; ++index) {
    all.push_back(numbers[static_cast<Nutrient>(index)]);
  }
  return all;
}

Label OnlyProtein(int64_t mg_100g) {
  Label label;
  label[Nutrient::kProtein] = mg_100g;
  return label;
}

int64_t ProteinOf(const ByNutrient& numbers) { return numbers[Nutrient::kProtein]; }

TEST(Nutrients, ALabelIsThatOfAHundredGrams) {
  NutrientSum cup;
  cup.Add(25, WholeMilk());

  EXPECT_THAT(NumbersOf(cup.Total()), ElementsAre(515, 6'125, 6'750, 9'750, 236, 92));
}

TEST(Nutrients, LotsAreAddedUpExactlyAndRoundedOnce) {
  NutrientSum first;
  first.Add(1, OnlyProtein(50));
  NutrientSum both = first;
  both.Add(first);

  EXPECT_EQ(ProteinOf(first.Total()), 0) << "half a milligram";
  EXPECT_EQ(ProteinOf(both.Total()), 1);
  EXPECT_EQ(ProteinOf(both.Of(2)), 0);
}

TEST(Nutrients, AShareIsOfAllDaysTogetherAndRoundedDown) {
  NutrientSum sum;
  sum.Add(75, WholeMilk());
  Amounts need;
  need[Nutrient::kProtein] = 40'000;
  need[Nutrient::kCalcium] = 750;

  EXPECT_THAT(NumbersOf(sum.ShareOf(need, 3)), ElementsAre(0, 153, 0, 0, 315, 0));
  EXPECT_THAT(NumbersOf(sum.ShareOf(need, 0)), ElementsAre(0, 0, 0, 0, 0, 0));
  EXPECT_EQ(ProteinOf(sum.Of(0)), 0);
}

TEST(Nutrients, NothingOverflows) {
  constexpr int64_t kMost = int64_t{100'000'000'000'000};  // of powder, 100 million tons
  NutrientSum sum;
  for (int lot = 0; lot < 100; ++lot) sum.Add(kMost, OnlyProtein(1'000'000'000));
  Amounts need;
  need[Nutrient::kProtein] = 1;

  EXPECT_EQ(ProteinOf(sum.Total()), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ProteinOf(sum.Of(kMost)), 1'000'000'000);
  EXPECT_EQ(ProteinOf(sum.ShareOf(need, kMost)), 1'000'000'000'000);
}

// `sizes` children of each group, none of them in two.
std::vector<GroupBits> ChildrenOf(const std::vector<int>& sizes) {
  std::vector<GroupBits> children;
  for (size_t group = 0; group < sizes.size(); ++group) {
    children.insert(children.end(), static_cast<size_t>(sizes[group]), GroupBits{1} << group);
  }
  return children;
}

// "110": the first two groups may be told.
std::string ToldOf(const std::vector<GroupBits>& children, size_t groups) {
  const GroupBits told = GroupsThatMayBeTold(children, groups);
  std::string text;
  for (size_t group = 0; group < groups; ++group) absl::StrAppend(&text, told >> group & 1);
  return text;
}
std::string ToldOf(const std::vector<int>& sizes) {
  return ToldOf(ChildrenOf(sizes), sizes.size());
}

TEST(ToldGroups, GroupsOfTenAreTold) {
  EXPECT_EQ(ToldOf({10, 20, 30}), "111");
  EXPECT_EQ(ToldOf({10, 0, 30}), "111") << "of nobody there is nothing to tell";
  EXPECT_EQ(ToldOf({}), "");
}

TEST(ToldGroups, ASmallGroupTakesTheSmallestOtherWithIt) {
  EXPECT_EQ(ToldOf({9, 20, 30}), "001") << "else it were the total less the others";
  EXPECT_EQ(ToldOf({30, 20, 1}), "100");
  EXPECT_EQ(ToldOf({9, 0, 30}), "010");
  EXPECT_EQ(ToldOf({9}), "0");
}

TEST(ToldGroups, SmallGroupsThatAreFewTogetherTakeAnotherWithThem) {
  EXPECT_EQ(ToldOf({4, 5, 20, 30}), "0001");
  EXPECT_EQ(ToldOf({4, 6, 20, 30}), "0011") << "ten together are enough";
  EXPECT_EQ(ToldOf({4, 5}), "00");
}

TEST(ToldGroups, AChildOfTwoGroupsIsOneChild) {
  std::vector<GroupBits> children = ChildrenOf({0, 0, 20, 30});
  children.insert(children.end(), 6, GroupBits{0b0011});

  EXPECT_EQ(ToldOf(children, 4), "0001") << "six and six are six";
}

TEST(ToldGroups, WhatIsToldLeavesNoFewChildrenToBeFoundOut) {
  std::mt19937 random(milkway::testing::RandomSeed());
  for (int round = 0; round < 20'000; ++round) {
    const size_t groups = 1 + random() % 7;
    std::vector<GroupBits> children(random() % 80);
    for (GroupBits& of_child : children) {
      const size_t first = random() % groups;
      of_child = GroupBits{1} << first;
      if (random() % 8 == 0) of_child |= GroupBits{1} << (first + 1) % groups;
    }

    const GroupBits told = GroupsThatMayBeTold(children, groups);

    size_t withheld = 0;
    size_t told_groups = 0;
    size_t behind_withheld = 0;
    std::vector<size_t> sizes(groups);
    for (const GroupBits of_child : children) {
      if ((of_child & ~told) != 0) ++behind_withheld;
      for (size_t group = 0; group < groups; ++group) sizes[group] += of_child >> group & 1;
    }
    for (size_t group = 0; group < groups; ++group) {
      if (sizes[group] == 0) continue;
      const bool is_told = (told >> group & 1) != 0;
      ++(is_told ? told_groups : withheld);
      ASSERT_TRUE(!is_told || sizes[group] >= 10);
    }
    if (withheld > 0 && told_groups > 0) {
      ASSERT_GE(withheld, 2U);
      ASSERT_GE(behind_withheld, 10U);
    }
  }
}

}  // namespace
}  // namespace milkway::consumption
