#include "services/planning/plan_convert.h"

#include <algorithm>

#include "services/planning/reasons.h"

namespace milkway::planning {

namespace {

constexpr size_t kRowsMax = 100;

void AddLots(const PlannedSchool& planned, v1::SchoolPlan* message) {
  std::vector<size_t> order;
  for (size_t index = 0; index < planned.lots.size(); ++index) order.push_back(index);
  std::stable_sort(order.begin(), order.end(), [&planned](size_t a, size_t b) {
    return planned.lots[a].stock.expires_on < planned.lots[b].stock.expires_on;
  });
  for (const size_t index : order) {
    if (message->lots_size() == static_cast<int>(kRowsMax)) return;
    const LotAt& lot = planned.lots[index];
    v1::PlannedLot& row = *message->add_lots();
    row.set_lot_id(lot.lot_id);
    row.set_usable_g(lot.stock.grams);
    row.set_expires_on(FormatDate(lot.stock.expires_on));
    const auto& expired_g = planned.plan.without.expired_g;
    if (index < expired_g.size()) row.set_expiring_unused_g(expired_g[index]);
  }
}

}  // namespace

rec::SchoolPlanRecord ToRecord(const PlannedSchool& planned, int64_t pass) {
  const Plan& plan = planned.plan;
  rec::SchoolPlanRecord record;
  record.set_planned_day(planned.facts.today.days);
  record.set_planned_us(planned.planned_us);
  record.set_name_en(planned.name.name_en);
  record.set_name_zh(planned.name.name_zh);
  record.set_drinking_children(planned.facts.drinking_children);
  record.set_daily_need_g(plan.daily_need_g);
  record.set_observed_use_ppm(plan.use_ppm);
  record.set_usable_g(plan.usable_g);
  record.set_days_left(plan.without.days_served);
  record.set_days_left_with_arrivals(plan.with_arrivals.days_served);
  const auto& run_out = plan.with_arrivals.run_out_day;
  if (run_out.has_value()) record.set_run_out_day(run_out->days);
  if (plan.order_by.has_value()) record.set_order_by_day(plan.order_by->days);
  record.set_order_g(plan.order_g);
  record.set_product_id(planned.product_id);
  record.set_origin_id(planned.origin_id);
  if (planned.facts.lead_time.has_value()) {
    record.set_lead_samples(planned.facts.lead_time->samples);
    record.set_lead_p50_days(planned.facts.lead_time->p50_days);
    record.set_lead_p95_days(planned.facts.lead_time->p95_days);
  }
  record.set_pass(pass);
  return record;
}

v1::SchoolPlan ToMessage(const std::string& school_id, const rec::SchoolPlanRecord& plan) {
  v1::SchoolPlan message;
  message.set_school_id(school_id);
  message.set_name_en(plan.name_en());
  message.set_name_zh(plan.name_zh());
  message.set_planned_on(FormatDate({plan.planned_day()}));
  message.set_planned_us(plan.planned_us());
  message.set_drinking_children(plan.drinking_children());
  message.set_daily_need_g(plan.daily_need_g());
  message.set_observed_use_ppm(plan.observed_use_ppm());
  message.set_usable_g(plan.usable_g());
  message.set_days_left(plan.days_left());
  message.set_days_left_with_arrivals(plan.days_left_with_arrivals());
  if (plan.has_run_out_day()) message.set_runs_out_on(FormatDate({plan.run_out_day()}));
  if (plan.has_order_by_day()) message.set_order_by(FormatDate({plan.order_by_day()}));
  message.set_order_g(plan.order_g());
  message.set_product_id(plan.product_id());
  if (!plan.origin_id().empty()) {
    *message.mutable_lead_times() = ToMessage(
        plan.origin_id(), school_id,
        LeadTime{plan.lead_samples(), plan.lead_p50_days(), plan.lead_p95_days(), kDomesticPrior});
  }
  return message;
}

v1::SchoolPlan ToMessage(const PlannedSchool& planned) {
  v1::SchoolPlan message = ToMessage(planned.name.location_id, ToRecord(planned, 0));
  AddLots(planned, &message);
  for (const Arrival& arrival : planned.arrivals) {
    if (message.arrivals_size() == static_cast<int>(kRowsMax)) break;
    v1::PlannedArrival& row = *message.add_arrivals();
    row.set_shipment_id(arrival.shipment_id);
    row.set_quantity_g(arrival.grams);
    row.set_arrives_by(FormatDate(arrival.arrives_by));
  }
  for (v1::Reason& reason : ReasonsOf(planned.facts, planned.plan)) {
    *message.add_reasons() = std::move(reason);
  }
  return message;
}

v1::LeadTimes ToMessage(const std::string& origin_id, const std::string& destination_id,
                        const LeadTime& lead_time) {
  v1::LeadTimes message;
  message.set_origin_id(origin_id);
  message.set_destination_id(destination_id);
  message.set_samples(lead_time.samples);
  message.set_p50_days(lead_time.p50_days);
  message.set_p95_days(lead_time.p95_days);
  message.set_prior_p50_days(lead_time.prior.p50_days);
  message.set_prior_p95_days(lead_time.prior.p95_days);
  return message;
}

}  // namespace milkway::planning
