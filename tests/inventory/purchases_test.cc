// Purchases: the lots they make, and what is refused.

#include "services/inventory/purchases.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "tests/inventory/purchase_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(PurchaseTest, EachLineBecomesALotThatLiesAtTheDestinationFromTheStartOfTheDay) {
  Purchase purchase = PurchaseOfLines({Line(3, {"AUD", 900}), Line(5, {"AUD", 500}, kHalfKilo)});

  const auto recorded = Record(purchase);

  ASSERT_THAT(recorded, IsOk());
  EXPECT_THAT(Ids(recorded->lots), ElementsAre(1, 2));
  const auto posting = ReadPosting(reader(), recorded->position);
  ASSERT_THAT(posting, IsOk());
  EXPECT_EQ(posting->kind, PostingKind::kPurchase);
  EXPECT_EQ(posting->occurred_at, March(10, 0));
  EXPECT_EQ(posting->reference, "purchase/" + purchase.purchase_id);
  EXPECT_EQ(posting->request_id, (runtime::RequestId{7, 7}));
  EXPECT_EQ(Balance(LotId{1}, AccountKind::kUsable, kPort), 3'000);
  EXPECT_EQ(Balance(LotId{2}, AccountKind::kUsable, kPort), 2'500);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(PurchaseTest, LotsAreNumberedOnOverAllPurchases) {
  const auto line = [&] { return Line(1, {"AUD", 1}); };
  ASSERT_THAT(Record(PurchaseOfLines({line(), line()})), IsOk());
  ASSERT_FALSE(Record(PurchaseOfLines({line(), Line(1, {"USD", 1})})).ok());

  const auto recorded = Record(PurchaseOfLines({line(), line(), line()}));

  EXPECT_THAT(Ids(recorded->lots), ElementsAre(3, 4, 5));
}

TEST_F(PurchaseTest, ALotKeepsWhatItsLineSaid) {
  Purchase purchase = PurchaseOfLines({Line(3, {"AUD", 900})});
  purchase.lines[0].manufactured_on = LocalDateOf(March(1));

  ASSERT_THAT(Record(purchase), IsOk());

  const auto lot = ReadLot(reader(), LotId{1});
  ASSERT_THAT(lot, IsOk());
  EXPECT_EQ(lot->purchase_id(), purchase.purchase_id);
  EXPECT_EQ(lot->product_id(), kMilk);
  EXPECT_EQ(lot->lot_number(), purchase.lines[0].lot_number);
  EXPECT_EQ(lot->manufactured_day(), LocalDateOf(March(1)).days);
  EXPECT_EQ(lot->expires_day(), LocalDateOf(March(300)).days);
  EXPECT_EQ(lot->packs(), 3);
  EXPECT_EQ(lot->pack_weight_g(), 1'000);
  EXPECT_EQ(WeightG(*lot), 3'000);
  EXPECT_EQ(lot->purchased_day(), LocalDateOf(March(10)).days);
  EXPECT_EQ(ReadPurchase(reader(), purchase.purchase_id)->recorded_by(), "somebody");
  EXPECT_TRUE(
      reader().Get(LotByNumberKey::Encode(kMilk, purchase.lines[0].lot_number, 1))->has_value());
}

TEST_F(PurchaseTest, APurchaseIsReadAsItWasStatedWithTheCostsThatCameLater) {
  AddRate("USD", "1.5");
  Purchase purchase = PurchaseOfLines({Line(1, {"USD", 333}), Line(3, {"AUD", 0}, kHalfKilo)});
  purchase.lines[1].manufactured_on = LocalDateOf(March(1));
  purchase.costs = {Cost({"AUD", 80}), Cost({"USD", 7}, /*day=*/3)};
  ASSERT_THAT(Record(purchase), IsOk());
  const PurchaseCost later = {"a cost", v1::COST_KIND_DUTY, LocalDateOf(March(25)), {"USD", 11}};
  ASSERT_THAT(AddCost(purchase.purchase_id, later), IsOk());

  const auto record = ReadPurchase(reader(), purchase.purchase_id);
  const auto read = PurchaseOf(reader(), purchase.purchase_id, *record);

  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->purchased_on, purchase.purchased_on);
  EXPECT_EQ(read->supplier_id, purchase.supplier_id);
  EXPECT_EQ(read->destination_id, purchase.destination_id);
  ASSERT_EQ(read->lines.size(), 2u);
  EXPECT_EQ(read->lines[0].unit_price, (Money{"USD", 333}));
  EXPECT_EQ(read->lines[0].manufactured_on, std::nullopt);
  EXPECT_EQ(read->lines[1].manufactured_on, LocalDateOf(March(1)));
  EXPECT_EQ(read->lines[1].product_id, kHalfKilo);
  ASSERT_EQ(read->costs.size(), 3u);
  EXPECT_EQ(read->costs[0].cost_id, purchase.costs[0].cost_id);
  EXPECT_EQ(read->costs[2].cost_id, later.cost_id);
  EXPECT_EQ(read->costs[2].kind, later.kind);
  EXPECT_EQ(read->costs[2].incurred_on, later.incurred_on);
  EXPECT_EQ(read->costs[2].amount, later.amount);
}

TEST_F(PurchaseTest, TheSamePurchaseAgainReturnsWhatItMadeAndPostsNothing) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 100}), Line(3, {"AUD", 100})});
  purchase.costs = {Cost({"AUD", 80})};
  const auto first = Record(purchase);
  ASSERT_THAT(Record(PurchaseOfLines({Line(1, {"AUD", 1})})), IsOk());
  const int64_t log_end = LogEnd();

  const auto again = Record(purchase);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->position, first->position);
  EXPECT_EQ(Ids(again->lots), Ids(first->lots));
  EXPECT_EQ(LandedCosts(again->lots), LandedCosts(first->lots));
  EXPECT_EQ(LogEnd(), log_end);
  EXPECT_EQ(Balance(LotId{1}, AccountKind::kUsable, kPort), 1'000);
}

TEST_F(PurchaseTest, APurchaseWithOtherContentIsRefused) {
  AddRate("USD", "1");
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 100}), Line(3, {"AUD", 100})});
  purchase.costs = {Cost({"AUD", 80})};
  ASSERT_THAT(Record(purchase), IsOk());
  const std::function<void(Purchase&)> changes[] = {
      [](Purchase& other) { ++other.purchased_on.days; },
      [](Purchase& other) { other.destination_id = kSchool; },
      [](Purchase& other) { other.lines.pop_back(); },
      [](Purchase& other) { other.lines.push_back(other.lines[0]); },
      [](Purchase& other) { std::swap(other.lines[0], other.lines[1]); },
      [](Purchase& other) { other.lines[1].product_id = kHalfKilo; },
      [](Purchase& other) { other.lines[1].lot_number = "another"; },
      [](Purchase& other) { other.lines[1].manufactured_on = LocalDateOf(March(1)); },
      [](Purchase& other) { ++other.lines[1].expires_on.days; },
      [](Purchase& other) { ++other.lines[1].packs; },
      [](Purchase& other) { ++other.lines[1].unit_price.minor; },
      [](Purchase& other) { other.lines[1].unit_price.currency = "USD"; },
      [](Purchase& other) { other.costs.clear(); },
      [](Purchase& other) { other.costs[0].cost_id = "another"; },
      [](Purchase& other) { other.costs[0].kind = v1::COST_KIND_DUTY; },
      [](Purchase& other) { ++other.costs[0].incurred_on.days; },
      [](Purchase& other) { ++other.costs[0].amount.minor; }};

  for (const auto& change : changes) {
    Purchase other = purchase;
    change(other);
    EXPECT_THAT(Record(other), IsRefusal("PURCHASE_EXISTS")) << &change - changes;
  }
  EXPECT_THAT(Record(purchase), IsOk());
}

TEST_F(PurchaseTest, ThePlacesMustExistAndBeOfTheRightKind) {
  const auto recorded = [&](const std::string& supplier, const std::string& destination) {
    Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 100})});
    purchase.supplier_id = supplier;
    purchase.destination_id = destination;
    return Record(purchase);
  };

  EXPECT_THAT(recorded("nobody", kPort), IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(recorded(kFarm, "nowhere"), IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(recorded(kPort, kPort), IsRefusal("LOCATION_KIND_WRONG"));
  EXPECT_THAT(recorded(kFarm, kFarm), IsRefusal("LOCATION_KIND_WRONG"));
  EXPECT_THAT(recorded(kFarm, kSchool), IsOk());
}

TEST_F(PurchaseTest, TheProductAndTheRatesMustBeThere) {
  AddRate("USD", "1.5", /*day=*/11);
  Purchase with_cost = PurchaseOfLines({Line(1, {"AUD", 1})});
  with_cost.costs = {Cost({"USD", 1}, /*day=*/11), Cost({"USD", 1}, /*day=*/10)};

  EXPECT_THAT(Record(PurchaseOfLines({Line(1, {"AUD", 1}, "cheese")})),
              IsRefusal("PRODUCT_UNKNOWN"));
  EXPECT_THAT(Record(PurchaseOfLines({Line(1, {"USD", 1})})), IsRefusal("EXCHANGE_RATE_MISSING"));
  EXPECT_THAT(Record(with_cost), IsRefusal("EXCHANGE_RATE_MISSING"));
}

TEST_F(PurchaseTest, ACostIsRecordedOnceInTheWholeProgramme) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 100})});
  purchase.costs = {Cost({"AUD", 80})};
  ASSERT_THAT(Record(purchase), IsOk());
  const PurchaseCost later = Cost({"AUD", 5});
  ASSERT_THAT(AddCost(purchase.purchase_id, later), IsOk());
  Purchase other = PurchaseOfLines({Line(1, {"AUD", 100})});
  other.costs = {Cost({"AUD", 1}), later};

  EXPECT_THAT(Record(other), IsRefusal("COST_EXISTS"));
  EXPECT_THAT(Record(other), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(AddCost(purchase.purchase_id, later), IsRefusal("COST_EXISTS"));
  EXPECT_THAT(AddCost(purchase.purchase_id, purchase.costs[0]), IsRefusal("COST_EXISTS"));
  EXPECT_EQ(LandedCostMinor(*ReadLot(reader(), LotId{1})), 185);
}

TEST_F(PurchaseTest, WhatIsNotThereIsUnknown) {
  EXPECT_THAT(ReadPurchase(reader(), "none"), IsRefusal("PURCHASE_UNKNOWN"));
  EXPECT_THAT(AddCost("none", Cost({"AUD", 1})), IsRefusal("PURCHASE_UNKNOWN"));
  EXPECT_THAT(ReadLot(reader(), LotId{1}), IsRefusal("LOT_UNKNOWN"));
}

TEST_F(PurchaseTest, ALaterCostThatIsRefusedChangesNothing) {
  Purchase purchase = PurchaseOfLines({Line(1, {"AUD", 100})});
  ASSERT_THAT(Record(purchase), IsOk());
  const PurchaseCost without_rate = Cost({"USD", 5});
  ASSERT_THAT(AddCost(purchase.purchase_id, without_rate), IsRefusal("EXCHANGE_RATE_MISSING"));

  EXPECT_EQ(LandedCostMinor(*ReadLot(reader(), LotId{1})), 100);
  AddRate("USD", "1.5");
  EXPECT_THAT(LandedCosts(*AddCost(purchase.purchase_id, without_rate)), ElementsAre(100 + 8));
}

}  // namespace
}  // namespace milkway::inventory
