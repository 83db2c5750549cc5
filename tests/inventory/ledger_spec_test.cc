// What the ledger promises.

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/runtime/errors.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using K = AccountKind;

class LedgerTest : public InventoryTest {};

TEST_F(LedgerTest, WhatLeavesOneAccountArrivesInTheOther) {
  const LotId lot = Buy(10);

  ASSERT_THAT(Post(Ship(lot, 4'000, March(2))), IsOk());

  EXPECT_EQ(Balance(lot, K::kPurchased, kFarm), -10'000);
  EXPECT_EQ(Balance(lot, K::kUsable, kPort), 6'000);
  EXPECT_EQ(Balance(lot, K::kInTransit, "S"), 4'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, StockThatIsNotThereCannotMove) {
  const LotId lot = Buy(1);

  const auto refused = Post(Ship(lot, 1'300, March(2)));

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("missing_g"), "300");
  EXPECT_EQ(Balance(lot, K::kUsable, kPort), 1'000);
  EXPECT_EQ(Balance(lot, K::kInTransit, "S"), 0);
}

TEST_F(LedgerTest, TheWholeStockCanMove) {
  const LotId lot = Buy(1);

  EXPECT_THAT(Post(Ship(lot, 1'000, March(2))), IsOk());
}

TEST_F(LedgerTest, StockCannotLeaveBeforeItCame) {
  const LotId lot = Buy(1, /*day=*/5);

  EXPECT_THAT(Post(Ship(lot, 1'000, March(4))), IsRefusal("STOCK_MISSING"));
}

TEST_F(LedgerTest, ABackdatedIssueIsRefusedIfAnyLaterMomentWouldBeShort) {
  const LotId lot = Stock(2, /*day=*/1);
  ASSERT_THAT(Post(Serve(lot, 1'500, March(10))), IsOk());
  const LotId later = Buy(5, /*day=*/20, kSchool);
  ASSERT_NE(lot, later);

  // There are 2000 g on day 3, but only 500 g of them are free.
  const auto refused = Post(Serve(lot, 600, March(3)));

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("missing_g"), "100");
  EXPECT_THAT(refused.status().message(), HasSubstr("2025-03-10"));
  EXPECT_THAT(Post(Serve(lot, 500, March(3))), IsOk());
}

TEST_F(LedgerTest, ABackdatedReceiptCannotUndoAnEarlierShortage) {
  const LotId lot = Buy(4);
  ASSERT_THAT(Post(Ship(lot, 2'000, March(2), "S1")), IsOk());
  ASSERT_THAT(Post(Ship(lot, 2'000, March(2), "S2")), IsOk());
  ASSERT_THAT(Post(Receive(lot, 2'000, March(10), kSchool, "S1")), IsOk());

  EXPECT_THAT(Post(Serve(lot, 1'000, March(9))), IsRefusal("STOCK_MISSING"));
  ASSERT_THAT(Post(Receive(lot, 2'000, March(8), kSchool, "S2")), IsOk());
  EXPECT_THAT(Post(Serve(lot, 1'000, March(9))), IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, AtOneInstantGoodsComeInBeforeGoodsGoOut) {
  const LotId lot = Buy(2);
  ASSERT_THAT(Post(Ship(lot, 2'000, March(2))), IsOk());

  ASSERT_THAT(Post(Receive(lot, 2'000, March(3, 15))), IsOk());
  EXPECT_THAT(Post(Serve(lot, 2'000, March(3, 15))), IsOk());
}

TEST_F(LedgerTest, TheLotAndThePlaceMustExist) {
  const LotId lot = Buy(1);

  EXPECT_THAT(Post(Ship(LotId{99}, 1, March(2))), IsRefusal("LOT_UNKNOWN"));
  EXPECT_THAT(Post(Draft(PostingKind::kReceipt, March(2),
                         {{lot, K::kFound, "nowhere", K::kUsable, "nowhere", 1}})),
              IsRefusal("LOCATION_UNKNOWN"));
}

TEST_F(LedgerTest, MilkIsServedAtSchoolsOnly) {
  const LotId lot = Buy(1);

  EXPECT_THAT(Post(Serve(lot, 100, March(2), kPort)), IsRefusal("LOCATION_KIND_WRONG"));
}

TEST_F(LedgerTest, APostingMovesOnlyWhatItsKindMoves) {
  const LotId lot = Stock(1);

  EXPECT_THAT(Post(Draft(PostingKind::kDispatch, March(2),
                         {{lot, K::kUsable, kSchool, K::kServed, kSchool, 1}})),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LedgerTest, ExpiredStockCanNeitherLeaveNorBeServed) {
  const LotId lot = Buy(1, 1, kSchool, "2025-03-10");

  EXPECT_THAT(Post(Serve(lot, 100, March(11))), IsRefusal("LOT_EXPIRED"));
  EXPECT_THAT(Post(Serve(lot, 100, March(10, 23))), IsOk());
}

TEST_F(LedgerTest, MilkDrunkAfterItsLastDayIsRecordedWithAReason) {
  const LotId lot = Buy(1, 1, kSchool, "2025-03-10");
  PostingDraft draft = Serve(lot, 100, March(11));
  draft.fefo_override_reason = "it happened";
  ASSERT_THAT(Post(draft), IsRefusal("LOT_EXPIRED"));

  draft.discrepancy_reason = "the last day was not read";
  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->found_g, 0);
  EXPECT_EQ(ReadPosting(reader(), posted->position)->discrepancy_reason, draft.discrepancy_reason);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, NoReasonSendsExpiredStockAway) {
  const LotId lot = Buy(1, 1, kPort, "2025-03-10");
  PostingDraft draft = Ship(lot, 100, March(11));
  draft.discrepancy_reason = "it has left";

  EXPECT_THAT(Post(draft), IsRefusal("LOT_EXPIRED"));
}

TEST_F(LedgerTest, QuarantinedStockCannotBeServedAndTheRefusalSaysWhy) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(2),
                         {{lot, K::kUsable, kSchool, K::kQuarantined, kSchool, 700}})),
              IsOk());

  const auto refused = Post(Serve(lot, 400, March(3)));

  EXPECT_THAT(refused, IsRefusal("LOT_QUARANTINED"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("quarantined_g"), "700");
  EXPECT_THAT(Post(Serve(lot, 300, March(3))), IsOk());
}

TEST_F(LedgerTest, QuarantinedMilkThatWasDrunkComesOutOfQuarantineFirst) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(2),
                         {{lot, K::kUsable, kSchool, K::kQuarantined, kSchool, 700}})),
              IsOk());
  PostingDraft draft = Serve(lot, 1'100, March(3));
  draft.discrepancy_reason = "the cook did not know";

  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->quarantined_g, 700);
  EXPECT_EQ(posted->found_g, 100);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());

  PostingDraft reversal = Draft(PostingKind::kDistribution, March(3), {});
  reversal.corrects_position = posted->position;
  ASSERT_THAT(Post(reversal), IsOk());
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 700);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, WhatReallyHappenedIsRecordedWithAReasonAndTheRestIsFound) {
  const LotId lot = Stock(1);
  PostingDraft draft = Serve(lot, 1'250, March(2));
  ASSERT_THAT(Post(draft), IsRefusal("STOCK_MISSING"));

  draft.discrepancy_reason = "a bag without label was opened";
  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->found_g, 250);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 1'250);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), -250);
  EXPECT_EQ(ReadPosting(reader(), posted->position)->discrepancy_reason, draft.discrepancy_reason);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, AReasonThatWasNotNeededIsNotRecorded) {
  const LotId lot = Stock(1);
  PostingDraft draft = Serve(lot, 1'000, March(2));
  draft.discrepancy_reason = "just in case";
  draft.fefo_override_reason = "just in case";

  const auto posted = Post(draft);

  EXPECT_EQ(posted->found_g, 0);
  EXPECT_EQ(ReadPosting(reader(), posted->position)->discrepancy_reason, "");
  EXPECT_EQ(ReadPosting(reader(), posted->position)->fefo_override_reason, "");
}

TEST_F(LedgerTest, WhatExpiresFirstGoesFirst) {
  const LotId late = Buy(1, 1, kSchool, "2025-06-01");
  const LotId early = Buy(1, 1, kSchool, "2025-05-01");

  const auto refused = Post(Serve(late, 100, March(2)));

  EXPECT_THAT(refused, IsRefusal("FEFO_OVERRIDE_REASON_REQUIRED"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("earlier_lot_id"),
            absl::StrCat(early.value));
  EXPECT_THAT(Post(Serve(early, 1'000, March(2))), IsOk());
  EXPECT_THAT(Post(Serve(late, 100, March(2))), IsOk());
}

TEST_F(LedgerTest, TheLastOfTheEarlierLotMayGoTogetherWithTheNext) {
  const LotId late = Buy(1, 1, kSchool, "2025-06-01");
  const LotId early = Buy(1, 1, kSchool, "2025-05-01");
  const auto both = [&](int64_t early_g) {
    return Draft(PostingKind::kDistribution, March(2),
                 {{early, K::kUsable, kSchool, K::kServed, kSchool, early_g},
                  {late, K::kUsable, kSchool, K::kServed, kSchool, 100}});
  };

  EXPECT_THAT(Post(both(999)), IsRefusal("FEFO_OVERRIDE_REASON_REQUIRED"));
  EXPECT_THAT(Post(both(1'000)), IsOk());
}

TEST_F(LedgerTest, AnOverrideOfTheOrderIsRecordedWithItsReason) {
  const LotId late = Buy(1, 1, kSchool, "2025-06-01");
  Buy(1, 1, kSchool, "2025-05-01");
  PostingDraft draft = Serve(late, 100, March(2));
  draft.fefo_override_reason = "the other carton is at the back";

  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(ReadPosting(reader(), posted->position)->fefo_override_reason,
            draft.fefo_override_reason);
}

TEST_F(LedgerTest, ExpiredStockAndStockOfLaterDaysHoldNothingUp) {
  const LotId late = Buy(1, 1, kSchool, "2025-06-01");
  Buy(1, 1, kSchool, "2025-03-09");           // expired on the day of serving
  Buy(1, /*day=*/20, kSchool, "2025-05-01");  // not there yet

  EXPECT_THAT(Post(Serve(late, 100, March(10))), IsOk());
}

TEST_F(LedgerTest, ARefusedDraftOfABatchLeavesTheOthersAlone) {
  const LotId lot = Stock(1);
  const auto result = Transact([&](storage::Transaction& transaction) -> absl::Status {
    auto ledger = Ledger::Begin(transaction, 0);
    EXPECT_THAT(ledger->Post(Serve(lot, 600, March(2))), IsOk());
    EXPECT_THAT(ledger->Post(Serve(lot, 600, March(2))), IsRefusal("STOCK_MISSING"));
    EXPECT_THAT(ledger->Post(Serve(lot, 400, March(2))), IsOk());
    return ledger->End();
  });

  EXPECT_THAT(result, IsOk());
  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 1'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LedgerTest, PositionsHaveNoGapsAndRecordingTimesOnlyGrow) {
  const LotId lot = Stock(1);
  now_us_ = 5'000;
  const auto first = Post(Serve(lot, 1, March(2)));
  EXPECT_FALSE(Post(Serve(lot, 9'999, March(2))).ok());
  now_us_ = 1'000;  // the server's clock was set back
  const auto second = Post(Serve(lot, 1, March(2)));

  EXPECT_EQ(second->position, first->position + 1);
  EXPECT_EQ(first->recorded_us, 5'000);
  EXPECT_EQ(second->recorded_us, 5'001);
}

TEST_F(LedgerTest, EveryPostingHasASaltOfItsOwn) {
  const LotId lot = Stock(1);
  const auto first = Post(Serve(lot, 1, March(2)));
  const auto second = Post(Serve(lot, 1, March(2)));

  const std::string salt = (*LogTable::Find(reader(), first->position))->salt();

  EXPECT_EQ(salt.size(), 16u);
  EXPECT_NE((*LogTable::Find(reader(), second->position))->salt(), salt);
}

TEST_F(LedgerTest, NoAccountGrowsBeyondWhatTheBooksCanHold) {
  const LotId lot = Stock(1);
  const auto find = [&](int64_t grams) {
    return Draft(PostingKind::kReceipt, March(2),
                 {{lot, K::kFound, kSchool, K::kUsable, kSchool, grams}});
  };

  EXPECT_THAT(Post(find(kBalanceGMax)), IsRefusal("QUANTITY_TOO_LARGE"));
  EXPECT_THAT(Post(find(kBalanceGMax - 1'000)), IsOk());
}

TEST_F(InventoryTest, VerifyFindsWhatIsNotWhatThePostingsMake) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Post(Serve(lot, 100, March(2))), IsOk());
  ASSERT_THAT(Count(lot, 890, March(3)), IsOk());
  ASSERT_THAT(Differences(), IsEmpty());
  std::vector<std::string> keys;
  ASSERT_THAT(reader().Scan({AccountKey::Range().from, CountKey::Range().to},
                            storage::ScanOrder::kAscending,
                            [&](absl::string_view key, absl::string_view) {
                              keys.emplace_back(key);
                              return true;
                            }),
              IsOk());
  ASSERT_GT(keys.size(), 10u);

  for (const std::string& key : keys) {
    const std::string value = **reader().Get(key);
    ASSERT_THAT(
        Transact([&](storage::Transaction& transaction) { return transaction.Delete(key); }),
        IsOk());
    EXPECT_THAT(Differences(), ::testing::Not(IsEmpty())) << absl::BytesToHexString(key);
    ASSERT_THAT(
        Transact([&](storage::Transaction& transaction) { return transaction.Put(key, value); }),
        IsOk());
    ASSERT_THAT(Differences(), IsEmpty());
  }
}

}  // namespace
}  // namespace milkway::inventory
