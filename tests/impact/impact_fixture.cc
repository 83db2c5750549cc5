#include "tests/impact/impact_fixture.h"

namespace milkway::impact {

namespace {

runtime::Call CallOf(const std::string& caller_id) {
  runtime::Call call;
  call.caller.id = caller_id;
  call.now_us = kNowUs;
  return call;
}

}  // namespace

LocalDate Date(const std::string& text) { return *ParseDate("date", text); }

Conversion ToAud(const std::string& rate) {
  return {"AUD", *ParseDecimal("rate", rate), Date("2025-02-01")};
}

LotFacts Lot(int64_t weight_g, int64_t cost_cents) {
  LotFacts facts;
  facts.purchase_id = "P-1";
  facts.product_id = "milk-1kg";
  facts.lot_number = "L-7";
  facts.weight_g = weight_g;
  facts.landed_cost = {"AUD", cost_cents};
  facts.label = Label{1'590'000, 24'500, 912'000};
  facts.serving_g = 25;
  return facts;
}

Gift ImpactTest::GiftOf(const std::string& gift_id, const Money& amount) {
  return {gift_id, "D-1", Date("2025-02-03"), amount};
}

absl::StatusOr<rec::GiftRecord> ImpactTest::Record(const Gift& gift,
                                                   const std::optional<Conversion>& conversion,
                                                   const std::optional<LotFacts>& lot) {
  return Transact([&](storage::Transaction& transaction) {
    return RecordGift(transaction, gift, conversion, lot, CallOf("pia"));
  });
}

absl::StatusOr<rec::GiftRecord> ImpactTest::Give(const std::string& gift_id, const Money& amount,
                                                 const std::string& rate_to_aud) {
  return Record(GiftOf(gift_id, amount), ToAud(rate_to_aud));
}

absl::StatusOr<rec::GiftRecord> ImpactTest::GiveToSchool(const std::string& gift_id,
                                                         const std::string& school_id,
                                                         int64_t cents) {
  Gift gift = GiftOf(gift_id, {"AUD", cents});
  gift.school_id = school_id;
  return Record(gift, ToAud("1"));
}

absl::StatusOr<rec::GiftRecord> ImpactTest::GiveInKind(const std::string& gift_id, LotId lot,
                                                       int64_t grams, const LotFacts& facts) {
  Gift gift = GiftOf(gift_id, {});
  gift.in_kind = InKind{lot, grams, std::nullopt};
  return Record(gift, ToAud("1"), facts);
}

absl::StatusOr<rec::SetAsideRecord> ImpactTest::PutAside(const std::string& id, LotId lot,
                                                         const std::string& school_id,
                                                         int64_t grams,
                                                         const SetAsideFacts& facts) {
  return Transact([&](storage::Transaction& transaction) {
    return SetMilkAside(transaction, {id, lot, school_id, grams, Date("2025-02-04"), 0}, facts,
                        CallOf("pia"));
  });
}

absl::StatusOr<rec::DeductionRecord> ImpactTest::Charge(const std::string& fee_id,
                                                        const std::string& gift_id,
                                                        const Money& amount) {
  return Transact([&](storage::Transaction& transaction) {
    return RecordFee(transaction, {fee_id, gift_id, Date("2025-02-04"), amount, "card fee"},
                     CallOf("pia"));
  });
}

absl::StatusOr<rec::DeductionRecord> ImpactTest::Refund(const std::string& refund_id,
                                                        const std::string& gift_id,
                                                        const Money& amount) {
  return Transact([&](storage::Transaction& transaction) {
    return RefundGift(transaction, {refund_id, gift_id, Date("2025-02-04"), amount, "asked for"},
                      CallOf("pia"));
  });
}

SetAsideFacts FactsOf(LotId lot, const LotFacts& facts, const std::vector<Served>& schools,
                      int64_t servings) {
  SetAsideFacts all;
  all.lot = facts;
  all.books.lot = lot;
  all.books.books.purchased_g = facts.weight_g;
  all.books.schools = schools;
  for (const Served& school : schools) all.books.books.served_g += school.served_g;
  all.servings = servings;
  return all;
}

absl::StatusOr<rec::AllocationRecord> ImpactTest::Allocate(const Allocation& allocation,
                                                           const std::optional<LotFacts>& facts) {
  return Transact([&](storage::Transaction& transaction) {
    return AllocateGift(transaction, allocation, facts, CallOf("pia"));
  });
}

absl::StatusOr<rec::AllocationRecord> ImpactTest::Spend(const std::string& allocation_id,
                                                        const std::string& gift_id, int64_t minor,
                                                        LotId lot, const LotFacts& facts) {
  const absl::StatusOr<rec::GiftRecord> gift = ReadGift(reader(), gift_id);
  const std::string currency = gift.ok() ? gift->currency() : "AUD";
  return Allocate({allocation_id, gift_id, lot, Date("2025-02-04"), {currency, minor}}, facts);
}

}  // namespace milkway::impact
