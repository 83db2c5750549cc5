// Putting together what a gift became.

#include "services/impact/gift_impact.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr Label kLabel = {1'590'000, 24'500, 912'000};

GiftImpact ImpactOf(const std::vector<FundedLot>& lots) {
  rec::GiftRecord gift;
  gift.set_currency("CNY");
  gift.set_base_currency("AUD");
  gift.set_base_minor(50'000);
  gift.set_base_allocated_minor(40'000);
  return StartImpact("G-1", gift, lots);
}

FundedLot Funded(int64_t lot, int64_t bought_g) {
  FundedLot funded;
  funded.id = LotId{lot};
  funded.bought_g = bought_g;
  funded.runs = {{0, bought_g, 0, 0}};
  funded.record.set_bought_g(bought_g);
  funded.record.set_purchase_id("P-1");
  funded.record.set_product_id("milk-1kg");
  funded.record.set_lot_number(absl::StrCat("L-", lot));
  funded.record.set_energy_j_100g(kLabel.energy_j_100g);
  funded.record.set_protein_mg_100g(kLabel.protein_mg_100g);
  funded.record.set_calcium_ug_100g(kLabel.calcium_ug_100g);
  return funded;
}

// A lot of 10,000 g of which 300 g are lost.
BooksOfLot Books(int64_t lot, const std::vector<Served>& schools) {
  BooksOfLot books;
  books.lot = LotId{lot};
  books.books = {10'000, 0, 100, 150, 50, 0};
  books.schools = schools;
  for (const Served& school : schools) books.books.served_g += school.served_g;
  return books;
}

TEST(GiftImpact, BeforeAnythingIsKnownAllRemains) {
  const GiftImpact impact = ImpactOf({Funded(7, 3'333)});

  EXPECT_EQ(impact.money.currency, "AUD");
  EXPECT_EQ(impact.money.amount_minor, 50'000);
  EXPECT_EQ(impact.money.allocated_minor, 40'000);
  EXPECT_EQ(impact.money.UnspentMinor(), 10'000);
  ASSERT_EQ(impact.lots.size(), 1);
  EXPECT_EQ(impact.lots[0].lot_number, "L-7");
  EXPECT_EQ(impact.lots[0].label, kLabel);
  EXPECT_EQ(impact.lots[0].funded_g, 3'333);
  EXPECT_EQ(impact.lots[0].remaining_g, 3'333);
}

TEST(GiftImpact, GramsAreSharedSchoolBySchool) {
  GiftImpact impact = ImpactOf({Funded(7, 3'333)});

  ASSERT_THAT(AddGrams(Books(7, {{"a", 4'000}, {"b", 2'500}, {"c", 2}}), &impact.lots[0]), IsOk());

  const LotShare& lot = impact.lots[0];
  ASSERT_EQ(lot.schools.size(), 3);
  EXPECT_EQ(lot.schools[0].served_g, 1'333);
  EXPECT_EQ(lot.schools[1].served_g, 833);
  EXPECT_EQ(lot.schools[2].served_g, 0);
  EXPECT_EQ(lot.served_g, 2'166);
  EXPECT_EQ(lot.lost_g, 99);
  EXPECT_EQ(lot.remaining_g, 1'068);
}

TEST(GiftImpact, ServingsAreSharedWhereGramsWereServed) {
  GiftImpact impact = ImpactOf({Funded(3, 5'000), Funded(7, 3'333)});
  ASSERT_THAT(AddGrams(Books(3, {{"b", 100}}), &impact.lots[0]), IsOk());
  ASSERT_THAT(AddGrams(Books(7, {{"a", 4'000}, {"b", 2'500}, {"c", 2}}), &impact.lots[1]), IsOk());

  const std::vector<LotAtSchool> pairs = PairsWithServings(impact);
  ASSERT_EQ(pairs.size(), 3);
  AddServings(pairs[0], 160, &impact);  // lot 7 at a: 53.3
  AddServings(pairs[1], 5, &impact);    // lot 3 at b: 2.5
  AddServings(pairs[2], 100, &impact);  // lot 7 at b: 33.3

  EXPECT_EQ(impact.lots[0].servings, 2);
  EXPECT_EQ(impact.lots[1].servings, 86);
  EXPECT_EQ(impact.lots[1].schools[0].servings, 53);
  EXPECT_EQ(impact.lots[1].schools[1].servings, 33);
  EXPECT_EQ(impact.lots[1].schools[2].servings, 0);
}

TEST(GiftImpact, SumsUpOverItsLots) {
  GiftImpact impact = ImpactOf({Funded(3, 5'000), Funded(7, 3'333)});
  ASSERT_THAT(AddGrams(Books(3, {{"b", 100}}), &impact.lots[0]), IsOk());
  ASSERT_THAT(AddGrams(Books(7, {{"a", 4'000}}), &impact.lots[1]), IsOk());
  for (const LotAtSchool& pair : PairsWithServings(impact)) AddServings(pair, 40, &impact);
  impact.children = 30;

  const ImpactSums sums = SumUp(impact);

  EXPECT_EQ(sums.served_g, 1'383);
  EXPECT_EQ(sums.servings, 33);  // 20 + 13
  EXPECT_THAT(sums.children_reached, Optional(30));
  EXPECT_EQ(sums.protein_mg, 338'835);  // 13.83 · 24,500
  EXPECT_EQ(sums.calcium_mg, 12'612);   // 13.83 · 912
  EXPECT_EQ(sums.energy_kj, 21'989);    // 13.83 · 1,590
}

TEST(GiftImpact, OfAGiftThatIsNotAllocatedIsNothing) {
  const ImpactSums sums = SumUp(ImpactOf({}));

  EXPECT_EQ(sums.served_g, 0);
  EXPECT_EQ(sums.servings, 0);
  EXPECT_THAT(sums.children_reached, Eq(std::nullopt));
}

TEST(GiftImpact, FiguresThatDoNotAddUpAreNotBelieved) {
  const auto add = [](const BooksOfLot& books) {
    GiftImpact impact = ImpactOf({Funded(7, 3'333)});
    return AddGrams(books, &impact.lots[0]);
  };
  BooksOfLot none = Books(7, {});
  none.books = LotBooks();
  BooksOfLot too_much = Books(7, {{"a", 9'701}});
  BooksOfLot other_sum = Books(7, {{"a", 100}});
  other_sum.books.served_g = 101;
  BooksOfLot missing_school = Books(7, {{"a", 100}});
  missing_school.schools.clear();

  for (const BooksOfLot& books :
       {none, too_much, other_sum, missing_school, Books(8, {}), Books(7, {{"b", 1}, {"a", 1}}),
        Books(7, {{"a", 1}, {"a", 1}}), Books(7, {{"a", 0}})}) {
    EXPECT_THAT(add(books), StatusIs(absl::StatusCode::kInternal));
  }
  EXPECT_THAT(add(Books(7, {{"a", 9'700}})), IsOk());
}

// A gift with all of `lots` lots, each served at `schools` schools.
GiftImpact Wide(int lots, int schools) {
  std::vector<FundedLot> funded;
  for (int lot = 1; lot <= lots; ++lot) funded.push_back(Funded(lot, 10'000));
  GiftImpact impact = ImpactOf(funded);
  std::vector<Served> served;
  for (int school = 0; school < schools; ++school) {
    served.push_back({absl::StrCat("school-", 100 + school), 1});
  }
  for (LotShare& lot : impact.lots) {
    EXPECT_THAT(AddGrams(Books(lot.lot.value, served), &lot), IsOk());
  }
  return impact;
}

TEST(Pairs, AreAskedForInOnePieceIfTheyFit) {
  const GiftImpact impact = Wide(3, 4);
  const std::vector<LotAtSchool> pairs = PairsWithServings(impact);

  EXPECT_THAT(CutBetweenSchools(impact, pairs, 12), ElementsAre(12));
  EXPECT_THAT(CutBetweenSchools(impact, {}, 12), IsEmpty());
}

TEST(Pairs, OfOneSchoolAreNeverAskedForInTwoPieces) {
  const GiftImpact impact = Wide(3, 4);
  const std::vector<LotAtSchool> pairs = PairsWithServings(impact);

  EXPECT_THAT(CutBetweenSchools(impact, pairs, 11), ElementsAre(9, 12));
  EXPECT_THAT(CutBetweenSchools(impact, pairs, 8), ElementsAre(6, 12));
  EXPECT_THAT(CutBetweenSchools(impact, pairs, 5), ElementsAre(3, 6, 9, 12));
  EXPECT_THAT(CutBetweenSchools(impact, pairs, 3), ElementsAre(3, 6, 9, 12));
}

}  // namespace
}  // namespace milkway::impact
