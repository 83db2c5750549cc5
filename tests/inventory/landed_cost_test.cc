// What lots cost to land: conversion, shares, later costs.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/inventory/purchase_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Wide = __int128;

class LandedCostTest : public PurchaseTest {};

TEST_F(LandedCostTest, ALineCostsItsPacksConvertedOnceAtTheRateOfTheDay) {
  AddRate("USD", "1.2", /*day=*/1);
  AddRate("USD", "1.5", /*day=*/10);
  AddRate("USD", "1.9", /*day=*/11);

  // 3 × 0.33 × 1.5 = 1.485; pack by pack it would be 3 × 0.50.
  const auto recorded = Record(PurchaseOfLines({Line(3, {"USD", 33})}));

  EXPECT_THAT(LandedCosts(recorded->lots), ElementsAre(148));
}

TEST_F(LandedCostTest, HalvesGoToTheEven) {
  AddRate("USD", "0.5");

  const auto recorded = Record(PurchaseOfLines(
      {Line(1, {"USD", 1}), Line(1, {"USD", 3}), Line(1, {"USD", 5}), Line(5, {"USD", 1})}));

  EXPECT_THAT(LandedCosts(recorded->lots), ElementsAre(0, 2, 2, 2));
}

TEST_F(LandedCostTest, CurrenciesHaveTheirOwnMinorUnits) {
  AddRate("JPY", "0.0104");
  AddRate("KWD", "5.0025");

  // 250 yen; 2.001 dinars.
  const auto recorded = Record(PurchaseOfLines({Line(1, {"JPY", 250}), Line(1, {"KWD", 2'001})}));

  EXPECT_THAT(LandedCosts(recorded->lots), ElementsAre(260, 1'001));
}

TEST_F(LandedCostTest, ACostIsSharedByWeightAndNotByPrice) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 9'000}), Line(6, {"AUD", 10}, kHalfKilo)});
  purchase.costs = {Cost({"AUD", 400})};

  const auto recorded = Record(purchase);

  // 1 kg and 3 kg.
  EXPECT_THAT(LandedCosts(recorded->lots), ElementsAre(9'000 + 100, 60 + 300));
}

TEST_F(LandedCostTest, WhatIsLeftOverGoesToTheLargestRemaindersAndTiesToTheEarlierLine) {
  const auto shares = [&](int64_t minor, std::vector<int64_t> packs) {
    Purchase purchase = PurchaseOfLines({});
    for (const int64_t each : packs) purchase.lines.push_back(Line(each, {"AUD", 0}));
    purchase.costs = {Cost({"AUD", minor})};
    return LandedCosts(Record(purchase)->lots);
  };

  EXPECT_THAT(shares(100, {1, 1, 1}), ElementsAre(34, 33, 33));
  EXPECT_THAT(shares(101, {1, 1, 1}), ElementsAre(34, 34, 33));
  EXPECT_THAT(shares(10, {1, 2, 4}), ElementsAre(1, 3, 6));  // 1.43, 2.86, 5.71
  EXPECT_THAT(shares(1, {1, 3, 2}), ElementsAre(0, 1, 0));
}

TEST_F(LandedCostTest, EachCostIsConvertedOnItsDayAndSharedOnItsOwn) {
  AddRate("USD", "1.5", /*day=*/1);
  AddRate("USD", "2", /*day=*/15);
  AddRate("CNY", "0.2", /*day=*/1);
  Purchase purchase =
      PurchaseOfLines({Line(1, {"AUD", 0}), Line(1, {"AUD", 0}), Line(1, {"AUD", 0})});

  // 50 at 2 and 500 at 0.2 are 100 each: 34 + 33 + 33. Together they were 67 + 67 + 66.
  purchase.costs = {Cost({"USD", 50}, /*day=*/20), Cost({"CNY", 500}, /*day=*/2), Cost({"AUD", 0}),
                    Cost({"USD", 1}, /*day=*/14)};
  const auto recorded = Record(purchase);

  EXPECT_THAT(LandedCosts(recorded->lots), ElementsAre(34 + 34 + 1, 33 + 33 + 1, 33 + 33));
}

TEST_F(LandedCostTest, ALaterCostIsAddedToWhatTheLotsCostSoFar) {
  AddRate("CNY", "0.2", /*day=*/20);
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 1'000}), Line(3, {"AUD", 1'000})});
  purchase.costs = {Cost({"AUD", 80})};
  ASSERT_THAT(Record(purchase), IsOk());
  const int64_t log_end = LogEnd();

  const auto lots = AddCost(purchase.purchase_id, Cost({"CNY", 202}, /*day=*/25));

  ASSERT_THAT(lots, IsOk());
  EXPECT_THAT(Ids(*lots), ElementsAre(1, 2));
  EXPECT_THAT(LandedCosts(*lots), ElementsAre(1'000 + 20 + 10, 3'000 + 60 + 30));
  EXPECT_EQ(LandedCostMinor(*ReadLot(reader(), LotId{1})), 1'030);
  EXPECT_EQ(LandedCostMinor(*ReadLot(reader(), LotId{2})), 3'090);
  // Money moves no milk; the log says of each lot what it costs from now on.
  EXPECT_EQ(LogEnd(), log_end + 2);
}

TEST_F(LandedCostTest, ACreditNoteIsSharedLikeACostAndNeverMoreThanThat) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 1'000}), Line(3, {"AUD", 1'000})});
  ASSERT_THAT(Record(purchase), IsOk());
  PurchaseCost credit = Cost({"AUD", 1'002});
  credit.kind = kCreditNote;

  const auto lots = AddCost(purchase.purchase_id, credit);

  // 250.5 and 751.5: the tie goes to the earlier line.
  EXPECT_THAT(LandedCosts(*lots), ElementsAre(1'000 - 251, 3'000 - 751));
  EXPECT_EQ(ReadPurchase(reader(), purchase.purchase_id)->costs(0).base_minor(), -1'002);
  credit = Cost({"AUD", 3'000});
  credit.kind = kCreditNote;
  EXPECT_THAT(AddCost(purchase.purchase_id, credit), IsRefusal("CREDIT_TOO_LARGE"));
  EXPECT_EQ(LandedCostMinor(*ReadLot(reader(), LotId{1})), 749);
}

TEST_F(LandedCostTest, AGiftInKindCostsItsFreightOnly) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 0}), Line(3, {"AUD", 0})});
  ASSERT_THAT(LandedCosts(Record(purchase)->lots), ElementsAre(0, 0));

  const auto lots = AddCost(purchase.purchase_id, Cost({"AUD", 8}));

  EXPECT_THAT(LandedCosts(*lots), ElementsAre(2, 6));
}

TEST_F(LandedCostTest, APriceBeyondTheLargestAmountIsRefusedByItsLine) {
  const PurchaseLine fine = Line(4, {"AUD", kMoneyMinorMax / 4});

  EXPECT_THAT(Record(PurchaseOfLines({fine, Line(4, {"AUD", kMoneyMinorMax / 4 + 1})})),
              NamesField("purchase.lines[1].unit_price"));
  EXPECT_THAT(Record(PurchaseOfLines({Line(10'000'000, {"AUD", kMoneyMinorMax})})),
              NamesField("purchase.lines[0].unit_price"));
  EXPECT_THAT(LandedCosts(Record(PurchaseOfLines({fine}))->lots), ElementsAre(kMoneyMinorMax));
}

TEST_F(LandedCostTest, AnAmountThatIsTooLargeInTheBaseCurrencyIsRefused) {
  AddRate("USD", "1.5");
  Purchase with_cost = PurchaseOfLines({Line(1, {"AUD", 1})});
  with_cost.costs = {Cost({"USD", kMoneyMinorMax})};

  EXPECT_THAT(Record(PurchaseOfLines({Line(1, {"USD", kMoneyMinorMax})})),
              IsRefusal("AMOUNT_TOO_LARGE"));
  EXPECT_THAT(Record(with_cost), IsRefusal("AMOUNT_TOO_LARGE"));
}

struct Currency {
  std::string code;
  int minor_digits;
  Decimal rate;
};

// In AUD, half to even: written once more from the definition.
int64_t InAud(int64_t minor, const Currency& currency) {
  Wide product = static_cast<Wide>(minor) * currency.rate.units;
  Wide divisor = 1;
  for (int digits = 2; digits > currency.minor_digits; --digits) product *= 10;
  for (int digits = currency.minor_digits; digits > 2; --digits) divisor *= 10;
  for (int digits = currency.rate.scale; digits > 0; --digits) divisor *= 10;
  const Wide down = product / divisor;
  const Wide rest = product % divisor;
  const bool up = 2 * rest > divisor || (2 * rest == divisor && down % 2 == 1);
  return static_cast<int64_t>(down) + (up ? 1 : 0);
}

class RandomPurchaseTest : public PurchaseTest {
 protected:
  RandomPurchaseTest() {
    for (Currency& currency : currencies_) {
      if (currency.code == "AUD") continue;
      currency.rate = *ParseDecimal("rate", absl::StrCat(Upto(20) - 1, ".", Upto(9'999)));
      AddRate(currency.code, FormatDecimal(currency.rate));
    }
    for (int64_t product = 1; product <= kProducts; ++product) {
      AddProduct(absl::StrCat("product-", product), Upto(product < 5 ? 5 : 5'000));
    }
  }

  // A purchase and what each line and all costs come to in AUD.
  struct Priced {
    Purchase purchase;
    std::vector<PurchaseCost> later_costs;
    std::vector<int64_t> prices_minor;
    int64_t costs_minor = 0;
    int64_t cost_count = 0;
  };

  Priced Next() {
    Priced next{PurchaseOfLines({}), {}, {}, 0, Upto(5) - 1};
    for (int64_t lines = Upto(12); lines > 0; --lines) {
      const Currency& currency = OneCurrency();
      const int64_t packs = Upto(OneIn(2) ? 3 : 9'999);
      const int64_t price_minor = Upto(OneIn(2) ? 9 : 999'999) - 1;
      next.purchase.lines.push_back(
          Line(packs, {currency.code, price_minor}, absl::StrCat("product-", Upto(kProducts))));
      next.prices_minor.push_back(InAud(price_minor * packs, currency));
    }
    for (int64_t costs = next.cost_count; costs > 0; --costs) {
      const Currency& currency = OneCurrency();
      const int64_t amount_minor = Upto(OneIn(2) ? 9 : 999'999) - 1;
      const bool is_later = !next.later_costs.empty() || OneIn(3);
      (is_later ? next.later_costs : next.purchase.costs)
          .push_back(Cost({currency.code, amount_minor}));
      next.costs_minor += InAud(amount_minor, currency);
    }
    return next;
  }

  const uint64_t seed_ = std::random_device{}();

 private:
  static constexpr int64_t kProducts = 10;

  int64_t Upto(int64_t last) {
    return 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(last));
  }
  bool OneIn(int64_t times) { return Upto(times) == 1; }
  const Currency& OneCurrency() { return currencies_[random_() % currencies_.size()]; }

  std::mt19937_64 random_{seed_};
  std::vector<Currency> currencies_ = {
      {"AUD", 2, {1, 0}}, {"USD", 2, {}}, {"JPY", 0, {}}, {"KWD", 3, {}}, {"CLF", 4, {}}};
};

TEST_F(RandomPurchaseTest, TheLandedCostsOfAnyPurchaseAddUpToItsConvertedTotals) {
  SCOPED_TRACE(absl::StrCat("seed ", seed_));

  for (int round = 0; round < 500; ++round) {
    const Priced priced = Next();
    const auto recorded = Record(priced.purchase);
    ASSERT_THAT(recorded, IsOk());
    for (const PurchaseCost& cost : priced.later_costs) {
      ASSERT_THAT(AddCost(priced.purchase.purchase_id, cost), IsOk());
    }

    int64_t weight_g = 0;
    for (const LotOnRecord& lot : recorded->lots) weight_g += WeightG(lot.record);
    int64_t shared_minor = 0;
    for (size_t line = 0; line < recorded->lots.size(); ++line) {
      const rec::LotRecord lot = *ReadLot(reader(), recorded->lots[line].id);
      ASSERT_EQ(lot.price_minor(), priced.prices_minor[line]);
      shared_minor += lot.costs_minor();
      // The share of each cost is less than one minor unit off.
      const Wide off = static_cast<Wide>(lot.costs_minor()) * weight_g -
                       static_cast<Wide>(priced.costs_minor) * WeightG(lot);
      const Wide allowed = static_cast<Wide>(priced.cost_count) * weight_g;
      ASSERT_TRUE(off == 0 || (-allowed < off && off < allowed));
    }
    ASSERT_EQ(shared_minor, priced.costs_minor);
  }
  EXPECT_THAT(Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::inventory
