#include "services/planning/reasons.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/planning/alert_text.h"

namespace milkway::planning {

namespace {

std::string Percent(int64_t ppm) {
  return absl::StrFormat("%d.%d%%", ppm / 10'000, ppm / 1'000 % 10);
}

v1::Reason Children(const SchoolFacts& facts) {
  return MakeReason("DRINKING_CHILDREN", absl::StrCat(facts.drinking_children, " children drink"),
                    absl::StrCat("饮奶儿童", facts.drinking_children, "人"));
}

v1::Reason Use(const SchoolFacts& facts, const Plan& plan) {
  if (facts.used.empty()) {
    return MakeReason("NO_RECORDS", "no records yet: every child is expected every day",
                      "尚无记录：按每人每天都饮用计算");
  }
  const std::string first = FormatDate(facts.used.front().day);
  const std::string last = FormatDate(facts.used.back().day);
  if (!plan.has_policy) {
    return MakeReason(
        "NO_SERVING_POLICY",
        absl::StrCat("no serving policy is set: the average of the last ", facts.used.size(),
                     " days with records (", first, " to ", last, ") is expected"),
        absl::StrCat("未设定发放标准：按最近", facts.used.size(), "个有记录日（", first, "至", last,
                     "）的平均用量计算"));
  }
  return MakeReason(
      "OBSERVED_USE",
      absl::StrCat(Percent(plan.use_ppm), " of what the policy says was used on the last ",
                   facts.used.size(), " days with records (", first, " to ", last, ")"),
      absl::StrCat("最近", facts.used.size(), "个有记录日（", first, "至", last,
                   "）的实际用量为标准的", Percent(plan.use_ppm)));
}

v1::Reason Calendar(const SchoolFacts& facts) {
  if (!facts.calendar.has_terms()) {
    return MakeReason("NO_TERMS",
                      "no school terms are known: Monday to Friday count as school days",
                      "未录入学期：按周一至周五上学计算");
  }
  return MakeReason("CALENDAR",
                    "school days are those of the school's terms; after the last term Monday to "
                    "Friday count",
                    "按学校校历计算上学日；最后一个学期之后按周一至周五计算");
}

v1::Reason Stock(const Plan& plan) {
  return MakeReason(
      "STOCK",
      absl::StrCat(FormatGrams(plan.usable_g), " of good stock last ", plan.without.days_served,
                   " school days at ", FormatGrams(plan.daily_need_g), " a day"),
      absl::StrCat("可用库存", FormatGrams(plan.usable_g), "，每个上学日",
                   FormatGrams(plan.daily_need_g), "，够", plan.without.days_served, "个上学日"));
}

void AddExpiry(const Plan& plan, std::vector<v1::Reason>* reasons) {
  int64_t grams = 0;
  for (const int64_t lot_g : plan.without.expired_g) grams += lot_g;
  if (grams == 0) return;
  reasons->push_back(
      MakeReason("EXPIRES_UNUSED",
                 absl::StrCat(FormatGrams(grams),
                              " of the stock expire before they can be used, and do not "
                              "count"),
                 absl::StrCat("其中", FormatGrams(grams), "在用完前到期，不计入")));
}

void AddArrivals(const SchoolFacts& facts, std::vector<v1::Reason>* reasons) {
  int64_t grams = 0;
  for (const StockLot& lot : facts.arrivals) grams += lot.grams;
  if (grams == 0) return;
  reasons->push_back(
      MakeReason("ON_THE_WAY",
                 absl::StrCat(FormatGrams(grams),
                              " are on the way, counted from the day by which 19 of 20 "
                              "shipments are there"),
                 absl::StrCat("在途", FormatGrams(grams), "，按95%可能到达的日期计入")));
}

void AddLeadTime(const SchoolFacts& facts, std::vector<v1::Reason>* reasons) {
  if (!facts.lead_time.has_value()) {
    reasons->push_back(MakeReason("NO_SOURCE", "no warehouse is known that supplies the school",
                                  "没有已知的供货仓库"));
    return;
  }
  const LeadTime& lead = *facts.lead_time;
  reasons->push_back(
      MakeReason("LEAD_TIME",
                 absl::StrCat("19 of 20 deliveries are there within ", lead.p95_days,
                              " days, half within ", lead.p50_days, " (", lead.samples,
                              " measured), plus ", kHandlingDays, " days to get it on its way"),
                 absl::StrCat("95%的送货在", lead.p95_days, "天内到达，一半在", lead.p50_days,
                              "天内（实测", lead.samples, "次），另加", kHandlingDays, "天备货")));
}

void AddOrder(const Plan& plan, std::vector<v1::Reason>* reasons) {
  if (!plan.order_by.has_value()) return;
  reasons->push_back(MakeReason(
      "ORDER",
      absl::StrCat("an order of ", FormatDate(*plan.order_by), " is there by ",
                   FormatDate(plan.order_there_by), " and must last until ",
                   FormatDate(plan.order_lasts_until), ": ", FormatGrams(plan.order_need_g),
                   " and ", FormatGrams(plan.safety_g), " of safety stock, less what is left"),
      absl::StrCat(FormatDate(*plan.order_by), "下单，", FormatDate(plan.order_there_by),
                   "前到货，须够用到", FormatDate(plan.order_lasts_until), "：",
                   FormatGrams(plan.order_need_g), "，另加安全库存", FormatGrams(plan.safety_g),
                   "，减去届时剩余")));
}

}  // namespace

v1::Reason MakeReason(const std::string& code, const std::string& text_en,
                      const std::string& text_zh) {
  v1::Reason reason;
  reason.set_code(code);
  reason.set_text_en(text_en);
  reason.set_text_zh(text_zh);
  return reason;
}

std::vector<v1::Reason> ReasonsOf(const SchoolFacts& facts, const Plan& plan) {
  std::vector<v1::Reason> reasons = {Children(facts)};
  if (!plan.need_is_known) {
    reasons.push_back(MakeReason("NEED_UNKNOWN",
                                 "what a school day needs is not known: set a serving policy or "
                                 "record distributions",
                                 "无法得知每日用量：请设定发放标准或登记发放"));
    return reasons;
  }
  reasons.push_back(Use(facts, plan));
  reasons.push_back(Calendar(facts));
  reasons.push_back(Stock(plan));
  AddExpiry(plan, &reasons);
  AddArrivals(facts, &reasons);
  AddLeadTime(facts, &reasons);
  AddOrder(plan, &reasons);
  return reasons;
}

}  // namespace milkway::planning
