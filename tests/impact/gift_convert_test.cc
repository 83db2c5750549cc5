// Messages of gifts: their limits, and the field that a refusal names.

#include "services/impact/gift_convert.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;

constexpr int64_t kMoneyMax = 1'000'000'000'000'000;

v1::Gift SomeGift() {
  v1::Gift gift;
  gift.set_gift_id("G-1");
  gift.set_donor_id("D.1_x");
  gift.set_received_on("2025-02-03");
  gift.mutable_amount()->set_currency_code("CNY");
  gift.mutable_amount()->set_minor_units(100'050);
  return gift;
}

v1::Allocation SomeAllocation() {
  v1::Allocation allocation;
  allocation.set_allocation_id("A-1");
  allocation.set_gift_id("G-1");
  allocation.set_lot_id(7);
  allocation.set_allocated_on("2025-02-04");
  allocation.mutable_amount()->set_currency_code("CNY");
  allocation.mutable_amount()->set_minor_units(5);
  return allocation;
}

TEST(ParseGift, TakesWhatTheCallerStates) {
  const auto gift = ParseGift(SomeGift());

  ASSERT_THAT(gift, IsOk());
  EXPECT_EQ(gift->gift_id, "G-1");
  EXPECT_EQ(gift->donor_id, "D.1_x");
  EXPECT_EQ(FormatDate(gift->received_on), "2025-02-03");
  EXPECT_EQ(gift->amount, (Money{"CNY", 100'050}));
}

TEST(ParseGift, DoesNotLookAtWhatTheServerKeeps) {
  v1::Gift message = SomeGift();
  message.mutable_base_amount()->set_minor_units(-5);
  message.mutable_allocated()->set_currency_code("nothing");

  EXPECT_THAT(ParseGift(message), IsOk());
}

TEST(ParseGift, NamesTheIdThatIsWrong) {
  for (const std::string& wrong : {std::string(), std::string(65, 'a'), std::string("a b"),
                                   std::string("a/b"), std::string("张")}) {
    v1::Gift message = SomeGift();
    message.set_gift_id(wrong);
    EXPECT_THAT(ParseGift(message), NamesField("gift_id")) << wrong;
    message = SomeGift();
    message.set_donor_id(wrong);
    EXPECT_THAT(ParseGift(message), NamesField("donor_id")) << wrong;
  }
  v1::Gift longest = SomeGift();
  longest.set_gift_id(std::string(64, 'a'));
  EXPECT_THAT(ParseGift(longest), IsOk());
}

TEST(ParseGift, NamesTheDayThatDoesNotExist) {
  for (const char* wrong : {"", "2025-02-29", "2025-2-3", "03.02.2025"}) {
    v1::Gift message = SomeGift();
    message.set_received_on(wrong);
    EXPECT_THAT(ParseGift(message), NamesField("received_on")) << wrong;
  }
}

TEST(ParseGift, TakesOneMinorUnitOrMore) {
  v1::Gift message = SomeGift();
  for (const int64_t wrong : {int64_t{0}, int64_t{-1}, kMoneyMax + 1}) {
    message.mutable_amount()->set_minor_units(wrong);
    EXPECT_THAT(ParseGift(message), NamesField("amount")) << wrong;
  }
  for (const int64_t right : {int64_t{1}, kMoneyMax}) {
    message.mutable_amount()->set_minor_units(right);
    EXPECT_THAT(ParseGift(message), IsOk()) << right;
  }
}

TEST(ParseGift, NamesTheAmountWithoutACurrency) {
  v1::Gift message = SomeGift();
  message.mutable_amount()->set_currency_code("AUX");
  EXPECT_THAT(ParseGift(message), NamesField("amount"));
  message.clear_amount();
  EXPECT_THAT(ParseGift(message), NamesField("amount"));
}

TEST(ParseGift, OfEachKindHasWhatThatKindNeedsAndNothingElse) {
  v1::Gift school = SomeGift();
  school.set_kind(v1::GIFT_KIND_SCHOOL);
  EXPECT_THAT(ParseGift(school), NamesField("school_id"));
  school.set_school_id("east");
  EXPECT_EQ(ParseGift(school)->school_id, "east");
  school.set_kind(v1::GIFT_KIND_MONEY);
  EXPECT_THAT(ParseGift(school), NamesField("school_id"));

  v1::Gift milk = SomeGift();
  milk.set_kind(v1::GIFT_KIND_IN_KIND);
  EXPECT_THAT(ParseGift(milk), NamesField("amount"));
  milk.clear_amount();
  EXPECT_THAT(ParseGift(milk), NamesField("in_kind.lot_id"));
  milk.mutable_in_kind()->set_lot_id(7);
  EXPECT_THAT(ParseGift(milk), NamesField("in_kind.quantity_g"));
  milk.mutable_in_kind()->set_quantity_g(500);
  EXPECT_EQ(ParseGift(milk)->in_kind->quantity_g, 500);
  milk.set_kind(v1::GIFT_KIND_UNSPECIFIED);
  *milk.mutable_amount() = SomeGift().amount();
  EXPECT_THAT(ParseGift(milk), NamesField("in_kind"));
}

TEST(ParseFee, NamesTheFieldThatIsWrong) {
  v1::Fee fee;
  fee.set_fee_id("F-1");
  fee.set_gift_id("G-1");
  fee.set_charged_on("2025-02-04");
  fee.mutable_amount()->set_currency_code("CNY");
  fee.mutable_amount()->set_minor_units(5);
  EXPECT_THAT(ParseFee(fee), NamesField("reason"));
  fee.set_reason("card fee");
  EXPECT_EQ(ParseFee(fee)->amount, (Money{"CNY", 5}));
  fee.set_charged_on("");
  EXPECT_THAT(ParseFee(fee), NamesField("charged_on"));
  fee.mutable_amount()->set_minor_units(0);
  EXPECT_THAT(ParseFee(fee), NamesField("amount"));
}

TEST(ParseAllocation, TakesWhatTheCallerStates) {
  const auto allocation = ParseAllocation(SomeAllocation());

  ASSERT_THAT(allocation, IsOk());
  EXPECT_EQ(allocation->allocation_id, "A-1");
  EXPECT_EQ(allocation->gift_id, "G-1");
  EXPECT_EQ(allocation->lot, LotId{7});
  EXPECT_EQ(FormatDate(allocation->allocated_on), "2025-02-04");
  EXPECT_EQ(allocation->amount, (Money{"CNY", 5}));
}

TEST(ParseAllocation, NamesTheFieldThatIsWrong) {
  v1::Allocation message = SomeAllocation();
  message.set_allocation_id("A 1");
  EXPECT_THAT(ParseAllocation(message), NamesField("allocation_id"));
  message = SomeAllocation();
  message.clear_gift_id();
  EXPECT_THAT(ParseAllocation(message), NamesField("gift_id"));
  message = SomeAllocation();
  message.set_lot_id(0);
  EXPECT_THAT(ParseAllocation(message), NamesField("lot_id"));
  message.set_lot_id(-7);
  EXPECT_THAT(ParseAllocation(message), NamesField("lot_id"));
  message = SomeAllocation();
  message.set_allocated_on("today");
  EXPECT_THAT(ParseAllocation(message), NamesField("allocated_on"));
  message = SomeAllocation();
  message.mutable_amount()->set_minor_units(0);
  EXPECT_THAT(ParseAllocation(message), NamesField("amount"));
}

TEST(ToMessage, SaysEverythingThatIsKeptOfAGift) {
  rec::GiftRecord gift;
  gift.set_donor_id("D-1");
  gift.set_received_day(ParseDate("on", "2025-02-03")->days);
  gift.set_currency("CNY");
  gift.set_amount_minor(1'000);
  gift.set_base_currency("AUD");
  gift.set_base_minor(200);
  gift.set_allocated_minor(30);
  gift.set_base_allocated_minor(6);
  gift.set_kind(2);
  gift.set_school_id("east");
  gift.set_fees_minor(20);
  gift.set_base_fees_minor(4);
  gift.set_refunded_minor(10);
  gift.set_base_refunded_minor(2);

  const v1::Gift message = ToMessage("G-1", gift);

  EXPECT_EQ(message.ShortDebugString(),
            "gift_id: \"G-1\" donor_id: \"D-1\" received_on: \"2025-02-03\" "
            "amount { currency_code: \"CNY\" minor_units: 1000 } "
            "base_amount { currency_code: \"AUD\" minor_units: 200 } "
            "allocated { currency_code: \"CNY\" minor_units: 30 } "
            "base_allocated { currency_code: \"AUD\" minor_units: 6 } "
            "kind: GIFT_KIND_SCHOOL school_id: \"east\" "
            "fees { currency_code: \"CNY\" minor_units: 20 } "
            "base_fees { currency_code: \"AUD\" minor_units: 4 } "
            "refunded { currency_code: \"CNY\" minor_units: 10 } "
            "base_refunded { currency_code: \"AUD\" minor_units: 2 }");
}

TEST(ToMessage, SaysEverythingThatIsKeptOfAnAllocation) {
  rec::GiftRecord gift;
  gift.set_currency("CNY");
  gift.set_base_currency("AUD");
  rec::AllocationRecord allocation;
  allocation.set_allocation_id("A-1");
  allocation.set_lot_id(7);
  allocation.set_allocated_day(ParseDate("on", "2025-02-04")->days);
  allocation.set_amount_minor(5);
  allocation.set_base_minor(1);
  allocation.set_bought_g(22);
  allocation.set_lot_weight_g(333);
  allocation.set_lot_cost_minor(44);
  allocation.set_earlier_paid_minor(55);
  allocation.set_earlier_bought_g(66);
  allocation.set_sequence(77);

  const v1::Allocation message = ToMessage("G-1", gift, allocation);

  EXPECT_EQ(message.ShortDebugString(),
            "allocation_id: \"A-1\" gift_id: \"G-1\" lot_id: 7 allocated_on: \"2025-02-04\" "
            "amount { currency_code: \"CNY\" minor_units: 5 } "
            "base_amount { currency_code: \"AUD\" minor_units: 1 } "
            "bought_g: 22 lot_weight_g: 333 lot_cost_minor: 44 earlier_paid_minor: 55 "
            "earlier_bought_g: 66 sequence: 77");
}

GiftImpact SomeImpact() {
  GiftImpact impact;
  impact.gift_id = "G-1";
  impact.kind = GiftKind::kSchool;
  impact.school_id = "s-1";
  impact.money = {"AUD", 500, 480, 5, 3};
  LotShare lot;
  lot.lot = LotId{7};
  lot.purchase_id = "P-1";
  lot.product_id = "milk-1kg";
  lot.lot_number = "L-7";
  lot.label = {1'000'000, 10'000, 100'000};
  lot.funded_g = 900;
  lot.served_g = 500;
  lot.servings = 20;
  lot.lost_g = 100;
  lot.returned_g = 50;
  lot.remaining_g = 250;
  lot.refund_due_minor = 7;
  lot.schools = {{"s-1", 500, 20}, {"s-2", 0, 0}};
  impact.lots = {lot};
  impact.children = 15;
  impact.as_of_position = 44;
  impact.as_of_recorded_us = 55;
  return impact;
}

TEST(ToMessage, SaysWhatAGiftBecame) {
  const v1::GiftImpact message = ToMessage(SomeImpact());

  EXPECT_EQ(message.ShortDebugString(),
            "gift_id: \"G-1\" amount { currency_code: \"AUD\" minor_units: 500 } "
            "allocated { currency_code: \"AUD\" minor_units: 480 } "
            "unspent { currency_code: \"AUD\" minor_units: 12 } "
            "served_g: 500 servings: 20 children_reached: 15 "
            "protein_mg: 50000 calcium_mg: 500 energy_kj: 5000 "
            "lots { lot_id: 7 purchase_id: \"P-1\" product_id: \"milk-1kg\" lot_number: \"L-7\" "
            "funded_g: 900 served_g: 500 servings: 20 lost_g: 100 remaining_g: 250 "
            "schools { school_id: \"s-1\" served_g: 500 servings: 20 } "
            "schools { school_id: \"s-2\" } "
            "returned_g: 50 refund_due { currency_code: \"AUD\" minor_units: 7 } } "
            "as_of_position: 44 as_of_recorded_us: 55 "
            "fees { currency_code: \"AUD\" minor_units: 5 } "
            "refunded { currency_code: \"AUD\" minor_units: 3 } "
            "refund_due { currency_code: \"AUD\" minor_units: 7 } "
            "kind: GIFT_KIND_SCHOOL school_id: \"s-1\"");
}

TEST(ToMessage, DoesNotTellFewerThanTenChildren) {
  GiftImpact impact = SomeImpact();
  impact.children = 9;

  EXPECT_FALSE(ToMessage(impact).has_children_reached());
}

}  // namespace
}  // namespace milkway::impact
