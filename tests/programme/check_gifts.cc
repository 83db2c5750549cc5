#include <algorithm>

#include "absl/numeric/int128.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "tests/programme/checks.h"
#include "tests/programme/money.h"
#include "tests/programme/places.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

constexpr int64_t kChildrenToldMin = 10;

const Product& ProductOf(const Lot& lot) {
  return kProducts[lot.product_id == kProducts[0].product_id ? 0 : 1];
}

}  // namespace

int64_t Checks::Part::Of(int64_t amount, int64_t kept_g) const {
  return static_cast<int64_t>(absl::uint128(amount) * absl::uint128(kept_g) /
                              absl::uint128(std::max<int64_t>(1, weight_g)));
}

// Lost and found grams net against each other; what went back is no part of the lot any
// more, and was what nobody had bought as far as there was such.
Checks::Part Checks::PartOf(int64_t lot) const {
  int64_t lost_g = 0;
  int64_t found_g = 0;
  int64_t returned_g = 0;
  const auto of_lot = books_.cards().lower_bound({lot, {}, ""});
  for (auto card = of_lot; card != books_.cards().end() && card->first.lot == lot; ++card) {
    switch (card->first.kind) {
      case inv::ACCOUNT_KIND_DAMAGED:
      case inv::ACCOUNT_KIND_LOSS_MISSING:
      case inv::ACCOUNT_KIND_LOSS_WASTED:
      case inv::ACCOUNT_KIND_LOSS_COUNT:
      case inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF:
      case inv::ACCOUNT_KIND_DESTROYED:
        lost_g += card->second.balance_g;
        break;
      case inv::ACCOUNT_KIND_RETURNED:
        returned_g += card->second.balance_g;
        break;
      case inv::ACCOUNT_KIND_FOUND:
        found_g -= card->second.balance_g;
        break;
      default:
        break;
    }
  }
  int64_t free_g = story_.lots.at(lot).weight_g + std::max<int64_t>(0, found_g - lost_g);
  const int64_t weight_g = free_g - returned_g;
  for (const auto& [gift_id, gift] : story_.gifts) {
    const auto funded = gift.funded_g.find(lot);
    if (funded != gift.funded_g.end()) free_g -= funded->second;
  }
  return {std::max<int64_t>(0, lost_g - found_g), weight_g,
          std::max<int64_t>(0, returned_g - free_g)};
}

// Each gift's part is what the formula says, and all of them together are no more than
// what was served.
void Checks::CheckGifts(const ServedAt& served) {
  std::map<LotPlace, Shares> sums;
  std::map<int64_t, int64_t> returned_g;
  for (const auto& [gift_id, gift] : story_.gifts) {
    CheckGift(gift_id, gift, served, &sums, &returned_g);
  }
  for (const auto& [lot, grams] : returned_g) EXPECT_EQ(grams, PartOf(lot).returned_g) << lot;
  for (const auto& [at, shares] : sums) {
    EXPECT_LE(shares.served_g, served.at(at).grams) << "lot " << at.first << " at " << at.second;
    EXPECT_LE(shares.servings, served.at(at).servings) << "lot " << at.first << " at " << at.second;
  }
}

void Checks::CheckGift(const std::string& gift_id, const Gift& gift, const ServedAt& served,
                       std::map<LotPlace, Shares>* sums, std::map<int64_t, int64_t>* returned_g) {
  impact::v1::GetGiftImpactRequest request;
  request.set_gift_id(gift_id);
  const auto answer = system_.Ask(&impact::v1::GiftService::Stub::GetGiftImpact, request);
  ASSERT_THAT(answer, IsOk());
  const impact::v1::GiftImpact& shown = answer->impact();
  EXPECT_EQ(shown.allocated().minor_units(), InDollars(gift.currency, gift.allocated_minor));
  ASSERT_EQ(static_cast<size_t>(shown.lots_size()), gift.funded_g.size());
  int64_t all_servings = 0;
  int64_t protein_hundredths = 0;
  std::map<std::string, std::set<int32_t>> children;
  for (const impact::v1::LotShare& share : shown.lots()) {
    const int64_t lot = share.lot_id();
    const int64_t funded_g = gift.funded_g.at(lot);
    const Part part = PartOf(lot);
    const int64_t kept_g = funded_g - share.returned_g();
    (*returned_g)[lot] += share.returned_g();
    EXPECT_GE(share.returned_g(), 0);
    EXPECT_GE(kept_g, 0);
    int64_t served_g = 0;
    int64_t servings = 0;
    for (const char* school : kSchools) {
      const auto drunk = served.find({lot, school});
      if (drunk == served.end()) continue;
      const Shares expected = {part.Of(drunk->second.grams, kept_g),
                               part.Of(drunk->second.servings, kept_g)};
      if (expected.served_g > 0) {
        children[school].insert(drunk->second.children.begin(), drunk->second.children.end());
      }
      served_g += expected.served_g;
      servings += expected.servings;
    }
    EXPECT_EQ(share.funded_g(), funded_g) << share.ShortDebugString();
    EXPECT_EQ(share.served_g(), served_g) << share.ShortDebugString();
    EXPECT_EQ(share.servings(), servings) << share.ShortDebugString();
    EXPECT_EQ(share.lost_g(), part.Of(part.lost_g, kept_g)) << share.ShortDebugString();
    EXPECT_EQ(share.remaining_g(), kept_g - share.served_g() - share.lost_g());
    EXPECT_GE(share.remaining_g(), 0) << share.ShortDebugString();
    for (const impact::v1::SchoolShare& school : share.schools()) {
      Shares& sum = (*sums)[{lot, school.school_id()}];
      sum.served_g += school.served_g();
      sum.servings += school.servings();
    }
    all_servings += servings;
    protein_hundredths += served_g * ProductOf(story_.lots.at(lot)).protein_mg;
  }
  int64_t different = 0;
  for (const auto& [school, numbers] : children) different += static_cast<int64_t>(numbers.size());
  different = std::min(different, all_servings);
  EXPECT_EQ(shown.servings(), all_servings);
  EXPECT_EQ(shown.protein_mg(), protein_hundredths / 100);
  EXPECT_EQ(shown.has_children_reached(), different >= kChildrenToldMin);
  if (shown.has_children_reached()) {
    EXPECT_EQ(shown.children_reached(), different);
  }
}

}  // namespace milkway::programme
