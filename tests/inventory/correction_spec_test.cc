// What corrections of postings promise.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::testing::IsEmpty;

using K = AccountKind;

class CorrectionTest : public InventoryTest {};

TEST_F(CorrectionTest, ACorrectionReversesAndReplacesInOnePosting) {
  const LotId lot = Stock(1);
  const auto first = Post(Serve(lot, 600, March(2)));

  PostingDraft correction = Serve(lot, 450, March(2));
  correction.corrects_position = first->position;
  const auto corrected = Post(correction);

  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 550);
  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 450);
  EXPECT_EQ(*ReadCorrectedBy(reader(), first->position), corrected->position);
  EXPECT_EQ(ReadPosting(reader(), first->position)->movements[0].quantity_g, 600);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CorrectionTest, APlainReversalLeavesNothingOfIt) {
  const LotId lot = Stock(1);
  const auto first = Post(Serve(lot, 600, March(2)));
  PostingDraft correction = Draft(PostingKind::kDistribution, March(2), {});
  correction.corrects_position = first->position;

  ASSERT_THAT(Post(correction), IsOk());

  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 1'000);
  EXPECT_EQ(Balance(lot, K::kServed, kSchool), 0);
}

// 2000 g came and were drunk; the receipt said 2000 g of which 500 g were damaged.
// Taking everything back first would be impossible: it is gone.
TEST_F(CorrectionTest, ACorrectionIsCheckedOnItsNetEffectOnly) {
  const LotId lot = Buy(3);
  ASSERT_THAT(Post(Ship(lot, 3'000, March(2))), IsOk());
  const auto receipt = Post(Receive(lot, 2'500, March(3)));
  ASSERT_THAT(Post(Serve(lot, 2'000, March(4))), IsOk());

  PostingDraft correction = Draft(PostingKind::kReceipt, March(3),
                                  {{lot, K::kInTransit, "S", K::kUsable, kSchool, 2'000},
                                   {lot, K::kInTransit, "S", K::kDamaged, kSchool, 500}});
  correction.corrects_position = receipt->position;

  EXPECT_THAT(Post(correction), IsOk());
  EXPECT_EQ(Balance(lot, K::kUsable, kSchool), 0);
  EXPECT_EQ(Balance(lot, K::kDamaged, kSchool), 500);
}

TEST_F(CorrectionTest, ACorrectionThatLeavesLaterServingsWithoutStockIsRefused) {
  const LotId lot = Buy(3);
  ASSERT_THAT(Post(Ship(lot, 3'000, March(2))), IsOk());
  const auto receipt = Post(Receive(lot, 2'500, March(3)));
  ASSERT_THAT(Post(Serve(lot, 2'000, March(4))), IsOk());
  PostingDraft correction = Receive(lot, 1'999, March(3));
  correction.corrects_position = receipt->position;

  EXPECT_THAT(Post(correction), IsRefusal("STOCK_MISSING"));
}

TEST_F(CorrectionTest, OnlyTheLastWordCanBeCorrected) {
  const LotId lot = Stock(1);
  const auto first = Post(Serve(lot, 600, March(2)));
  PostingDraft correction = Serve(lot, 450, March(2));
  correction.corrects_position = first->position;
  const auto second = Post(correction);

  EXPECT_THAT(Post(correction), IsRefusal("POSTING_CORRECTED"));
  correction.corrects_position = second->position;
  EXPECT_THAT(Post(correction), IsOk());
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(CorrectionTest, ACorrectionKeepsKindAndTime) {
  const LotId lot = Stock(1);
  const auto first = Post(Serve(lot, 600, March(2)));
  PostingDraft later = Serve(lot, 450, March(3));
  later.corrects_position = first->position;
  PostingDraft other = Draft(PostingKind::kReceipt, March(2), {});
  other.corrects_position = first->position;
  PostingDraft nothing = Serve(lot, 450, March(2));
  nothing.corrects_position = 99;

  EXPECT_THAT(Post(later), IsRefusal("CORRECTION_MISMATCH"));
  EXPECT_THAT(Post(other), IsRefusal("CORRECTION_MISMATCH"));
  EXPECT_THAT(Post(nothing), IsRefusal("POSTING_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::inventory
