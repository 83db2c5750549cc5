// Pools of a lot: who may buy which grams, and what became of them. The rule, with
// numbers that were worked out by hand.

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/impact/pools.h"

namespace milkway::impact {
namespace {

using ::testing::Eq;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr std::optional<size_t> kGeneral = std::nullopt;
constexpr std::optional<size_t> kEast = 0;

// A lot of 1,000 g, of which `bought_g` are bought of the general pool, and a pool of
// 400 g of the school "east" that is all bought; 25 g a cup.
LotPools WithPool(int64_t general_bought_g, int64_t pool_bought_g = 400) {
  return {0, general_bought_g + pool_bought_g, {{"east", 400, 0, pool_bought_g, 0, 0, 25}}};
}
LotBooks Drunk(int64_t grams, int64_t lost_g = 0, int64_t returned_g = 0) {
  return {1'000, 0, 0, lost_g, 0, grams, returned_g};
}

TEST(Pool, OfASchoolThatDrinksItIsItsOwn) {
  const LotSplit split(Drunk(300), WithPool(600), {{"east", 200}, {"west", 100}});

  EXPECT_EQ(split.PartOf(kEast, 400).Of(split.ServedG(kEast, 0)), 200);
  EXPECT_EQ(split.ServedG(kEast, 1), 0);
  EXPECT_EQ(split.ServedG(kGeneral, 0), 0);
  EXPECT_EQ(split.ServedG(kGeneral, 1), 100);
}

TEST(Pool, ThatIsDrunkUpLeavesTheRestToTheGeneralOne) {
  const LotSplit split(Drunk(500), WithPool(600), {{"east", 500}});

  EXPECT_EQ(split.ServedG(kEast, 0), 400);
  EXPECT_EQ(split.ServedG(kGeneral, 0), 100);
}

TEST(Pool, IsExactOnceAllMilkIsDrunkByWhomItIsFor) {
  const LotSplit split(Drunk(1'000), WithPool(600), {{"east", 400}, {"west", 600}});

  EXPECT_EQ(split.PartOf(kEast, 400).Of(400), 400);
  EXPECT_EQ(split.PartOf(kGeneral, 600).weight_g(), 600);
  EXPECT_EQ(split.PartOf(kGeneral, 600).Of(600), 600);
}

TEST(GeneralPool, IsNotToldTooMuchWhileMilkSetAsideStands) {
  const LotSplit split(Drunk(600), WithPool(600), {{"west", 600}});

  // 600 of 1,000 g are drunk, and nobody knows of which pool the 400 are.
  EXPECT_EQ(split.PartOf(kGeneral, 600).weight_g(), 1'000);
  EXPECT_EQ(split.PartOf(kGeneral, 600).Of(600), 360);
}

TEST(GeneralPool, NeverHasMoreThanItIsWhereOthersDrinkWhatIsSetAside) {
  const LotSplit split(Drunk(1'000), WithPool(600), {{"north", 500}, {"west", 500}});

  EXPECT_EQ(split.PartOf(kGeneral, 600).Of(500), 300);
  EXPECT_EQ(split.PartOf(kEast, 400).Of(split.ServedG(kEast, 0)), 0);
}

TEST(Losses, AreSharedByWeightAndNeverMoreThanThereWere) {
  // 101 g are lost: 40 (40.4) of the pool, 61 of the rest.
  const LotSplit split(Drunk(0, 101), WithPool(600), {});

  EXPECT_EQ(split.PartOf(kEast, 400).lost_g(), 40);
  EXPECT_EQ(split.PartOf(kGeneral, 600).lost_g(), 38);  // 61 · 600 / 960: not all is told yet
}

TEST(Losses, LeaveLessOfAPoolToBeDrunk) {
  const LotSplit split(Drunk(899, 101), WithPool(600), {{"east", 380}, {"west", 519}});

  EXPECT_EQ(split.ServedG(kEast, 0), 360);
  EXPECT_EQ(split.ServedG(kGeneral, 0), 20);
  EXPECT_EQ(split.PartOf(kGeneral, 600).weight_g(), 600);
  EXPECT_EQ(split.PartOf(kGeneral, 600).lost_g(), 61);
}

TEST(Returns, FirstTakeWhatNobodyBought) {
  const LotSplit split(Drunk(0, 0, 100), WithPool(500), {});

  EXPECT_EQ(split.KeptG(kGeneral), 500);
  EXPECT_EQ(split.KeptG(kEast), 400);
}

TEST(Returns, ThenTakeWhatNobodyBoughtOfPools) {
  const LotSplit split(Drunk(0, 0, 250), WithPool(500, 200), {});

  EXPECT_EQ(split.KeptG(kGeneral), 500);
  EXPECT_EQ(split.KeptG(kEast), 200);
  EXPECT_EQ(split.PartOf(kEast, 200).weight_g(), 250);
}

TEST(Returns, ThenTakeWhatIsBoughtOfTheGeneralPoolAndAtLastOfTheOthers) {
  const LotSplit most(Drunk(0, 0, 700), WithPool(500, 200), {});
  EXPECT_EQ(most.KeptG(kGeneral), 100);
  EXPECT_EQ(most.KeptG(kEast), 200);

  const LotSplit nearly_all(Drunk(0, 0, 950), WithPool(500, 200), {});
  EXPECT_EQ(nearly_all.KeptG(kGeneral), 0);
  EXPECT_EQ(nearly_all.KeptG(kEast), 50);
}

TEST(Returns, TakeFoundGramsBeforeBoughtOnes) {
  const LotSplit split({1'000, 50, 0, 0, 0, 0, 60}, {0, 1'000, {}}, {});

  EXPECT_EQ(split.KeptG(kGeneral), 990);
  EXPECT_EQ(split.PartOf(kGeneral, 990).weight_g(), 990);
}

TEST(Returns, AreOfWhatWasBoughtLast) {
  const std::vector<BoughtRun> first = {{0, 300, 0, 30}};
  const std::vector<BoughtRun> last = {{300, 200, 30, 20}};

  EXPECT_EQ(KeptOf(first, 400), 300);
  EXPECT_EQ(KeptOf(last, 400), 100);
  EXPECT_EQ(KeptOf(last, 100), 0);
  EXPECT_EQ(KeptOf(first, 100), 100);
}

TEST(Credits, AreOwedToWhoPaidLast) {
  const std::vector<BoughtRun> first = {{0, 300, 0, 30}};
  const std::vector<BoughtRun> last = {{300, 200, 30, 20}};

  EXPECT_EQ(RefundDue(first, 50), 0);
  EXPECT_EQ(RefundDue(last, 50), 0);
  EXPECT_EQ(RefundDue(last, 38), 12);
  EXPECT_EQ(RefundDue(first, 25), 5);
  EXPECT_EQ(RefundDue(last, 25), 20);
}

TEST(ALotThatShrank, CountsTheDifferenceAsReturned) {
  const LotSplit split({900, 0, 0, 0, 0, 0, 0}, {0, 1'000, {}}, {});

  EXPECT_EQ(split.KeptG(kGeneral), 900);
}

TEST(Runs, ThatFollowOnEachOtherAreOne) {
  std::vector<BoughtRun> runs;
  AddRun({0, 100, 0, 10}, &runs);
  AddRun({100, 50, 10, 5}, &runs);
  EXPECT_THAT(runs, SizeIs(1));
  AddRun({150, 0, 15, 0}, &runs);
  EXPECT_THAT(runs, SizeIs(1));

  // Somebody else paid in between.
  AddRun({150, 10, 17, 1}, &runs);

  EXPECT_THAT(runs, SizeIs(2));
  EXPECT_EQ(KeptOf(runs, 155), 155);
}

TEST(Sale, OfPoolsAddsUpToTheCostOfTheLot) {
  const LotPools pools = {0, 0, {{"a", 333, 0, 0, 0, 0, 25}, {"b", 333, 0, 0, 0, 0, 25}}};

  // 100 · 334 / 1,000 = 33.4 and twice 33.3: the general pool has the largest remainder.
  EXPECT_EQ(ForSale(pools, kGeneral, 1'000, 100).cost_minor, 34);
  EXPECT_EQ(ForSale(pools, 0, 1'000, 100).cost_minor, 33);
  EXPECT_EQ(ForSale(pools, 1, 1'000, 100).cost_minor, 33);
  EXPECT_EQ(ForSale(pools, kGeneral, 1'000, 100).weight_g, 334);
}

TEST(Sale, OfAPoolIsAtItsOwnPriceAfterALaterInvoice) {
  const LotPools pools = {50, 500, {{"east", 400, 0, 0, 0, 0, 25}}};

  // The lot cost 100 and costs 150: 60 of them are the pool's.
  EXPECT_EQ(BoughtBy(ForSale(pools, kEast, 1'000, 150), 30), 200);
  EXPECT_EQ(StillCosts(ForSale(pools, kGeneral, 1'000, 150)), 40);
}

TEST(Sale, OfAPoolNeverTakesMoreThanTheLotStillCosts) {
  // Rounding down, 75 were paid for 600 g of the general pool, which cost 60 by weight.
  const LotPools pools = {75, 600, {{"east", 400, 0, 0, 0, 0, 25}}};
  const LotForSale sale = ForSale(pools, kEast, 1'000, 100);

  EXPECT_EQ(StillCosts(sale), 25);
  EXPECT_EQ(BoughtBy(sale, 25), 400);
  EXPECT_EQ(StillCosts(ForSale(pools, kGeneral, 1'000, 100)), 0);
}

TEST(Sale, OfALotThatIsFullyPaidIsOver) {
  const LotPools pools = {100, 700, {{"east", 400, 0, 100, 0, 0, 25}}};

  EXPECT_EQ(StillCosts(ForSale(pools, kEast, 1'000, 100)), 0);
  EXPECT_EQ(StillCosts(ForSale(pools, kEast, 1'000, 90)), 0);
}

TEST(FreeGrams, AreNeitherBoughtNorSetAside) {
  EXPECT_EQ(FreeG(WithPool(500), 1'000), 100);
  EXPECT_EQ(FreeG(WithPool(500, 0), 1'000), 100);
  EXPECT_EQ(FreeG(WithPool(600), 1'000), 0);
}

TEST(Cups, OfASchoolWithoutAPoolAreOfTheGeneralOne) {
  const LotSplit split(Drunk(100), WithPool(600), {{"west", 100}});

  EXPECT_EQ(split.Servings(kGeneral, 0, 4), 4);
  EXPECT_EQ(split.Servings(kEast, 0, 4), 0);
}

TEST(Cups, OfAPoolAreCountedUntilItIsDrunkUp) {
  const LotSplit within(Drunk(200), WithPool(600), {{"east", 200}});
  EXPECT_EQ(within.Servings(kEast, 0, 8), 8);
  EXPECT_EQ(within.Servings(kGeneral, 0, 8), 0);

  const LotSplit beyond(Drunk(500), WithPool(600), {{"east", 500}});
  EXPECT_EQ(beyond.Servings(kEast, 0, 20), 16);
  EXPECT_EQ(beyond.Servings(kGeneral, 0, 20), 4);
}

TEST(Cups, AreNeverMoreThanThereWere) {
  // 50 g a cup where 25 are usual.
  const LotSplit split(Drunk(500), WithPool(600), {{"east", 500}});

  EXPECT_EQ(split.Servings(kEast, 0, 10), 10);
  EXPECT_EQ(split.Servings(kGeneral, 0, 10), 0);
}

TEST(Cups, DrunkBeforeMilkWasSetAsideStayWithTheGeneralPool) {
  LotPools pools = WithPool(500);
  pools.schools[0].earlier_served_g = 75;
  pools.schools[0].earlier_servings = 3;
  const LotSplit split(Drunk(175), pools, {{"east", 175}});

  EXPECT_EQ(split.ServedG(kGeneral, 0), 75);
  EXPECT_EQ(split.ServedG(kEast, 0), 100);
  EXPECT_EQ(split.Servings(kGeneral, 0, 7), 3);
  EXPECT_EQ(split.Servings(kEast, 0, 7), 4);
}

TEST(Pools, AreFoundByTheirSchool) {
  const LotPools pools = {0, 0, {{"b", 1, 0, 0, 0, 0, 1}, {"d", 1, 0, 0, 0, 0, 1}}};

  EXPECT_THAT(FindPool(pools, "d"), Optional(1));
  EXPECT_THAT(FindPool(pools, "c"), Eq(std::nullopt));
  EXPECT_THAT(FindPool(pools, ""), Eq(std::nullopt));
}

}  // namespace
}  // namespace milkway::impact
