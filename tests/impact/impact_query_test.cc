// What a gift became, asked over gRPC.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/impact/allocations.h"
#include "services/impact/gifts.h"
#include "tests/impact/impact_system.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class ImpactQueryTest : public ImpactSystemTest {
 protected:
  // "G-1" bought 3,333 g of lot 7 for 33.33 AUD.
  void FundLot7() {
    ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 4'000)), IsOk());
    ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 3'333)), IsOk());
    fakes_.TakeCalls();
  }

  // "G-1" bought all of lots 1 to `lots`, 100,000 g each.
  void FundMany(int lots) {
    ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 100'000'000)), IsOk());
    for (int lot = 1; lot <= lots; ++lot) fakes_.SetLot(lot, 100'000, 100);
    LotFacts facts;
    facts.weight_g = 100'000;
    facts.landed_cost = {"AUD", 100};
    facts.label = Label();
    ASSERT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) {
      absl::Status status;
      for (int lot = 1; lot <= lots; ++lot) {
        const Allocation allocation = {
            absl::StrCat("A-", lot), "G-1", LotId{lot}, {}, {"AUD", 100}};
        status.Update(AllocateGift(transaction, allocation, facts, {}).status());
      }
      return status;
    }),
                IsOk());
    fakes_.TakeCalls();
  }
};

TEST_F(ImpactQueryTest, SaysWhatBecameOfEveryGram) {
  FundLot7();
  fakes_.Serve(7, "school-a", 1, 160, 25);  // 4,000 g
  fakes_.Serve(7, "school-b", 1, 100, 25);  // 2,500 g
  fakes_.Lose(7, 300);

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  // Protein 2,166 · 245 = 530,670 mg; calcium 2,166 · 9.12 = 19,753.9 mg; energy
  // 2,166 · 15.9 = 34,439.4 kJ. 260 children drank, but 86 servings are the gift's.
  EXPECT_EQ(impact->ShortDebugString(),
            "gift_id: \"G-1\" amount { currency_code: \"AUD\" minor_units: 4000 } "
            "allocated { currency_code: \"AUD\" minor_units: 3333 } "
            "unspent { currency_code: \"AUD\" minor_units: 667 } "
            "served_g: 2166 servings: 86 children_reached: 86 "
            "protein_mg: 530670 calcium_mg: 19753 energy_kj: 34439 "
            "lots { lot_id: 7 purchase_id: \"P-1\" product_id: \"milk-1kg\" lot_number: \"L-7\" "
            "funded_g: 3333 served_g: 2166 servings: 86 lost_g: 99 remaining_g: 1068 "
            "schools { school_id: \"school-a\" served_g: 1333 servings: 53 } "
            "schools { school_id: \"school-b\" served_g: 833 servings: 33 } "
            "refund_due { currency_code: \"AUD\" } } "
            "as_of_position: 100 as_of_recorded_us: 1000100 fees { currency_code: \"AUD\" } "
            "refunded { currency_code: \"AUD\" } refund_due { currency_code: \"AUD\" } "
            "kind: GIFT_KIND_MONEY as_of_sequence: 2");
}

TEST_F(ImpactQueryTest, AsksEachOfTheOthersOnce) {
  FundLot7();
  fakes_.SetLot(8, 5'000, 2'000);
  ASSERT_THAT(Allocate(AllocateRequest("A-2", "G-1", 8, "AUD", 500)), IsOk());
  fakes_.Serve(7, "school-a", 1, 40, 25);
  fakes_.Serve(8, "school-a", 1, 40, 25);
  fakes_.Serve(8, "school-c", 1, 1, 3);  // of which the gift has 0.75 g
  fakes_.TakeCalls();

  ASSERT_THAT(GetImpact("G-1"), IsOk());

  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetLotPositions", "GetServings"));
  EXPECT_THAT(fakes_.PairsAsked().at(0), ElementsAre(Pair(7, "school-a"), Pair(8, "school-a")));
}

TEST_F(ImpactQueryTest, TwoGiftsForOneLotShareWhatWasServed) {
  FundLot7();
  ASSERT_THAT(Record(RecordRequest("G-2", "CNY", 100'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-2", "G-2", 7, "CNY", 33'335)), IsOk());  // the rest
  fakes_.Serve(7, "school-a", 1, 399, 25);

  const auto first = GetImpact("G-1");
  const auto second = GetImpact("G-2");

  EXPECT_EQ(first->lots(0).funded_g() + second->lots(0).funded_g(), 10'000);
  EXPECT_EQ(first->served_g(), 3'324);   // 9,975 · 0.3333 = 3,324.7
  EXPECT_EQ(second->served_g(), 6'650);  // 9,975 · 0.6667 = 6,650.3
  EXPECT_EQ(first->servings(), 132);     // 399 · 0.3333 = 132.99
  EXPECT_EQ(second->servings(), 266);    // 399 · 0.6667 = 266.01
}

TEST_F(ImpactQueryTest, AChildThatDrankOfTwoLotsCountsOnce) {
  FundLot7();
  fakes_.SetLot(8, 5'000, 600);
  ASSERT_THAT(Allocate(AllocateRequest("A-2", "G-1", 8, "AUD", 600)), IsOk());
  fakes_.Serve(7, "school-a", 1, 30, 25);
  fakes_.Serve(8, "school-a", 11, 30, 25);
  fakes_.Serve(8, "school-b", 1, 2, 25);

  // Children 1 to 40 of one school and 2 of the other; 9 + 30 + 2 servings.
  EXPECT_EQ(GetImpact("G-1")->children_reached(), 41);
}

TEST_F(ImpactQueryTest, FewerThanTenChildrenAreNotTold) {
  FundLot7();
  for (int day = 0; day < 5; ++day) fakes_.Serve(7, "school-a", 1, 9, 25);
  EXPECT_EQ(GetImpact("G-1")->servings(), 14);
  EXPECT_FALSE(GetImpact("G-1")->has_children_reached());

  fakes_.Serve(7, "school-a", 10, 1, 25);
  EXPECT_EQ(GetImpact("G-1")->children_reached(), 10);
}

TEST_F(ImpactQueryTest, FoundStockSpreadsTheGiftOverMoreGrams) {
  FundLot7();
  fakes_.Serve(7, "school-a", 1, 400, 25);
  ASSERT_EQ(GetImpact("G-1")->served_g(), 3'333);

  fakes_.Find(7, 1'000);

  EXPECT_EQ(GetImpact("G-1")->served_g(), 3'030);  // 10,000 · 3,333 / 11,000
  EXPECT_EQ(GetImpact("G-1")->lots(0).remaining_g(), 303);
}

TEST_F(ImpactQueryTest, OfAGiftThatIsNotAllocatedNobodyIsAsked) {
  ASSERT_THAT(Record(RecordRequest("G-1", "CNY", 1'000)), IsOk());
  fakes_.TakeCalls();
  fakes_.GoAway();

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  EXPECT_EQ(impact->unspent().minor_units(), 200);
  EXPECT_EQ(impact->lots_size(), 0);
  EXPECT_FALSE(impact->has_children_reached());
  EXPECT_THAT(fakes_.TakeCalls(), IsEmpty());
}

TEST_F(ImpactQueryTest, OfLotsThatWereNotServedOnlyTheInventoryIsAsked) {
  FundLot7();

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  EXPECT_EQ(impact->lots(0).remaining_g(), 3'333);
  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetLotPositions"));
}

TEST_F(ImpactQueryTest, AnAllocationWorthNothingStillShowsItsLot) {
  fakes_.SetRate("IDR", "AUD", "0.0001");
  ASSERT_THAT(Record(RecordRequest("G-1", "IDR", 100)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "IDR", 100)), IsOk());
  fakes_.Serve(7, "school-a", 1, 40, 25);

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  ASSERT_EQ(impact->lots_size(), 1);
  EXPECT_EQ(impact->lots(0).funded_g(), 0);
  EXPECT_EQ(impact->lots(0).schools(0).school_id(), "school-a");
  EXPECT_EQ(impact->lots(0).schools(0).served_g(), 0);
}

TEST_F(ImpactQueryTest, AnUnknownGiftIsRefused) {
  EXPECT_THAT(GetImpact("G-1"), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(ImpactQueryTest, WhileAnotherServiceIsAwayThereIsNoAnswer) {
  FundLot7();
  fakes_.GoAway();
  EXPECT_THAT(GetImpact("G-1"), StatusIs(absl::StatusCode::kUnavailable));

  fakes_.ComeBack();
  fakes_.Serve(7, "school-a", 1, 40, 25);
  runtime::Peers without_consumption = Peers();
  without_consumption.consumption = {};
  Start(without_consumption);
  EXPECT_THAT(GetImpact("G-1"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(ImpactQueryTest, AnswersThatCannotBeAreNotPassedOn) {
  FundLot7();
  fakes_.Serve(7, "school-a", 1, 40, 25);
  const auto is_internal = StatusIs(absl::StatusCode::kInternal);

  fakes_.spoil_positions = [](auto* answer) { answer->clear_positions(); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_positions = [](auto* answer) { answer->mutable_positions(0)->set_lot_id(8); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_positions = [](auto* answer) { answer->mutable_positions(0)->set_purchased_g(0); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_positions = [](auto* answer) { answer->mutable_positions(0)->set_lost_g(-1); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_positions = nullptr;
  fakes_.spoil_servings = [](auto* answer) { answer->clear_servings(); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_servings = [](auto* answer) { answer->mutable_servings(0)->set_servings(-1); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_servings = [](auto* answer) { answer->set_children(-1); };
  EXPECT_THAT(GetImpact("G-1"), is_internal);
  fakes_.spoil_servings = nullptr;
  EXPECT_THAT(GetImpact("G-1"), IsOk());
}

TEST_F(ImpactQueryTest, OfMoreThanAThousandLotsTheEarliestViewIsTold) {
  FundMany(2'001);
  fakes_.Serve(1, "school-a", 1, 40, 25);
  fakes_.Serve(1'500, "school-a", 21, 40, 25);

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  EXPECT_THAT(fakes_.TakeCalls(),
              ElementsAre("GetLotPositions", "GetLotPositions", "GetLotPositions", "GetServings"));
  ASSERT_EQ(impact->lots_size(), 2'001);
  EXPECT_EQ(impact->lots(2'000).lot_id(), 2'001);
  EXPECT_EQ(impact->served_g(), 2'000);
  EXPECT_EQ(impact->children_reached(), 60);
  EXPECT_EQ(impact->as_of_position(), 100);
  EXPECT_EQ(impact->as_of_recorded_us(), 1'000'100);
}

TEST_F(ImpactQueryTest, OfMoreThanTenThousandPairsNoChildCountsTwice) {
  FundMany(7);
  for (int lot = 1; lot <= 7; ++lot) {
    for (int school = 0; school < 1'500; ++school) {
      fakes_.Serve(lot, absl::StrCat("school-", school), 1, 2, 25);
    }
  }

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  EXPECT_EQ(impact->servings(), 7 * 1'500 * 2);
  EXPECT_EQ(impact->children_reached(), 1'500 * 2);
  ASSERT_EQ(fakes_.PairsAsked().size(), 2);
  EXPECT_EQ(fakes_.PairsAsked()[0].size(), 9'996);  // 1,428 schools
  EXPECT_EQ(fakes_.PairsAsked()[1].size(), 504);
}

}  // namespace
}  // namespace milkway::impact
