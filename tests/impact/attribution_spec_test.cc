// Who paid for which grams, and what became of them: the rule, with numbers that were
// worked out by hand.

#include <limits>
#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/impact/attribution.h"
#include "services/impact/pools.h"

namespace milkway::impact {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Optional;

constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

// A lot that is bought bit by bit.
class Sale {
 public:
  Sale(int64_t weight_g, int64_t cost_minor) : lot_{weight_g, cost_minor, 0, 0} {}

  int64_t Pay(int64_t worth_minor) {
    const int64_t grams = BoughtBy(lot_, worth_minor);
    lot_.paid_minor += worth_minor;
    lot_.bought_g += grams;
    return grams;
  }
  void AddCost(int64_t minor) { lot_.cost_minor += minor; }
  const LotForSale& lot() const { return lot_; }

 private:
  LotForSale lot_;
};

TEST(Allocation, BuysTheSameShareOfTheGramsAsOfTheCost) {
  Sale sale(10'000, 30'000);

  EXPECT_EQ(sale.Pay(15'000), 5'000);
}

TEST(Allocation, IsRoundedDown) {
  Sale sale(10'000, 30'000);

  // 10,000 · 1,000 / 30,000 = 333.3
  EXPECT_EQ(sale.Pay(1'000), 333);
  // 9,667 · 1,000 / 29,000 = 333.3
  EXPECT_EQ(sale.Pay(1'000), 333);
}

TEST(Allocation, OfTheLastOneThatPaysTheRestBuysExactlyTheRest) {
  Sale sale(10'000, 29'999);
  const int64_t first = sale.Pay(9'999);    // 10,000 · 9,999 / 29,999 = 3,333.1
  const int64_t second = sale.Pay(10'001);  // 6,667 · 10,001 / 20,000 = 3,333.8

  const int64_t last = sale.Pay(StillCosts(sale.lot()));

  EXPECT_THAT((std::vector<int64_t>{first, second, last}), ElementsAre(3'333, 3'333, 3'334));
  EXPECT_EQ(sale.lot().bought_g, 10'000);
  EXPECT_EQ(StillCosts(sale.lot()), 0);
}

TEST(Allocation, OfAllOfALotBuysAllOfIt) {
  Sale sale(10'000, 1);

  EXPECT_EQ(sale.Pay(1), 10'000);
}

TEST(Allocation, KeepsItsGramsWhenAFreightInvoiceComesLater) {
  Sale sale(10'000, 10'000);
  EXPECT_EQ(sale.Pay(3'333), 3'333);

  sale.AddCost(2'000);

  // 6,667 · 5,000 / 8,667 = 3,846.2; then the rest.
  EXPECT_EQ(sale.Pay(5'000), 3'846);
  EXPECT_EQ(sale.Pay(3'667), 2'821);
  EXPECT_EQ(sale.lot().bought_g, 10'000);
}

TEST(Allocation, BuysNothingOnceAllGramsAreBought) {
  Sale sale(10'000, 10'000);
  ASSERT_EQ(sale.Pay(10'000), 10'000);

  sale.AddCost(500);

  EXPECT_EQ(sale.Pay(200), 0);
  EXPECT_EQ(sale.Pay(300), 0);
  EXPECT_EQ(StillCosts(sale.lot()), 0);
}

TEST(Allocation, WorthNothingBuysNothingEvenOfALotThatIsPaidInFull) {
  Sale sale(10'000, 10'000);
  EXPECT_EQ(sale.Pay(0), 0);
  ASSERT_EQ(sale.Pay(10'000), 10'000);

  EXPECT_EQ(sale.Pay(0), 0);
}

TEST(Allocation, ToALotThatCostsNothingBuysNothing) {
  Sale sale(10'000, 0);

  EXPECT_EQ(StillCosts(sale.lot()), 0);
  EXPECT_EQ(sale.Pay(0), 0);
}

TEST(Allocation, CannotPayMoreThanTheLotStillCosts) {
  EXPECT_DEATH(BoughtBy({10'000, 500, 400, 8'000}, 101), "check failed");
  EXPECT_DEATH(BoughtBy({10'000, 0, 0, 0}, 1), "check failed");
}

TEST(Allocation, OfALotThatBecameCheaperFindsItPaid) {
  EXPECT_EQ(StillCosts({10'000, 500, 600, 8'000}), 0);
}

TEST(Allocation, IsExactForTheLargestLotAndTheLargestAmount) {
  // 10^13 g for 10^15 minor units: the product is 10^28.
  Sale sale(10'000'000'000'000, 1'000'000'000'000'000);

  EXPECT_EQ(sale.Pay(999'999'999'999'999), 9'999'999'999'999);
  EXPECT_EQ(sale.Pay(1), 1);
}

// A gift of so many grams of a lot without pools, of which nothing went back.
LotPart WholeLot(const LotBooks& books, int64_t funded_g) {
  return LotSplit(books, {0, funded_g, {}}, {}).PartOf(std::nullopt, funded_g);
}

// 10,000 g, of which 100 are spoilt, 150 in loss accounts and 50 destroyed.
LotBooks SomeLost() { return {10'000, 0, 100, 150, 50, 6'500}; }

TEST(Part, IsRoundedDownSchoolBySchoolAndWhatIsLeftRemains) {
  const LotPart part = WholeLot(SomeLost(), 3'333);

  EXPECT_EQ(part.weight_g(), 10'000);
  EXPECT_EQ(part.Of(4'000), 1'333);  // 1,333.2
  EXPECT_EQ(part.Of(2'500), 833);    //   833.25
  EXPECT_EQ(part.lost_g(), 99);      //    99.99
  EXPECT_EQ(part.Of(160), 53);       // servings: 53.3
}

TEST(Part, ThatIsAllOfALotGetsAllThatWasServedAndLost) {
  const LotPart part = WholeLot(SomeLost(), 10'000);

  EXPECT_EQ(part.Of(4'000), 4'000);
  EXPECT_EQ(part.lost_g(), 300);
}

TEST(Part, ThatIsNothingGetsNothing) {
  const LotPart part = WholeLot(SomeLost(), 0);

  EXPECT_EQ(part.Of(4'000), 0);
  EXPECT_EQ(part.lost_g(), 0);
}

TEST(Part, DoesNotChangeWhenGramsMoveBetweenDamagedLostAndDestroyed) {
  const LotPart damaged = WholeLot({10'000, 20, 300, 0, 0, 0}, 3'333);
  const LotPart written_off = WholeLot({10'000, 20, 0, 300, 0, 0}, 3'333);
  const LotPart destroyed = WholeLot({10'000, 20, 0, 0, 300, 0}, 3'333);

  EXPECT_EQ(damaged.lost_g(), 93);  // 280 · 3,333 / 10,000 = 93.3
  EXPECT_EQ(written_off.lost_g(), 93);
  EXPECT_EQ(destroyed.lost_g(), 93);
}

TEST(Part, HasFoundGramsNetAgainstLostOnes) {
  const LotPart part = WholeLot({10'000, 120, 100, 150, 50, 0}, 5'000);

  EXPECT_EQ(part.weight_g(), 10'000);
  EXPECT_EQ(part.lost_g(), 90);  // 180 / 2
}

TEST(Part, IsOfMoreGramsWhereMoreWasFoundThanLost) {
  const LotPart part = WholeLot({10'000, 700, 100, 150, 50, 10'400}, 5'000);

  EXPECT_EQ(part.weight_g(), 10'400);
  EXPECT_EQ(part.lost_g(), 0);
  EXPECT_EQ(part.Of(10'400), 5'000);
  EXPECT_EQ(part.Of(5'201), 2'500);  // 2,500.5
}

TEST(Part, IsExactForTheLargestLot) {
  const LotPart part =
      WholeLot({10'000'000'000'000, 0, 0, 0, 0, 9'999'999'999'999}, 9'999'999'999'999);

  EXPECT_EQ(part.Of(9'999'999'999'999), 9'999'999'999'998);
}

TEST(Books, AddUpWhereNoMoreWasServedAndLostThanThereWas) {
  EXPECT_TRUE(AddsUp({10'000, 500, 100, 200, 300, 9'900}));
  EXPECT_FALSE(AddsUp({10'000, 500, 100, 200, 300, 9'901}));
  EXPECT_TRUE(AddsUp({10'000, 0, 0, 10'000, 0, 0}));
  EXPECT_FALSE(AddsUp({10'000, 0, 1, 10'000, 0, 0}));
}

TEST(Books, WithANegativeFigureOrAHugeOneDoNotAddUp) {
  EXPECT_FALSE(AddsUp({10'000, -1, 0, 0, 0, 0}));
  EXPECT_FALSE(AddsUp({10'000, 0, 0, -1, 0, 0}));
  EXPECT_FALSE(AddsUp({10'000, 0, 0, 0, 0, -1}));
  EXPECT_FALSE(AddsUp({10'000, kInt64Max, kInt64Max, kInt64Max, kInt64Max, 0}));
}

TEST(Nutrients, AreRoundedDownOnceForTheWholeGift) {
  NutrientSum sum;
  const Label label = {1'590'500, 24'503, 912'340};

  sum.Add(3, label);  // 735.09 mg protein; 27,370.2 µg calcium; 47,715 J
  sum.Add(7, label);  // 1,715.21 mg; 63,863.8 µg; 111,335 J

  EXPECT_EQ(sum.protein_mg(), 2'450);  // 2,450.3
  EXPECT_EQ(sum.calcium_mg(), 91);     // 91.234
  EXPECT_EQ(sum.energy_kj(), 159);     // 159.05
}

TEST(Nutrients, OfManySmallPartsAreNotLostToRounding) {
  NutrientSum sum;

  for (int lot = 0; lot < 1'000; ++lot) sum.Add(1, {999, 99, 999});

  EXPECT_EQ(sum.protein_mg(), 990);
  EXPECT_EQ(sum.calcium_mg(), 9);  // 9.99
  EXPECT_EQ(sum.energy_kj(), 9);   // 9.99
}

TEST(Nutrients, ThatDoNotFitAreToldAsTheLargestNumber) {
  NutrientSum sum;

  for (int lot = 0; lot < 10'000; ++lot) {
    sum.Add(10'000'000'000'000, {1'000'000'000, 1'000'000'000, 1'000'000'000});
  }

  EXPECT_EQ(sum.protein_mg(), kInt64Max);  // 10^24
  EXPECT_EQ(sum.calcium_mg(), kInt64Max);  // 10^21
}

TEST(Children, AreToldFromTenOn) {
  EXPECT_THAT(ChildrenReached(10, 500), Optional(10));
  EXPECT_THAT(ChildrenReached(9, 500), Eq(std::nullopt));
  EXPECT_THAT(ChildrenReached(0, 0), Eq(std::nullopt));
}

TEST(Children, AreAtMostTheServings) {
  EXPECT_THAT(ChildrenReached(500, 12), Optional(12));
  EXPECT_THAT(ChildrenReached(500, 9), Eq(std::nullopt));
}

}  // namespace
}  // namespace milkway::impact
