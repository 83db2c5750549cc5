// Gifts for one school, gifts in kind, fees and refunds: what each may take, and of what.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/impact_fixture.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;

constexpr LotId kLot = {7};

class GiftKindsTest : public ImpactTest {
 protected:
  rec::GiftRecord GiftRow(const std::string& gift_id) { return *ReadGift(reader(), gift_id); }
  LotPools PoolsRow() { return PoolsOf(**LotTable::Find(reader(), kLot.value)); }
};

TEST_F(GiftKindsTest, MoneyForASchoolBuysOnlyWhatIsSetAsideForIt) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(GiveToSchool("G-1", "east", 5'000), IsOk());
  EXPECT_THAT(Spend("A-1", "G-1", 100, kLot, lot), IsRefusal("POOL_MISSING"));
  ASSERT_THAT(PutAside("S-1", kLot, "west", 4'000, FactsOf(kLot, lot)), IsOk());
  EXPECT_THAT(Spend("A-1", "G-1", 100, kLot, lot), IsRefusal("POOL_MISSING"));
  ASSERT_THAT(PutAside("S-2", kLot, "east", 3'000, FactsOf(kLot, lot)), IsOk());

  const auto allocation = Spend("A-1", "G-1", 3'000, kLot, lot);

  ASSERT_THAT(allocation, IsOk());
  EXPECT_EQ(allocation->bought_g(), 3'000);
  EXPECT_EQ(allocation->lot_weight_g(), 3'000);
  EXPECT_EQ(allocation->lot_cost_minor(), 3'000);
  EXPECT_THAT(Spend("A-2", "G-1", 1, kLot, lot), IsRefusal("LOT_OVERPAID"));
}

TEST_F(GiftKindsTest, OtherMoneyBuysOnlyTheRest) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(Give("G-1", {"AUD", 50'000}), IsOk());
  ASSERT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot)), IsOk());

  EXPECT_THAT(Spend("A-1", "G-1", 7'001, kLot, lot), IsRefusal("LOT_OVERPAID"));
  EXPECT_EQ(Spend("A-1", "G-1", 7'000, kLot, lot)->bought_g(), 7'000);
}

TEST_F(GiftKindsTest, NoMoreIsSetAsideThanNobodyBought) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(Give("G-1", {"AUD", 50'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 6'000, kLot, lot), IsOk());

  EXPECT_THAT(PutAside("S-1", kLot, "east", 4'001, FactsOf(kLot, lot)),
              IsRefusal("LOT_GRAMS_TAKEN"));
  EXPECT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot)), IsOk());
  EXPECT_THAT(PutAside("S-2", kLot, "west", 1'001, FactsOf(kLot, lot)),
              IsRefusal("LOT_GRAMS_TAKEN"));
  EXPECT_THAT(PutAside("S-2", kLot, "west", 1'000, FactsOf(kLot, lot)), IsOk());
}

TEST_F(GiftKindsTest, SettingTheSameAsideAgainSetsNothingAside) {
  const LotFacts lot = Lot(10'000, 10'000);
  const auto first = PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot));

  const auto again = PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot));

  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(PoolsRow().schools[0].set_aside_g, 3'000);
  EXPECT_THAT(PutAside("S-1", kLot, "east", 2'999, FactsOf(kLot, lot)),
              IsRefusal("SET_ASIDE_EXISTS"));
}

TEST_F(GiftKindsTest, SettingAsideTakesNothingFromWhoBoughtBefore) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(Give("G-1", {"AUD", 50'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 5'000, kLot, lot), IsOk());

  ASSERT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot, {{"east", 250}}, 10)),
              IsOk());

  EXPECT_EQ(PoolsRow().schools[0].earlier_served_g, 250);
  EXPECT_EQ(PoolsRow().schools[0].earlier_servings, 10);
}

TEST_F(GiftKindsTest, WhereNobodyBoughtBeforeAPoolHasWhatItsSchoolDrank) {
  const LotFacts lot = Lot(10'000, 10'000);

  ASSERT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot, {{"east", 250}}, 10)),
              IsOk());

  EXPECT_EQ(PoolsRow().schools[0].earlier_served_g, 0);
}

TEST_F(GiftKindsTest, APoolThatGiftsBoughtAndASchoolDrankDoesNotGrow) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(GiveToSchool("G-1", "east", 5'000), IsOk());
  ASSERT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot)), IsOk());
  ASSERT_THAT(PutAside("S-2", kLot, "east", 100, FactsOf(kLot, lot, {{"east", 250}}, 10)), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 100, kLot, lot), IsOk());
  ASSERT_THAT(PutAside("S-3", kLot, "east", 100, FactsOf(kLot, lot)), IsOk());

  EXPECT_THAT(PutAside("S-4", kLot, "east", 100, FactsOf(kLot, lot, {{"east", 250}}, 10)),
              IsRefusal("POOL_IN_USE"));
}

TEST_F(GiftKindsTest, ALotIsSetAsideForSoManySchools) {
  const LotFacts lot = Lot(10'000, 10'000);
  for (int school = 0; school < kPoolsOfLotMax; ++school) {
    const std::string id = absl::StrCat("s-", school);
    ASSERT_THAT(PutAside(id, kLot, id, 1, FactsOf(kLot, lot)), IsOk());
  }

  EXPECT_THAT(PutAside("S-1", kLot, "one-more", 1, FactsOf(kLot, lot)),
              IsRefusal("LOT_POOLS_TOO_MANY"));
  EXPECT_THAT(PutAside("S-1", kLot, "s-50", 1, FactsOf(kLot, lot)), IsOk());
}

TEST_F(GiftKindsTest, MilkIsItsGiversOwnAndOthersBuyTheRest) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(GiveInKind("G-1", kLot, 4'000, lot), IsOk());
  ASSERT_THAT(Give("G-2", {"AUD", 50'000}), IsOk());

  // All that the lot costs, for the grams that were not brought.
  EXPECT_EQ(Spend("A-1", "G-2", 10'000, kLot, lot)->bought_g(), 6'000);
  const auto lots = LotsOfGift(reader(), "G-1");
  ASSERT_EQ(lots->size(), 1);
  EXPECT_EQ((*lots)[0].bought_g, 4'000);
  EXPECT_EQ(PoolsRow().paid_minor, 10'000);
}

TEST_F(GiftKindsTest, MilkIsRefusedBeyondWhatNobodyHas) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(PutAside("S-1", kLot, "east", 3'000, FactsOf(kLot, lot)), IsOk());

  EXPECT_THAT(GiveInKind("G-1", kLot, 7'001, lot), IsRefusal("LOT_GRAMS_TAKEN"));
  EXPECT_THAT(ReadGift(reader(), "G-1"), IsRefusal("GIFT_UNKNOWN"));
  EXPECT_THAT(GiveInKind("G-1", kLot, 7'000, lot), IsOk());
}

TEST_F(GiftKindsTest, MilkIsNoMoney) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(GiveInKind("G-1", kLot, 4'000, lot), IsOk());

  EXPECT_EQ(GiftRow("G-1").amount_minor(), 0);
  EXPECT_THAT(Spend("A-1", "G-1", 1, kLot, lot), IsRefusal("GIFT_IN_KIND"));
  EXPECT_THAT(Charge("F-1", "G-1", {"AUD", 1}), IsRefusal("GIFT_IN_KIND"));
  EXPECT_THAT(Refund("R-1", "G-1", {"AUD", 1}), IsRefusal("GIFT_IN_KIND"));
}

TEST_F(GiftKindsTest, TheSameMilkAgainIsTheSameGift) {
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(GiveInKind("G-1", kLot, 4'000, lot), IsOk());

  EXPECT_THAT(GiveInKind("G-1", kLot, 4'000, lot), IsOk());
  EXPECT_EQ(PoolsRow().bought_g, 4'000);
  EXPECT_THAT(GiveInKind("G-1", kLot, 4'001, lot), IsRefusal("GIFT_EXISTS"));
  EXPECT_THAT(Give("G-1", {"AUD", 100}), IsRefusal("GIFT_EXISTS"));
}

TEST_F(GiftKindsTest, AGiftIsAllocatedChargedGivenBackAndLeft) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 6'000, kLot, Lot(10'000, 10'000)), IsOk());

  ASSERT_THAT(Charge("F-1", "G-1", {"AUD", 300}), IsOk());
  ASSERT_THAT(Refund("R-1", "G-1", {"AUD", 1'000}), IsOk());

  EXPECT_EQ(GiftRow("G-1").fees_minor(), 300);
  EXPECT_EQ(GiftRow("G-1").refunded_minor(), 1'000);
  EXPECT_EQ(LeftMinor(GiftRow("G-1")), 2'700);
}

TEST_F(GiftKindsTest, NeitherFeesNorRefundsTakeWhatIsAllocated) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 6'000, kLot, Lot(10'000, 10'000)), IsOk());

  EXPECT_THAT(Charge("F-1", "G-1", {"AUD", 4'001}), IsRefusal("GIFT_OVERSPENT"));
  EXPECT_THAT(Refund("R-1", "G-1", {"AUD", 4'001}), IsRefusal("GIFT_OVERSPENT"));
  ASSERT_THAT(Refund("R-1", "G-1", {"AUD", 4'000}), IsOk());
  EXPECT_THAT(Charge("F-1", "G-1", {"AUD", 1}), IsRefusal("GIFT_OVERSPENT"));
  EXPECT_THAT(Spend("A-2", "G-1", 1, kLot, Lot(10'000, 10'000)), IsRefusal("GIFT_OVERSPENT"));
}

TEST_F(GiftKindsTest, WorthsAddUpToThatOfTheGiftInTheBaseCurrencyToo) {
  // Each third of it alone would be worth 1 cent, and all of it is worth 2.
  ASSERT_THAT(Give("G-1", {"CNY", 3}, "0.6"), IsOk());

  ASSERT_THAT(Spend("A-1", "G-1", 1, kLot, Lot(10'000, 10'000)), IsOk());
  ASSERT_THAT(Charge("F-1", "G-1", {"CNY", 1}), IsOk());
  ASSERT_THAT(Refund("R-1", "G-1", {"CNY", 1}), IsOk());

  const rec::GiftRecord gift = GiftRow("G-1");
  EXPECT_EQ(gift.base_minor(), 2);
  EXPECT_EQ(gift.base_allocated_minor(), 1);  // conv(1) = 0.6
  EXPECT_EQ(gift.base_fees_minor(), 0);       // conv(2) − conv(1) = 1.2 − 0.6
  EXPECT_EQ(gift.base_refunded_minor(), 1);   // conv(3) − conv(2) = 1.8 − 1.2
}

TEST_F(GiftKindsTest, TheSameFeeAgainTakesNothing) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Charge("F-1", "G-1", {"AUD", 300}), IsOk());

  EXPECT_THAT(Charge("F-1", "G-1", {"AUD", 300}), IsOk());
  EXPECT_EQ(GiftRow("G-1").fees_minor(), 300);
  EXPECT_THAT(Charge("F-1", "G-1", {"AUD", 301}), IsRefusal("FEE_EXISTS"));
  // A refund may have the same id.
  EXPECT_THAT(Refund("F-1", "G-1", {"AUD", 300}), IsOk());
  EXPECT_THAT(Refund("F-1", "G-1", {"AUD", 301}), IsRefusal("REFUND_EXISTS"));
}

TEST_F(GiftKindsTest, AFeeIsInTheCurrencyOfItsGift) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());

  EXPECT_THAT(Charge("F-1", "G-1", {"CNY", 300}), NamesField("amount"));
  EXPECT_THAT(Charge("F-1", "G-2", {"AUD", 300}), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(GiftKindsTest, RowsOfEarlierProgramsStillSayWhichGramsWereBought) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Give("G-2", {"AUD", 10'000}), IsOk());
  const LotFacts lot = Lot(10'000, 10'000);
  ASSERT_THAT(Spend("A-1", "G-1", 1'000, kLot, lot), IsOk());
  ASSERT_THAT(Spend("A-2", "G-2", 1'000, kLot, lot), IsOk());
  // As it was written before there were runs.
  ASSERT_THAT(Transact([&](storage::Transaction& transaction) -> absl::Status {
                auto row = **GiftLotTable::Find(transaction, "G-2", kLot.value);
                row.clear_runs();
                return GiftLotTable::Put(transaction, row, "G-2", kLot.value);
              }),
              IsOk());

  EXPECT_EQ(KeptOf((*LotsOfGift(reader(), "G-2"))[0].runs, 1'500), 500);
  ASSERT_THAT(Spend("A-3", "G-2", 500, kLot, lot), IsOk());

  EXPECT_EQ(KeptOf((*LotsOfGift(reader(), "G-2"))[0].runs, 2'250), 1'250);
}

}  // namespace
}  // namespace milkway::impact
