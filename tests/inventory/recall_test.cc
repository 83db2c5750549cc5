// What a recall promises.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/log.h"
#include "services/inventory/recalls.h"
#include "services/runtime/errors.h"
#include "tests/inventory/recall_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using K = AccountKind;

TEST_F(RecallTest, EveryUsableGramOfTheLotIsQuarantinedWhereverItLies) {
  const LotId lot = Buy(10);
  ASSERT_THAT(Post(Ship(lot, 4'000, March(2))), IsOk());
  ASSERT_THAT(Post(Receive(lot, 3'000, March(3))), IsOk());
  ASSERT_THAT(Post(Serve(lot, 500, March(4))), IsOk());

  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kPort), 0);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kPort), 6'000);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 2'500);
  EXPECT_EQ(Balance(lot, K::kInTransit, "S"), 1'000);
  EXPECT_THAT(StockOf("R1"), ElementsAre("port 6000", "school 2500"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, ItFindsTheLotNumberWhateverPurchasesItCameWith) {
  const LotId first = BuyNumber("L24", 1);
  const LotId second = BuyNumber("L24", 2);
  const LotId other = BuyNumber("L25", 3);

  ASSERT_THAT(PlaceRecallOfNumber("R1", "L24", March(10)), IsOk());

  EXPECT_EQ(Balance(first, K::kQuarantined, kPort), 1'000);
  EXPECT_EQ(Balance(second, K::kQuarantined, kPort), 2'000);
  EXPECT_EQ(Balance(other, K::kUsable, kPort), 3'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, ARangeOfDaysFindsTheLotsThatExpireInIt) {
  const LotId early = Buy(1, 1, kPort, "2025-06-30");
  const LotId in_range = Buy(1, 1, kPort, "2025-07-01");
  const LotId late = Buy(1, 1, kPort, "2025-08-01");
  Recall recall = RecallOf("R1", "", March(10));
  recall.record.set_expires_from_day(ParseDate("from", "2025-07-01")->days);
  recall.record.set_expires_to_day(ParseDate("to", "2025-07-31")->days);

  ASSERT_THAT(Place(recall), IsOk());

  EXPECT_EQ(Balance(early, K::kUsable, kPort), 1'000);
  EXPECT_EQ(Balance(in_range, K::kUsable, kPort), 0);
  EXPECT_EQ(Balance(late, K::kUsable, kPort), 1'000);
}

TEST_F(RecallTest, ALotThatNobodyKnowsIsRefusedUnlessItIsExpected) {
  EXPECT_THAT(PlaceRecallOfNumber("R1", "L24", March(10)), IsRefusal("RECALL_MATCHES_NO_LOT"));
  EXPECT_THAT(Place(RecallOf("R1", "L24", March(10)), /*expected=*/true), IsOk());

  const LotId lot = BuyNumber("L24", 1, /*day=*/12);

  EXPECT_EQ(Balance(lot, K::kUsable, kPort), 0);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kPort), 1'000);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, APurchaseOfBeforeTheOrderThatIsRecordedLaterIsHeldFromTheOrderOn) {
  ASSERT_THAT(Place(RecallOf("R1", "L24", March(10)), /*expected=*/true), IsOk());

  const LotId lot = BuyNumber("L24", 1, /*day=*/2);

  EXPECT_EQ(BalanceAt({lot, K::kUsable, kPort}, March(9)), 1'000);
  EXPECT_EQ(BalanceAt({lot, K::kUsable, kPort}, March(10)), 0);
}

TEST_F(RecallTest, PlacingTheSameRecallAgainChangesNothing) {
  const LotId lot = Buy(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  const int64_t end = LogEnd();

  EXPECT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  EXPECT_EQ(LogEnd(), end);
  EXPECT_THAT(PlaceRecallOf(lot, March(11)), IsRefusal("RECALL_EXISTS"));
}

TEST_F(RecallTest, WhatArrivesLaterIsQuarantinedAsItComes) {
  const LotId lot = Buy(3);
  ASSERT_THAT(Post(Ship(lot, 3'000, March(2))), IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  const auto received = Post(Receive(lot, 3'000, March(12)));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 3'000);
  const auto held = ReadPosting(reader(), received->position + 1);
  EXPECT_EQ(held->kind, PostingKind::kRecall);
  EXPECT_EQ(held->reference, "recall/R1");
  EXPECT_EQ(held->linked_position, received->position);
  EXPECT_EQ(held->occurred_at, March(12));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, AReceiptThatIsCorrectedDownTakesTheQuarantineWithIt) {
  const LotId lot = Buy(3);
  ASSERT_THAT(Post(Ship(lot, 3'000, March(2))), IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  const auto received = Post(Receive(lot, 3'000, March(12)));
  PostingDraft correction = Receive(lot, 2'600, March(12));
  correction.corrects_position = received->position;

  ASSERT_THAT(Post(correction), IsOk());

  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 2'600);
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 2600"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, MilkDrunkBeforeTheOrderCanStillBeRecorded) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  ASSERT_THAT(Post(Serve(lot, 300, March(8))), IsOk());

  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 300);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 700);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), 0);
  EXPECT_EQ(BalanceAt({lot, K::kQuarantined, kSchool}, March(10)), 700);
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 700"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, MilkThatLeftBeforeTheOrderCanStillBeRecordedAndIsHeldWhereItArrives) {
  const LotId lot = Buy(2);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  ASSERT_THAT(Post(Ship(lot, 1'500, March(8))), IsOk());
  ASSERT_THAT(Post(Receive(lot, 1'500, March(9))), IsOk());

  EXPECT_THAT(StockOf("R1"), ElementsAre("port 500", "school 1500"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, MilkOfTheLotIsNotServedAfterTheOrder) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Post(Serve(lot, 300, March(11))), IsRefusal("LOT_QUARANTINED"));
  EXPECT_THAT(Post(Serve(lot, 300, March(10))), IsRefusal("LOT_QUARANTINED"));
}

TEST_F(RecallTest, IfItWasDrunkAllTheSameTheGramsComeOutOfQuarantine) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  PostingDraft draft = Serve(lot, 300, March(11));
  draft.discrepancy_reason = "served before the school was told";

  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->quarantined_g, 300);
  EXPECT_EQ(posted->found_g, 0);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 700);
  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 300);
  EXPECT_EQ(ReadPosting(reader(), posted->position)->discrepancy_reason, draft.discrepancy_reason);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, MoreThanLiesThereIsFound) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  PostingDraft draft = Serve(lot, 1'300, March(11));
  draft.discrepancy_reason = "one more bag was there";

  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->quarantined_g, 1'000);
  EXPECT_EQ(posted->found_g, 300);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, QuarantinedMilkCannotBeDispatchedWhateverTheReason) {
  const LotId lot = Buy(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  PostingDraft draft = Ship(lot, 300, March(11));
  draft.discrepancy_reason = "it has left";

  EXPECT_THAT(Post(draft), IsRefusal("LOT_QUARANTINED"));
}

TEST_F(RecallTest, WhatACountFindsAfterTheOrderIsQuarantinedAndTheFigureHolds) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  const auto counted = Count(lot, 200, March(12));

  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->expected_g, 0);
  EXPECT_EQ(counted->variance_g, 200);
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 1'200);
  EXPECT_EQ(BalanceAt({lot, K::kUsable, kSchool}, March(12), Moment::kCountOut), 200);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, ACountOfNothingUsableAfterTheOrderStaysWhenAnEarlierServingIsRecorded) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Count(lot, 0, March(12)), IsOk());

  ASSERT_THAT(Post(Serve(lot, 300, March(8))), IsOk());

  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 700);
  EXPECT_EQ(Balance(lot, K::kFound, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, ACountBeforeTheOrderDecidesHowMuchIsHeld) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  ASSERT_THAT(Count(lot, 900, March(8)), IsOk());
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 900"));
  ASSERT_THAT(Count(lot, 950, March(9)), IsOk());
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 950"));

  // What was served before a count changes nothing after it.
  ASSERT_THAT(Post(Serve(lot, 100, March(7))), IsOk());
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 950"));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, AnOrderOfBeforeACountHoldsWhatTheCountLeft) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 800, March(12)), IsOk());

  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 800);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 200);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, WhatWasServedBetweenTheOrderAndItsRecordStaysServed) {
  const LotId lot = Stock(2);
  ASSERT_THAT(Post(Serve(lot, 700, March(12))), IsOk());

  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 1'300);
  EXPECT_EQ(BalanceAt({lot, K::kUsable, kSchool}, March(11)), 700);
  EXPECT_EQ(BalanceAt({lot, K::kQuarantined, kSchool}, March(10)), 1'300);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, NothingOfItIsReleasedByHand) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  EXPECT_THAT(Post(Draft(PostingKind::kAdjustment, March(11),
                         {{lot, K::kQuarantined, kSchool, K::kUsable, kSchool, 100}})),
              IsRefusal("LOT_RECALLED"));
  EXPECT_THAT(Post(Draft(PostingKind::kAdjustment, March(11),
                         {{lot, K::kQuarantined, kSchool, K::kDestroyed, kSchool, 100}})),
              IsOk());
}

TEST_F(RecallTest, WhatWasDestroyedSinceCannotAlsoHaveBeenDrunkBefore) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(11),
                         {{lot, K::kQuarantined, kSchool, K::kDestroyed, kSchool, 900}})),
              IsOk());
  PostingDraft draft = Serve(lot, 300, March(8));
  EXPECT_THAT(Post(draft), IsRefusal("LOT_QUARANTINED"));

  draft.discrepancy_reason = "the weights of the destruction were estimates";
  const auto posted = Post(draft);

  ASSERT_THAT(posted, IsOk());
  EXPECT_EQ(posted->found_g, 200);
  EXPECT_EQ(Balance(lot, K::kQuarantined, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, WhatCustomsReleaseIsHeldByTheRecallUntilItIsLifted) {
  const LotId lot = Buy(2);
  ASSERT_THAT(Post(Ship(lot, 2'000, March(2))), IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kReceipt, March(5),
                         {{lot, K::kInTransit, "S", K::kQuarantined, kSchool, 2'000}})),
              IsOk());
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  EXPECT_THAT(StockOf("R1"), IsEmpty());

  ASSERT_THAT(Post(Draft(PostingKind::kRelease, March(12),
                         {{lot, K::kQuarantined, kSchool, K::kUsable, kSchool, 2'000}})),
              IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_THAT(StockOf("R1"), ElementsAre("school 2000"));
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_THAT(Lift("R1", March(15)), IsOkAndHolds(2'000));
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 2'000);
}

TEST_F(RecallTest, ItHoldsALotAtThousandsOfPlaces) {
  constexpr int kPlaces = 3'000;
  const LotId lot = SpreadOver(kPlaces);

  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());

  int64_t held_g = 0;
  int places = 0;
  EXPECT_THAT(ScanRecalledStock(reader(), *ReadRecall(reader(), "R1"),
                                [&](const RecalledStock& stock) {
                                  held_g += stock.quarantined_g;
                                  ++places;
                                }),
              IsOk());
  EXPECT_EQ(places, kPlaces);
  EXPECT_EQ(held_g, kPlaces * 1'000);
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_THAT(Lift("R1", March(12)), IsOkAndHolds(held_g));
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(RecallTest, VerifyFindsARowOfARecallThatIsNotWhatThePostingsMake) {
  const LotId lot = Stock(1);
  ASSERT_THAT(PlaceRecallOf(lot, March(10)), IsOk());
  std::vector<std::string> keys;
  ASSERT_THAT(
      reader().Scan({RecallKey::Range().from, HoldKey::Range().to}, storage::ScanOrder::kAscending,
                    [&](absl::string_view key, absl::string_view) {
                      keys.emplace_back(key);
                      return true;
                    }),
      IsOk());
  ASSERT_EQ(keys.size(), 6u);

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
