// Spending gifts on lots.

#include "services/impact/allocations.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/impact/impact_fixture.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr LotId kLot{7};
constexpr LotId kOtherLot{3};

class AllocationTest : public ImpactTest {
 protected:
  rec::LotRecord LotRow(LotId lot) {
    const auto row = LotTable::Find(reader(), lot.value);
    EXPECT_THAT(row, IsOk());
    return row.ok() ? row->value_or(rec::LotRecord()) : rec::LotRecord();
  }

  std::vector<std::string> AllocationsOf(const std::string& gift_id) {
    std::vector<std::string> ids;
    EXPECT_THAT(
        AllocationTable::Scan(reader(), AllocationKey::Range(gift_id),
                              [&](const AllocationKey::Key&, const rec::AllocationRecord& record) {
                                ids.push_back(record.allocation_id());
                                return true;
                              }),
        IsOk());
    return ids;
  }
};

TEST_F(AllocationTest, KeepsWhatItBoughtAndFromWhat) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 3'333, kLot, Lot(10'000, 10'000)), IsOk());

  const auto second = Spend("A-2", "G-1", 5'000, kLot, Lot(10'000, 12'000));

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->base_minor(), 5'000);
  EXPECT_EQ(second->bought_g(), 3'846);
  EXPECT_EQ(second->lot_weight_g(), 10'000);
  EXPECT_EQ(second->lot_cost_minor(), 12'000);
  EXPECT_EQ(second->earlier_paid_minor(), 3'333);
  EXPECT_EQ(second->earlier_bought_g(), 3'333);
  EXPECT_EQ(FormatDate({second->allocated_day()}), "2025-02-04");
  EXPECT_EQ(second->recorded_by(), "pia");
  EXPECT_EQ(second->recorded_us(), kNowUs);
}

TEST_F(AllocationTest, AddsUpPerGiftPerLotAndPerGiftAndLot) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Give("G-2", {"AUD", 10'000}), IsOk());

  ASSERT_THAT(Spend("A-1", "G-1", 1'000, kLot, Lot(10'000, 10'000)), IsOk());
  ASSERT_THAT(Spend("A-2", "G-2", 2'000, kLot, Lot(10'000, 10'000)), IsOk());
  ASSERT_THAT(Spend("A-3", "G-1", 500, kLot, Lot(10'000, 10'000)), IsOk());
  ASSERT_THAT(Spend("A-4", "G-1", 600, kOtherLot, Lot(10'000, 10'000)), IsOk());

  EXPECT_EQ(ReadGift(reader(), "G-1")->allocated_minor(), 2'100);
  EXPECT_EQ(ReadGift(reader(), "G-1")->base_allocated_minor(), 2'100);
  EXPECT_EQ(ReadGift(reader(), "G-2")->allocated_minor(), 2'000);
  EXPECT_EQ(LotRow(kLot).paid_minor(), 3'500);
  EXPECT_EQ(LotRow(kLot).bought_g(), 3'500);
  const auto lots = LotsOfGift(reader(), "G-1");
  ASSERT_THAT(lots, IsOk());
  ASSERT_EQ(lots->size(), 2);
  EXPECT_EQ((*lots)[0].id, kOtherLot);
  EXPECT_EQ((*lots)[0].bought_g, 600);
  EXPECT_EQ((*lots)[1].id, kLot);
  EXPECT_EQ((*lots)[1].bought_g, 1'500);
}

TEST_F(AllocationTest, KeepsTheNamesAndTheLabelOfTheLot) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 1, kLot, Lot(10'000, 10'000)), IsOk());
  LotFacts without_label = Lot(10'000, 10'000);
  without_label.label.reset();

  ASSERT_THAT(Spend("A-2", "G-1", 1, kLot, without_label), IsOk());

  EXPECT_EQ(LotRow(kLot).purchase_id(), "P-1");
  EXPECT_EQ(LotRow(kLot).product_id(), "milk-1kg");
  EXPECT_EQ(LotRow(kLot).lot_number(), "L-7");
  EXPECT_EQ(LotRow(kLot).protein_mg_100g(), 24'500);
  EXPECT_THAT(KnowsLot(reader(), kLot), ::testing::Eq(absl::StatusOr<bool>(true)));
  EXPECT_THAT(KnowsLot(reader(), kOtherLot), ::testing::Eq(absl::StatusOr<bool>(false)));
}

TEST_F(AllocationTest, IsWorthWhatTheGiftIsWorthWithItLessWhatItWasWorthBefore) {
  // At 0.5, 1 fen is worth 0.5 cents: 0, 1, 2, 2, 2 by rounding half to even.
  ASSERT_THAT(Give("G-1", {"CNY", 5}, "0.5"), IsOk());

  std::vector<int64_t> worths;
  for (int k = 1; k <= 5; ++k) {
    worths.push_back(
        Spend(absl::StrCat("A-", k), "G-1", 1, kLot, Lot(10'000, 10'000))->base_minor());
  }

  EXPECT_THAT(worths, ElementsAre(0, 1, 1, 0, 0));
  EXPECT_EQ(ReadGift(reader(), "G-1")->base_allocated_minor(),
            ReadGift(reader(), "G-1")->base_minor());
}

TEST_F(AllocationTest, WorthNothingBuysNothingAndIsListed) {
  ASSERT_THAT(Give("G-1", {"IDR", 100}, "0.0001"), IsOk());

  const auto allocation = Spend("A-1", "G-1", 100, kLot, Lot(10'000, 10'000));

  ASSERT_THAT(allocation, IsOk());
  EXPECT_EQ(allocation->base_minor(), 0);
  EXPECT_EQ(allocation->bought_g(), 0);
  EXPECT_THAT(AllocationsOf("G-1"), ElementsAre("A-1"));
  EXPECT_EQ(LotsOfGift(reader(), "G-1")->size(), 1);
}

TEST_F(AllocationTest, WorthNothingIsTakenEvenByALotThatIsPaidInFull) {
  ASSERT_THAT(Give("G-1", {"AUD", 10'000}), IsOk());
  ASSERT_THAT(Give("G-2", {"IDR", 100}, "0.0001"), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 10'000, kLot, Lot(10'000, 10'000)), IsOk());

  const auto allocation = Spend("A-2", "G-2", 1, kLot, Lot(10'000, 10'000));

  ASSERT_THAT(allocation, IsOk());
  EXPECT_EQ(allocation->bought_g(), 0);
  EXPECT_EQ(allocation->earlier_paid_minor(), 10'000);
}

TEST_F(AllocationTest, CannotSpendMoreThanTheGiftHasLeft) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'234}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 1'000, kLot, Lot(10'000, 10'000)), IsOk());

  const auto refused = Spend("A-2", "G-1", 235, kLot, Lot(10'000, 10'000));

  EXPECT_THAT(refused, IsRefusal("GIFT_OVERSPENT"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("left_minor"), "234");
  EXPECT_THAT(refused.status().message(), HasSubstr("2.34 AUD left"));
  EXPECT_THAT(Spend("A-2", "G-1", 234, kLot, Lot(10'000, 10'000)), IsOk());
}

TEST_F(AllocationTest, CannotPayMoreThanTheLotStillCosts) {
  ASSERT_THAT(Give("G-1", {"CNY", 100'000}, "0.5"), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 18'000, kLot, Lot(10'000, 10'000)), IsOk());

  const auto refused = Spend("A-2", "G-1", 2'002, kLot, Lot(10'000, 10'000));

  EXPECT_THAT(refused, IsRefusal("LOT_OVERPAID"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("left_minor"), "1000");
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("worth_minor"), "1001");
  EXPECT_THAT(refused.status().message(), HasSubstr("still costs 10.00 AUD"));
  EXPECT_EQ(Spend("A-2", "G-1", 2'000, kLot, Lot(10'000, 10'000))->bought_g(), 1'000);
}

TEST_F(AllocationTest, CannotPayForALotThatIsPaidInFull) {
  ASSERT_THAT(Give("G-1", {"AUD", 100'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 10'000, kLot, Lot(10'000, 10'000)), IsOk());

  const auto refused = Spend("A-2", "G-1", 1, kLot, Lot(10'000, 10'000));

  EXPECT_THAT(refused, IsRefusal("LOT_OVERPAID"));
  EXPECT_THAT(refused.status().message(), HasSubstr("is paid in full"));
}

TEST_F(AllocationTest, OverspendingTheGiftIsSaidBeforeOverpayingTheLot) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());

  EXPECT_THAT(Spend("A-1", "G-1", 1'001, kLot, Lot(10'000, 500)), IsRefusal("GIFT_OVERSPENT"));
}

TEST_F(AllocationTest, NeedsAGiftThatIsRecorded) {
  EXPECT_THAT(Spend("A-1", "G-1", 1, kLot, Lot(10'000, 500)), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(AllocationTest, IsInTheCurrencyOfTheGift) {
  ASSERT_THAT(Give("G-1", {"CNY", 1'000}), IsOk());

  const auto refused =
      Allocate({"A-1", "G-1", kLot, Date("2025-02-04"), {"AUD", 1}}, Lot(10'000, 500));

  EXPECT_THAT(refused, NamesField("amount"));
  EXPECT_THAT(refused.status().message(), HasSubstr("CNY"));
}

TEST_F(AllocationTest, MadeAgainIsTheSame) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());
  const auto first = Spend("A-1", "G-1", 600, kLot, Lot(10'000, 1'000));
  ASSERT_THAT(Spend("A-2", "G-1", 100, kLot, Lot(10'000, 1'000)), IsOk());

  const auto again = Spend("A-1", "G-1", 600, kLot, Lot(10'000, 9'000));
  const auto unasked =
      Allocate({"A-1", "G-1", kLot, Date("2025-02-04"), {"AUD", 600}}, std::nullopt);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  ASSERT_THAT(unasked, IsOk());
  EXPECT_EQ(unasked->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(LotRow(kLot).paid_minor(), 700);
}

TEST_F(AllocationTest, IdBelongsToOneAllocation) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());
  ASSERT_THAT(Give("G-2", {"AUD", 1'000}), IsOk());
  const Allocation allocation = {"A-1", "G-1", kLot, Date("2025-02-04"), {"AUD", 600}};
  ASSERT_THAT(Allocate(allocation, Lot(10'000, 10'000)), IsOk());
  Allocation other_gift = allocation;
  other_gift.gift_id = "G-2";
  Allocation unknown_gift = allocation;
  unknown_gift.gift_id = "G-3";
  Allocation other_lot = allocation;
  other_lot.lot = kOtherLot;
  Allocation other_day = allocation;
  other_day.allocated_on = Date("2025-02-05");
  Allocation other_amount = allocation;
  other_amount.amount.minor = 601;
  Allocation other_currency = allocation;
  other_currency.amount.currency = "CNY";

  for (const Allocation& other :
       {other_gift, unknown_gift, other_lot, other_day, other_amount, other_currency}) {
    EXPECT_THAT(Allocate(other, Lot(10'000, 10'000)), IsRefusal("ALLOCATION_EXISTS"));
  }
  EXPECT_EQ(LotRow(kLot).paid_minor(), 600);
}

TEST_F(AllocationTest, ARefusedOneLeavesNothing) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());
  const std::string before = ReadGift(reader(), "G-1")->SerializeAsString();

  ASSERT_THAT(Spend("A-1", "G-1", 600, kLot, Lot(10'000, 500)), IsRefusal("LOT_OVERPAID"));

  EXPECT_EQ(ReadGift(reader(), "G-1")->SerializeAsString(), before);
  EXPECT_THAT(AllocationsOf("G-1"), IsEmpty());
  EXPECT_THAT(KnowsLot(reader(), kLot), ::testing::Eq(absl::StatusOr<bool>(false)));
  EXPECT_THAT(KnowsAllocation(reader(), "A-1"), ::testing::Eq(absl::StatusOr<bool>(false)));
}

TEST_F(AllocationTest, StandInTheOrderInWhichTheyWereMade) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());
  for (const char* id : {"zebra", "ant", "mule"}) {
    ASSERT_THAT(Spend(id, "G-1", 1, kLot, Lot(10'000, 500)), IsOk());
  }
  // A hundred more, so that their numbers have several digits.
  for (int k = 0; k < 100; ++k) {
    ASSERT_THAT(Spend(absl::StrCat("A-", k), "G-1", 1, kLot, Lot(10'000, 500)), IsOk());
  }

  const std::vector<std::string> ids = AllocationsOf("G-1");

  ASSERT_EQ(ids.size(), 103);
  EXPECT_EQ(ids[0], "zebra");
  EXPECT_EQ(ids[1], "ant");
  EXPECT_EQ(ids[2], "mule");
  EXPECT_EQ(ids[12], "A-9");
  EXPECT_EQ(ids[102], "A-99");
}

TEST_F(AllocationTest, OfAnotherBaseCurrencyOrOfALotThatShrankIsNotBelieved) {
  ASSERT_THAT(Give("G-1", {"AUD", 1'000}), IsOk());
  ASSERT_THAT(Spend("A-1", "G-1", 500, kLot, Lot(10'000, 500)), IsOk());
  LotFacts in_yuan = Lot(10'000, 500);
  in_yuan.landed_cost.currency = "CNY";

  EXPECT_THAT(Spend("A-2", "G-1", 1, kOtherLot, in_yuan), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(Spend("A-2", "G-1", 1, kLot, Lot(9'999, 600)), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(AllocationTest, AGiftHasAsManyLotsAsItsImpactCanHold) {
  ASSERT_THAT(Give("G-1", {"AUD", 100'000}), IsOk());
  ASSERT_THAT(Transact([&](storage::Transaction& transaction) -> absl::Status {
                auto gift = ReadGift(transaction, "G-1");
                gift->set_lot_count(kLotsOfGiftMax - 1);
                return GiftTable::Put(transaction, *gift, "G-1");
              }),
              IsOk());

  EXPECT_THAT(Spend("A-1", "G-1", 1, kLot, Lot(10'000, 500)), IsOk());
  EXPECT_THAT(Spend("A-2", "G-1", 1, kOtherLot, Lot(10'000, 500)), IsRefusal("GIFT_LOTS_TOO_MANY"));
  EXPECT_THAT(Spend("A-3", "G-1", 1, kLot, Lot(10'000, 500)), IsOk());
}

}  // namespace
}  // namespace milkway::impact
