#include "services/impact/gift_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::ParseId;
using runtime::ParseNumber;

constexpr size_t kReasonBytesMax = 500;
constexpr int64_t kGramsMax = 1'000'000'000'000;

absl::StatusOr<InKind> ParseInKind(const v1::GiftInKind& message) {
  InKind in_kind;
  ASSIGN_OR_RETURN(in_kind.lot.value,
                   ParseNumber("lot_id", message.lot_id(), 1, std::numeric_limits<int64_t>::max()));
  ASSIGN_OR_RETURN(in_kind.quantity_g,
                   ParseNumber("quantity_g", message.quantity_g(), 1, kGramsMax));
  if (message.has_stated_value()) {
    ASSIGN_OR_RETURN(in_kind.stated_value, ParseMoney("stated_value", message.stated_value(), 0));
  }
  return in_kind;
}

// What a gift of its kind has, and nothing that only another kind has.
absl::Status ParseKind(const v1::Gift& message, Gift* gift) {
  const bool is_in_kind = message.kind() == v1::GIFT_KIND_IN_KIND;
  const bool is_for_school = message.kind() == v1::GIFT_KIND_SCHOOL;
  if (!v1::GiftKind_IsValid(message.kind())) {
    return InvalidField("kind", "must be money, school or in kind");
  }
  if (is_for_school) {
    ASSIGN_OR_RETURN(gift->school_id, ParseId("school_id", message.school_id()));
  } else if (!message.school_id().empty()) {
    return InvalidField("school_id", "must be empty, unless the gift is for one school");
  }
  if (is_in_kind) {
    if (message.amount().minor_units() != 0) {
      return InvalidField("amount", "must be absent for a gift in kind; its value is stated");
    }
    const absl::StatusOr<InKind> in_kind = ParseInKind(message.in_kind());
    if (!in_kind.ok()) return InField("in_kind", in_kind.status());
    gift->in_kind = *in_kind;
    return absl::OkStatus();
  }
  if (message.has_in_kind()) {
    return InvalidField("in_kind", "must be absent, unless the gift is in kind");
  }
  ASSIGN_OR_RETURN(gift->amount, ParseMoney("amount", message.amount(), 1));
  return absl::OkStatus();
}

// A fee or a refund, but for its id and day.
template <typename Message>
absl::StatusOr<Deduction> ParseDeduction(const Message& message) {
  Deduction deduction;
  ASSIGN_OR_RETURN(deduction.gift_id, ParseId("gift_id", message.gift_id()));
  ASSIGN_OR_RETURN(deduction.amount, ParseMoney("amount", message.amount(), 1));
  ASSIGN_OR_RETURN(deduction.reason,
                   runtime::ParseText("reason", message.reason(), 1, kReasonBytesMax));
  return deduction;
}

template <typename Message>
void FillDeduction(const rec::GiftRecord& gift, const rec::DeductionRecord& record,
                   Message* message) {
  message->set_gift_id(record.gift_id());
  *message->mutable_amount() = ToMessage(Money{gift.currency(), record.amount_minor()});
  message->set_reason(record.reason());
  *message->mutable_base_amount() = ToMessage(Money{gift.base_currency(), record.base_minor()});
}

}  // namespace

absl::StatusOr<Gift> ParseGift(const v1::Gift& message) {
  Gift gift;
  ASSIGN_OR_RETURN(gift.gift_id, ParseId("gift_id", message.gift_id()));
  ASSIGN_OR_RETURN(gift.donor_id, ParseId("donor_id", message.donor_id()));
  ASSIGN_OR_RETURN(gift.received_on, ParseDate("received_on", message.received_on()));
  RETURN_IF_ERROR(ParseKind(message, &gift));
  return gift;
}

v1::Gift ToMessage(const std::string& gift_id, const rec::GiftRecord& gift) {
  v1::Gift message;
  message.set_gift_id(gift_id);
  message.set_donor_id(gift.donor_id());
  message.set_received_on(FormatDate({gift.received_day()}));
  *message.mutable_amount() = ToMessage(Money{gift.currency(), gift.amount_minor()});
  *message.mutable_base_amount() = ToMessage(Money{gift.base_currency(), gift.base_minor()});
  *message.mutable_allocated() = ToMessage(Money{gift.currency(), gift.allocated_minor()});
  *message.mutable_base_allocated() =
      ToMessage(Money{gift.base_currency(), gift.base_allocated_minor()});
  *message.mutable_fees() = ToMessage(Money{gift.currency(), gift.fees_minor()});
  *message.mutable_base_fees() = ToMessage(Money{gift.base_currency(), gift.base_fees_minor()});
  *message.mutable_refunded() = ToMessage(Money{gift.currency(), gift.refunded_minor()});
  *message.mutable_base_refunded() =
      ToMessage(Money{gift.base_currency(), gift.base_refunded_minor()});
  message.set_kind(static_cast<v1::GiftKind>(KindOf(gift)));
  message.set_school_id(gift.school_id());
  if (gift.in_kind_g() == 0) return message;
  v1::GiftInKind& in_kind = *message.mutable_in_kind();
  in_kind.set_lot_id(gift.in_kind_lot_id());
  in_kind.set_quantity_g(gift.in_kind_g());
  if (!gift.stated_currency().empty()) {
    *in_kind.mutable_stated_value() = ToMessage(Money{gift.stated_currency(), gift.stated_minor()});
  }
  return message;
}

absl::StatusOr<Deduction> ParseFee(const v1::Fee& message) {
  ASSIGN_OR_RETURN(Deduction fee, ParseDeduction(message));
  ASSIGN_OR_RETURN(fee.id, ParseId("fee_id", message.fee_id()));
  ASSIGN_OR_RETURN(fee.on, ParseDate("charged_on", message.charged_on()));
  return fee;
}

absl::StatusOr<Deduction> ParseRefund(const v1::Refund& message) {
  ASSIGN_OR_RETURN(Deduction refund, ParseDeduction(message));
  ASSIGN_OR_RETURN(refund.id, ParseId("refund_id", message.refund_id()));
  ASSIGN_OR_RETURN(refund.on, ParseDate("refunded_on", message.refunded_on()));
  return refund;
}

v1::Fee ToFee(const std::string& fee_id, const rec::GiftRecord& gift,
              const rec::DeductionRecord& fee) {
  v1::Fee message;
  message.set_fee_id(fee_id);
  message.set_charged_on(FormatDate({fee.on_day()}));
  FillDeduction(gift, fee, &message);
  return message;
}

v1::Refund ToRefund(const std::string& refund_id, const rec::GiftRecord& gift,
                    const rec::DeductionRecord& refund) {
  v1::Refund message;
  message.set_refund_id(refund_id);
  message.set_refunded_on(FormatDate({refund.on_day()}));
  FillDeduction(gift, refund, &message);
  return message;
}

absl::StatusOr<Allocation> ParseAllocation(const v1::Allocation& message) {
  Allocation allocation;
  ASSIGN_OR_RETURN(allocation.allocation_id, ParseId("allocation_id", message.allocation_id()));
  ASSIGN_OR_RETURN(allocation.gift_id, ParseId("gift_id", message.gift_id()));
  ASSIGN_OR_RETURN(allocation.lot.value,
                   ParseNumber("lot_id", message.lot_id(), 1, std::numeric_limits<int64_t>::max()));
  ASSIGN_OR_RETURN(allocation.allocated_on, ParseDate("allocated_on", message.allocated_on()));
  ASSIGN_OR_RETURN(allocation.amount, ParseMoney("amount", message.amount(), 1));
  return allocation;
}

v1::Allocation ToMessage(const std::string& gift_id, const rec::GiftRecord& gift,
                         const rec::AllocationRecord& allocation) {
  v1::Allocation message;
  message.set_allocation_id(allocation.allocation_id());
  message.set_gift_id(gift_id);
  message.set_lot_id(allocation.lot_id());
  message.set_allocated_on(FormatDate({allocation.allocated_day()}));
  *message.mutable_amount() = ToMessage(Money{gift.currency(), allocation.amount_minor()});
  *message.mutable_base_amount() = ToMessage(Money{gift.base_currency(), allocation.base_minor()});
  message.set_bought_g(allocation.bought_g());
  message.set_lot_weight_g(allocation.lot_weight_g());
  message.set_lot_cost_minor(allocation.lot_cost_minor());
  message.set_earlier_paid_minor(allocation.earlier_paid_minor());
  message.set_earlier_bought_g(allocation.earlier_bought_g());
  message.set_sequence(allocation.sequence());
  return message;
}

v1::LotGift ToLotGift(const std::string& gift_id, const rec::GiftRecord& gift,
                      const rec::AllocationRecord& bought) {
  v1::LotGift message;
  message.set_gift_id(gift_id);
  message.set_donor_id(gift.donor_id());
  message.set_allocation_id(bought.allocation_id());
  message.set_bought_g(bought.bought_g());
  *message.mutable_base_amount() = ToMessage(Money{gift.base_currency(), bought.base_minor()});
  message.set_school_id(gift.school_id());
  message.set_sequence(bought.sequence());
  return message;
}

v1::LotShare ToMessage(const LotShare& lot, const std::string& base_currency) {
  v1::LotShare message;
  message.set_lot_id(lot.lot.value);
  message.set_purchase_id(lot.purchase_id);
  message.set_product_id(lot.product_id);
  message.set_lot_number(lot.lot_number);
  message.set_funded_g(lot.funded_g);
  message.set_served_g(lot.served_g);
  message.set_servings(lot.servings);
  message.set_lost_g(lot.lost_g);
  message.set_returned_g(lot.returned_g);
  message.set_remaining_g(lot.remaining_g);
  *message.mutable_refund_due() = ToMessage(Money{base_currency, lot.refund_due_minor});
  for (const SchoolShare& school : lot.schools) {
    v1::SchoolShare& share = *message.add_schools();
    share.set_school_id(school.school_id);
    share.set_served_g(school.served_g);
    share.set_servings(school.servings);
  }
  return message;
}

v1::GiftImpact ToMessage(const GiftImpact& impact) {
  const ImpactSums sums = SumUp(impact);
  v1::GiftImpact message;
  message.set_gift_id(impact.gift_id);
  const GiftMoney& money = impact.money;
  *message.mutable_amount() = ToMessage(Money{money.currency, money.amount_minor});
  *message.mutable_allocated() = ToMessage(Money{money.currency, money.allocated_minor});
  *message.mutable_unspent() = ToMessage(Money{money.currency, money.UnspentMinor()});
  *message.mutable_fees() = ToMessage(Money{money.currency, money.fees_minor});
  *message.mutable_refunded() = ToMessage(Money{money.currency, money.refunded_minor});
  *message.mutable_refund_due() = ToMessage(Money{money.currency, sums.refund_due_minor});
  message.set_kind(static_cast<v1::GiftKind>(impact.kind));
  message.set_school_id(impact.school_id);
  message.set_served_g(sums.served_g);
  message.set_servings(sums.servings);
  if (sums.children_reached.has_value()) message.set_children_reached(*sums.children_reached);
  message.set_protein_mg(sums.protein_mg);
  message.set_calcium_mg(sums.calcium_mg);
  message.set_energy_kj(sums.energy_kj);
  for (const LotShare& lot : impact.lots) {
    *message.add_lots() = ToMessage(lot, money.currency);
  }
  message.set_as_of_position(impact.as_of_position);
  message.set_as_of_recorded_us(impact.as_of_recorded_us);
  message.set_as_of_sequence(impact.as_of_sequence);
  return message;
}

}  // namespace milkway::impact
