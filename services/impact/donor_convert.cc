#include "services/impact/donor_convert.h"

#include "clients/cpp/status_macros.h"
#include "services/impact/gift_convert.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

constexpr size_t kNameBytesMax = 200;
constexpr size_t kEtagBytesMax = 64;

// The money of several gifts, in a message that has all of its parts.
template <typename Message>
void FillMoney(const GiftMoney& money, int64_t refund_due_minor, Message* message) {
  *message->mutable_amount() = ToMessage(Money{money.currency, money.amount_minor});
  *message->mutable_allocated() = ToMessage(Money{money.currency, money.allocated_minor});
  *message->mutable_unspent() = ToMessage(Money{money.currency, money.UnspentMinor()});
  *message->mutable_fees() = ToMessage(Money{money.currency, money.fees_minor});
  *message->mutable_refunded() = ToMessage(Money{money.currency, money.refunded_minor});
  *message->mutable_refund_due() = ToMessage(Money{money.currency, refund_due_minor});
}

v1::ImpactTotals ToMessage(const Totals& totals) {
  v1::ImpactTotals message;
  message.set_funded_g(totals.funded_g);
  message.set_served_g(totals.served_g);
  message.set_servings(totals.servings);
  message.set_lost_g(totals.lost_g);
  message.set_returned_g(totals.returned_g);
  message.set_remaining_g(totals.remaining_g);
  return message;
}

}  // namespace

absl::StatusOr<Donor> ParseDonor(const v1::Donor& message) {
  Donor donor;
  ASSIGN_OR_RETURN(donor.donor_id, runtime::ParseId("donor_id", message.donor_id()));
  ASSIGN_OR_RETURN(donor.display_name,
                   runtime::ParseText("display_name", message.display_name(), 0, kNameBytesMax));
  donor.language = message.language();
  const bool is_known = donor.language.empty() || donor.language == "en" || donor.language == "zh";
  if (!is_known) return runtime::InvalidField("language", "must be en, zh or empty");
  donor.anonymous = message.anonymous();
  ASSIGN_OR_RETURN(donor.etag, runtime::ParseText("etag", message.etag(), 0, kEtagBytesMax));
  return donor;
}

v1::Donor ToMessage(const std::string& donor_id, const rec::DonorRecord& donor) {
  v1::Donor message;
  message.set_donor_id(donor_id);
  message.set_display_name(donor.display_name());
  message.set_language(donor.language());
  message.set_anonymous(donor.anonymous());
  message.set_etag(EtagOf(donor));
  return message;
}

v1::DonorImpact ToDonorImpact(const std::string& donor_id, const ManyGifts& gifts) {
  const GiftImpact& impact = gifts.impact;
  const ImpactSums sums = SumUp(impact);
  v1::DonorImpact message;
  message.set_donor_id(donor_id);
  message.set_gift_count(gifts.gift_count);
  FillMoney(impact.money, sums.refund_due_minor, &message);
  message.set_served_g(sums.served_g);
  message.set_servings(sums.servings);
  if (sums.children_reached.has_value()) message.set_children_reached(*sums.children_reached);
  message.set_protein_mg(sums.protein_mg);
  message.set_calcium_mg(sums.calcium_mg);
  message.set_energy_kj(sums.energy_kj);
  for (const LotShare& lot : impact.lots) {
    *message.add_lots() = ToMessage(lot, impact.money.currency);
  }
  message.set_as_of_position(impact.as_of_position);
  message.set_as_of_recorded_us(impact.as_of_recorded_us);
  message.set_as_of_sequence(impact.as_of_sequence);
  return message;
}

v1::ProgrammeImpact ToProgrammeImpact(const ManyGifts& gifts) {
  const ProgrammeSums sums = SumUpProgramme(gifts);
  const GiftMoney& money = gifts.impact.money;
  v1::ProgrammeImpact message;
  message.set_gift_count(gifts.gift_count);
  FillMoney(money, sums.refund_due_minor, &message);
  *message.mutable_landed_cost() = ToMessage(Money{money.currency, sums.landed_cost_minor});
  *message.mutable_unpaid_cost() = ToMessage(Money{money.currency, sums.unpaid_cost_minor});
  message.set_lot_count(static_cast<int64_t>(gifts.impact.lots.size()));
  *message.mutable_all() = ToMessage(sums.all);
  *message.mutable_gifts() = ToMessage(sums.gifts);
  *message.mutable_unpaid() = ToMessage(sums.unpaid);
  if (sums.children_reached.has_value()) message.set_children_reached(*sums.children_reached);
  message.set_protein_mg(sums.nutrients.protein_mg());
  message.set_calcium_mg(sums.nutrients.calcium_mg());
  message.set_energy_kj(sums.nutrients.energy_kj());
  message.set_as_of_position(gifts.impact.as_of_position);
  message.set_as_of_recorded_us(gifts.impact.as_of_recorded_us);
  message.set_as_of_sequence(gifts.impact.as_of_sequence);
  return message;
}

}  // namespace milkway::impact
