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
  return facts;
}

Gift ImpactTest::GiftOf(const std::string& gift_id, const Money& amount) {
  return {gift_id, "D-1", Date("2025-02-03"), amount};
}

absl::StatusOr<rec::GiftRecord> ImpactTest::Record(const Gift& gift,
                                                   const std::optional<Conversion>& conversion) {
  return Transact([&](storage::Transaction& transaction) {
    return RecordGift(transaction, gift, conversion, CallOf("pia"));
  });
}

absl::StatusOr<rec::GiftRecord> ImpactTest::Give(const std::string& gift_id, const Money& amount,
                                                 const std::string& rate_to_aud) {
  return Record(GiftOf(gift_id, amount), ToAud(rate_to_aud));
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
