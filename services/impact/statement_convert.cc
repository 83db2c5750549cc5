#include "services/impact/statement_convert.h"

#include "services/impact/gift_convert.h"

namespace milkway::impact {

namespace {

// What a child of 9 to 11 years needs a day: WS/T 554-2017.
constexpr int64_t kCalciumNeedMg = 850;
constexpr int64_t kProteinNeedMg = 50'000;

}  // namespace

v1::Publication ToMessage(const Publication& publication) {
  const rec::PublicationRecord& record = publication.record;
  v1::Publication message;
  message.set_publication(publication.number);
  message.set_started_us(record.started_us());
  message.set_finished_us(record.finished_us());
  message.set_as_of_position(record.as_of_position());
  message.set_as_of_recorded_us(record.as_of_recorded_us());
  message.set_lots(record.lots());
  message.set_pairs(record.pairs());
  return message;
}

v1::GiftStatement ToStatement(const GiftImpact& impact,
                              const std::optional<Publication>& publication) {
  const v1::GiftImpact figures = ToMessage(impact);
  v1::GiftStatement message;
  message.set_gift_id(figures.gift_id());
  if (publication.has_value()) *message.mutable_publication() = ToMessage(*publication);
  *message.mutable_amount() = figures.amount();
  *message.mutable_allocated() = figures.allocated();
  *message.mutable_unspent() = figures.unspent();
  message.set_served_g(figures.served_g());
  message.set_servings(figures.servings());
  if (figures.has_children_reached()) message.set_children_reached(figures.children_reached());
  message.set_protein_mg(figures.protein_mg());
  message.set_calcium_mg(figures.calcium_mg());
  message.set_energy_kj(figures.energy_kj());
  *message.mutable_lots() = figures.lots();
  message.set_kind(figures.kind());
  message.set_school_id(figures.school_id());
  *message.mutable_fees() = figures.fees();
  *message.mutable_refunded() = figures.refunded();
  *message.mutable_refund_due() = figures.refund_due();
  if (const auto cost_minor = CostPerServing(impact); cost_minor.has_value()) {
    message.mutable_cost_per_serving()->set_currency_code(impact.money.currency);
    message.mutable_cost_per_serving()->set_minor_units(*cost_minor);
  }
  message.set_calcium_need_days(figures.calcium_mg() / kCalciumNeedMg);
  message.set_protein_need_days(figures.protein_mg() / kProteinNeedMg);
  return message;
}

v1::ProgrammeStatement ToMessage(const PublishedSums& sums, const Publication& publication) {
  v1::ProgrammeStatement message;
  *message.mutable_publication() = ToMessage(publication);
  message.set_purchased_g(sums.purchased_g);
  message.set_served_g(sums.served_g);
  message.set_servings(sums.servings);
  message.set_lost_g(sums.lost_g);
  message.set_schools(sums.schools);
  return message;
}

v1::ShareLink ToMessage(const ShareLink& link) {
  v1::ShareLink message;
  message.set_link_id(link.link_id);
  message.set_gift_id(link.gift_id);
  message.set_created_us(link.record.created_us());
  message.set_created_by(link.record.created_by());
  message.set_revoked_us(link.record.revoked_us());
  return message;
}

}  // namespace milkway::impact
