#include "services/impact/gift_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

using runtime::ParseId;
using runtime::ParseNumber;

v1::LotShare ToMessage(const LotShare& lot) {
  v1::LotShare message;
  message.set_lot_id(lot.lot.value);
  message.set_purchase_id(lot.purchase_id);
  message.set_product_id(lot.product_id);
  message.set_lot_number(lot.lot_number);
  message.set_funded_g(lot.funded_g);
  message.set_served_g(lot.served_g);
  message.set_servings(lot.servings);
  message.set_lost_g(lot.lost_g);
  message.set_remaining_g(lot.remaining_g);
  for (const SchoolShare& school : lot.schools) {
    v1::SchoolShare& share = *message.add_schools();
    share.set_school_id(school.school_id);
    share.set_served_g(school.served_g);
    share.set_servings(school.servings);
  }
  return message;
}

}  // namespace

absl::StatusOr<Gift> ParseGift(const v1::Gift& message) {
  Gift gift;
  ASSIGN_OR_RETURN(gift.gift_id, ParseId("gift_id", message.gift_id()));
  ASSIGN_OR_RETURN(gift.donor_id, ParseId("donor_id", message.donor_id()));
  ASSIGN_OR_RETURN(gift.received_on, ParseDate("received_on", message.received_on()));
  ASSIGN_OR_RETURN(gift.amount, ParseMoney("amount", message.amount(), 1));
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

v1::GiftImpact ToMessage(const GiftImpact& impact) {
  const ImpactSums sums = SumUp(impact);
  v1::GiftImpact message;
  message.set_gift_id(impact.gift_id);
  *message.mutable_amount() = ToMessage(impact.amount);
  *message.mutable_allocated() = ToMessage(impact.allocated);
  *message.mutable_unspent() =
      ToMessage(Money{impact.amount.currency, impact.amount.minor - impact.allocated.minor});
  message.set_served_g(sums.served_g);
  message.set_servings(sums.servings);
  if (sums.children_reached.has_value()) message.set_children_reached(*sums.children_reached);
  message.set_protein_mg(sums.protein_mg);
  message.set_calcium_mg(sums.calcium_mg);
  message.set_energy_kj(sums.energy_kj);
  for (const LotShare& lot : impact.lots) *message.add_lots() = ToMessage(lot);
  message.set_as_of_position(impact.as_of_position);
  message.set_as_of_recorded_us(impact.as_of_recorded_us);
  return message;
}

}  // namespace milkway::impact
