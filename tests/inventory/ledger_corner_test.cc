// Corners of the ledger that random steps reach rarely or not at all.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/ledger.h"
#include "services/inventory/stock_card.h"
#include "services/runtime/errors.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;

using K = AccountKind;

class LedgerCornerTest : public InventoryTest {};

TEST_F(LedgerCornerTest, APlaceThatIsWrongIsSaidBeforeStockThatIsMissing) {
  const LotId lot = Stock(1);

  EXPECT_THAT(Post(Serve(lot, 100, March(2), kPort)), IsRefusal("LOCATION_KIND_WRONG"));
  EXPECT_THAT(Post(Draft(PostingKind::kAdjustment, March(2),
                         {{lot, K::kUsable, "nowhere", K::kDestroyed, "nowhere", 100}})),
              IsRefusal("LOCATION_UNKNOWN"));
}

TEST_F(LedgerCornerTest, APlaceThatIsWrongIsSaidBeforeStockThatHasExpired) {
  const LotId lot = Buy(1, 1, kPort, "2025-03-10");

  EXPECT_THAT(Post(Serve(lot, 100, March(11), kPort)), IsRefusal("LOCATION_KIND_WRONG"));
}

TEST_F(LedgerCornerTest, AMovementThatNeverMayBeIsSaidBeforeALotThatIsUnknown) {
  const LotId lot = Stock(1);
  PostingDraft draft = Serve(LotId{99}, 100, March(2));
  draft.movements.push_back({lot, K::kDamaged, kSchool, K::kServed, kSchool, 100});

  const auto refused = Post(draft);

  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LedgerCornerTest, ALotThatIsUnknownIsSaidBeforeStockThatHasExpired) {
  const LotId lot = Buy(1, 1, kSchool, "2025-03-10");
  PostingDraft draft = Serve(lot, 100, March(11));
  draft.movements.push_back({LotId{99}, K::kUsable, kSchool, K::kServed, kSchool, 100});

  EXPECT_THAT(Post(draft), IsRefusal("LOT_UNKNOWN"));
}

// One local day may last 52 hours, if its clocks are as far apart as may be stated.
TEST_F(LedgerCornerTest, ACountAfterServingCoversItsDayWhateverTheClocks) {
  const LotId lot = Stock(1);
  OccurredAt first_of_day = March(1, 18);
  first_of_day.offset_minutes = 14 * 60;
  OccurredAt last_of_day = March(3, 21);
  last_of_day.offset_minutes = -14 * 60;
  ASSERT_EQ(LocalDateOf(first_of_day), LocalDateOf(last_of_day));
  ASSERT_THAT(Count(lot, 900, first_of_day, /*after_serving=*/true), IsOk());

  ASSERT_THAT(Post(Serve(lot, 100, last_of_day)), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 900);
  EXPECT_EQ(Balance(lot, K::kLossCount, kSchool), 0);
  EXPECT_THAT(Differences(), IsEmpty());
}

// 100 g were counted after serving 200 g, so there were 300 g at the count; 250 g of
// them went before 250 g came. If nothing was served there were but 100 g.
TEST_F(LedgerCornerTest, NoReasonBringsBackWhatACountTookAndTheRefusalSaysHowMuchIsMissing) {
  const LotId lot = Stock(1);
  ASSERT_THAT(Count(lot, 100, March(5, 16), /*after_serving=*/true), IsOk());
  const auto served = Post(Serve(lot, 200, March(5, 20)));
  ASSERT_THAT(served, IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kReceipt, March(5, 19),
                         {{lot, K::kFound, kSchool, K::kUsable, kSchool, 250}})),
              IsOk());
  ASSERT_THAT(Post(Draft(PostingKind::kAdjustment, March(5, 18),
                         {{lot, K::kUsable, kSchool, K::kDamaged, kSchool, 250}})),
              IsOk());
  PostingDraft reversal = Draft(PostingKind::kDistribution, March(5, 20), {});
  reversal.corrects_position = served->position;
  reversal.discrepancy_reason = "it was another school";

  const auto refused = Post(reversal);

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata["missing_g"], "150");
}

TEST_F(LedgerCornerTest, WhatIsFoundGrowsNoFurtherThanTheBooksCanHold) {
  const LotId lot = Buy(1);
  const auto ship_all = [&](const std::string& shipment) {
    PostingDraft draft = Ship(lot, kBalanceGMax, March(2), shipment);
    draft.discrepancy_reason = "it was there";
    return draft;
  };
  ASSERT_THAT(Post(ship_all("S1")), IsOk());

  EXPECT_THAT(Post(ship_all("S2")), IsRefusal("QUANTITY_TOO_LARGE"));
  EXPECT_GE(Balance(lot, K::kFound, kPort), -kBalanceGMax);
}

}  // namespace
}  // namespace milkway::inventory
