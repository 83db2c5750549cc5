#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/money.h"

namespace milkway::programme {

namespace {

constexpr size_t kGiftsMax = 30;

}  // namespace

void Clerk::Give() {
  if (story_.gifts.size() >= kGiftsMax) return;
  impact::v1::RecordGiftRequest request;
  request.set_request_id(NextRequestId());
  impact::v1::Gift& gift = *request.mutable_gift();
  gift.set_gift_id(NextId("G"));
  gift.set_donor_id(absl::StrCat("donor-", Upto(5)));
  gift.set_received_on(DateOf(TodayOrBefore()));
  gift.mutable_amount()->set_currency_code(OneIn(3) ? "CNY" : "AUD");
  gift.mutable_amount()->set_minor_units(OneIn(4) ? Upto(500) : Upto(3'000'000));
  Ask<impact::v1::GiftService, impact::v1::RecordGiftResponse>(
      &impact::v1::GiftService::Stub::async::RecordGift, request, {},
      [this](const impact::v1::RecordGiftResponse& answer) {
        const auto& given = answer.gift();
        const std::string& currency = given.amount().currency_code();
        EXPECT_EQ(given.base_amount().minor_units(),
                  InDollars(currency, given.amount().minor_units()));
        story_.gifts[given.gift_id()] = {currency, given.amount().minor_units()};
      });
}

// What is allocated, and what it buys: floor((T - G) a / (L - A)) grams.
void Clerk::Allocate() {
  if (story_.gifts.empty() || story_.lots.empty()) return;
  const auto& [gift_id, gift] = AnyOf(story_.gifts);
  const auto& [lot_id, lot] = AnyOf(story_.lots);
  if (touched_.count(gift_id) + touched_.count(lot.purchase_id) > 0) return;
  Touch(gift_id);
  Touch(lot.purchase_id);
  const Paid paid = story_.paid[lot_id];
  const int64_t left = gift.minor - gift.allocated_minor;
  const int64_t minor = OneIn(5) ? left + Below(2) : Upto(std::max<int64_t>(left / 4, 5));
  const int64_t worth = InDollars(gift.currency, gift.allocated_minor + minor) -
                        InDollars(gift.currency, gift.allocated_minor);
  impact::v1::AllocateGiftRequest request;
  request.set_request_id(NextRequestId());
  impact::v1::Allocation& allocation = *request.mutable_allocation();
  allocation.set_allocation_id(NextId("A"));
  allocation.set_gift_id(gift_id);
  allocation.set_lot_id(lot_id);
  allocation.set_allocated_on(DateOf(Today()));
  allocation.mutable_amount()->set_currency_code(gift.currency);
  allocation.mutable_amount()->set_minor_units(minor);
  Expected expected;
  if (minor < 1) return;
  if (worth > lot.cost_minor - paid.minor) expected.must.insert("LOT_OVERPAID");
  if (minor > left) expected.must.insert("GIFT_OVERSPENT");
  const int64_t bought_g =
      worth == 0 || !expected.must.empty()
          ? 0
          : static_cast<int64_t>(absl::uint128(lot.weight_g - paid.grams) * absl::uint128(worth) /
                                 absl::uint128(lot.cost_minor - paid.minor));
  Ask<impact::v1::GiftService, impact::v1::AllocateGiftResponse>(
      &impact::v1::GiftService::Stub::async::AllocateGift, request, expected,
      [=, this, id = gift_id, lot = lot_id](const impact::v1::AllocateGiftResponse& answer) {
        EXPECT_EQ(answer.allocation().base_amount().minor_units(), worth);
        EXPECT_EQ(answer.allocation().bought_g(), bought_g) << answer.ShortDebugString();
        EXPECT_EQ(answer.allocation().earlier_paid_minor(), paid.minor);
        EXPECT_EQ(answer.allocation().earlier_bought_g(), paid.grams);
        Gift& spent = story_.gifts.at(id);
        spent.allocated_minor += minor;
        spent.funded_g[lot] += bought_g;
        story_.paid[lot].minor += worth;
        story_.paid[lot].grams += bought_g;
      });
}

}  // namespace milkway::programme
