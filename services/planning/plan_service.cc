#include "services/planning/plan_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/planning/alert_text.h"
#include "services/planning/plan_convert.h"
#include "services/planning/reasons.h"
#include "services/planning/school_plans.h"
#include "services/planning/school_survey_questions.h"
#include "services/runtime/clock.h"
#include "services/runtime/fields.h"
#include "services/runtime/page.h"
#include "services/runtime/page_scan.h"

namespace milkway::planning {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;

namespace {

namespace inv = inventory::v1;

constexpr int32_t kWithinDaysDefault = 14;
constexpr char kTimeZone[] = "Asia/Shanghai";

// Rows that a page of orders may look at before it begins, to know what earlier pages
// promised.
constexpr size_t kUrgentMax = 20'000;

absl::StatusOr<v1::ListSchoolPlansResponse> ListPlans(const Reader& reader,
                                                      const v1::ListSchoolPlansRequest& request) {
  ASSIGN_OR_RETURN(
      const int64_t days_max,
      runtime::ParseNumber("days_left_max", request.days_left_max(), 0, kWalkSchoolDaysMax));
  v1::ListSchoolPlansResponse answer;
  absl::Status status;
  ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                   runtime::ScanPage<RunOutTable>(
                       reader, RunOutKey::Range(), request,
                       [&](const RunOutKey::Key& key, const rec::IndexRecord&) {
                         const auto& [run_out, school_id] = key;
                         const absl::StatusOr<rec::SchoolPlanRecord> plan =
                             ReadSchoolPlan(reader, school_id);
                         status.Update(plan.status());
                         if (!plan.ok()) return false;
                         const bool is_wanted =
                             days_max == 0 ||
                             (run_out != kNoRunOut && plan->days_left_with_arrivals() <= days_max);
                         if (is_wanted) *answer.add_plans() = ToMessage(school_id, *plan);
                         return is_wanted;
                       }));
  RETURN_IF_ERROR(status);
  return answer;
}

// What must be ordered until `until`, in order of running out.
using Urgent = std::vector<std::pair<std::string, rec::SchoolPlanRecord>>;
absl::StatusOr<Urgent> FindUrgent(const Reader& reader, LocalDate until) {
  Urgent urgent;
  absl::Status status;
  size_t rows = 0;
  RETURN_IF_ERROR(RunOutTable::Scan(
      reader, RunOutKey::Range(), [&](const RunOutKey::Key& key, const rec::IndexRecord&) {
        const auto& [run_out, school_id] = key;
        if (run_out == kNoRunOut || ++rows > kUrgentMax) return false;
        const absl::StatusOr<rec::SchoolPlanRecord> plan = ReadSchoolPlan(reader, school_id);
        status.Update(plan.status());
        if (!plan.ok()) return false;
        const bool is_urgent =
            plan->has_order_by_day() && plan->order_by_day() <= until.days && plan->order_g() > 0;
        if (is_urgent) urgent.emplace_back(school_id, *plan);
        return true;
      }));
  RETURN_IF_ERROR(status);
  return urgent;
}

v1::OrderSuggestion MakeSuggestion(const std::string& school_id, const rec::SchoolPlanRecord& plan,
                                   int64_t packs, int64_t pack_g) {
  v1::OrderSuggestion suggestion;
  suggestion.set_school_id(school_id);
  suggestion.set_product_id(plan.product_id());
  suggestion.set_packs(packs);
  suggestion.set_quantity_g(packs * pack_g);
  suggestion.set_runs_out_on(FormatDate({plan.run_out_day()}));
  *suggestion.add_reasons() = MakeReason(
      "RUNS_OUT",
      absl::StrCat(FormatGrams(plan.usable_g()), " there and what is on the way last ",
                   plan.days_left_with_arrivals(), " school days at ",
                   FormatGrams(plan.daily_need_g()), " a day, until ",
                   FormatDate({plan.run_out_day()})),
      absl::StrCat("现有", FormatGrams(plan.usable_g()), "加在途，每日",
                   FormatGrams(plan.daily_need_g()), "，够", plan.days_left_with_arrivals(),
                   "个上学日，到", FormatDate({plan.run_out_day()})));
  *suggestion.add_reasons() = MakeReason(
      "LEAD_TIME",
      absl::StrCat("19 of 20 deliveries from ", plan.origin_id(), " are there within ",
                   plan.lead_p95_days(), " days (", plan.lead_samples(), " measured), plus ",
                   kHandlingDays, " days to get it on its way"),
      absl::StrCat("从", plan.origin_id(), "送货95%在", plan.lead_p95_days(), "天内到达（实测",
                   plan.lead_samples(), "次），另加", kHandlingDays, "天备货"));
  *suggestion.add_reasons() =
      MakeReason("ORDER",
                 absl::StrCat(FormatGrams(plan.order_g()),
                              " last until the delivery after it, in "
                              "19 of 20 cases"),
                 absl::StrCat(FormatGrams(plan.order_g()), "，95%可用到下一次到货"));
  return suggestion;
}

}  // namespace

int64_t PlanService::NowUs() const { return handlers_.parts().clock->NowUs(); }

grpc::ServerUnaryReactor* PlanService::GetSchoolPlan(Context* context,
                                                     const v1::GetSchoolPlanRequest* request,
                                                     v1::GetSchoolPlanResponse* response) {
  using Response = v1::GetSchoolPlanResponse;
  return handlers_.Async(
      context, request, response,
      [this, request](const Call& call, Handlers::Finish<Response> finish) {
        asking_.Reply<Response>(
            std::move(finish), [this, request, now_us = call.now_us]() -> absl::StatusOr<Response> {
              ASSIGN_OR_RETURN(const std::string school_id,
                               runtime::ParseId("school_id", request->school_id()));
              ASSIGN_OR_RETURN(const consumption::v1::School school, questions_.School(school_id));
              ASSIGN_OR_RETURN(const PlannedSchool planned,
                               SchoolSurvey(questions_, now_us).Plan(school));
              Response answer;
              *answer.mutable_plan() = ToMessage(planned);
              return answer;
            });
      });
}

grpc::ServerUnaryReactor* PlanService::ListSchoolPlans(Context* context,
                                                       const v1::ListSchoolPlansRequest* request,
                                                       v1::ListSchoolPlansResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return ListPlans(reader, *request);
  });
}

grpc::ServerUnaryReactor* PlanService::SuggestOrders(Context* context,
                                                     const v1::SuggestOrdersRequest* request,
                                                     v1::SuggestOrdersResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::SuggestOrdersResponse> finish) {
        asking_.Reply<v1::SuggestOrdersResponse>(std::move(finish),
                                                 [this, request] { return MakeOrders(*request); });
      });
}

grpc::ServerUnaryReactor* PlanService::GetLaneLeadTimes(Context* context,
                                                        const v1::GetLaneLeadTimesRequest* request,
                                                        v1::GetLaneLeadTimesResponse* response) {
  using Response = v1::GetLaneLeadTimesResponse;
  return handlers_.Async(
      context, request, response, [this, request](const Call&, Handlers::Finish<Response> finish) {
        asking_.Reply<Response>(std::move(finish), [this, request]() -> absl::StatusOr<Response> {
          ASSIGN_OR_RETURN(const std::string origin_id,
                           runtime::ParseId("origin_id", request->origin_id()));
          ASSIGN_OR_RETURN(const std::string destination_id,
                           runtime::ParseId("destination_id", request->destination_id()));
          ASSIGN_OR_RETURN(const LeadTime lead_time,
                           SchoolSurvey(questions_, NowUs()).LaneOf(origin_id, destination_id));
          Response answer;
          *answer.mutable_lead_times() = ToMessage(origin_id, destination_id, lead_time);
          return answer;
        });
      });
}

absl::StatusOr<OrderPool> PlanService::FillPool() const {
  OrderPool pool;
  ASSIGN_OR_RETURN(const std::vector<inv::Location> warehouses, questions_.Warehouses());
  for (const inv::Location& warehouse : warehouses) {
    ASSIGN_OR_RETURN(const auto balances, questions_.UsableAt(warehouse.location_id()));
    std::vector<int64_t> lot_ids;
    for (const inv::Balance& balance : balances) lot_ids.push_back(balance.lot_id());
    ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots, questions_.Lots(lot_ids));
    for (size_t index = 0; index < lots.size(); ++index) {
      ASSIGN_OR_RETURN(const LocalDate expires_on,
                       ParseDate("expires_on", lots[index].expires_on()));
      pool.Add(warehouse.location_id(), lots[index].product_id(), balances[index].quantity_g(),
               expires_on);
    }
  }
  return pool;
}

absl::StatusOr<v1::SuggestOrdersResponse> PlanService::MakeOrders(
    const v1::SuggestOrdersRequest& request) const {
  ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(request));
  ASSIGN_OR_RETURN(const int64_t within,
                   runtime::ParseNumber("within_days", request.within_days(), 0, 400));
  const LocalDate today = LocalDateIn(NowUs(), kTimeZone);
  const LocalDate until = {today.days +
                           static_cast<int32_t>(within == 0 ? kWithinDaysDefault : within)};
  ASSIGN_OR_RETURN(const Urgent urgent, FindUrgent(*handlers_.parts().store->NewSnapshot(), until));
  ASSIGN_OR_RETURN(OrderPool pool, FillPool());
  PurchaseTimes purchase_times(questions_);
  v1::SuggestOrdersResponse answer;
  size_t on_page = 0;
  std::string last_key;
  for (const auto& [school_id, plan] : urgent) {
    const std::string key = RunOutKey::Encode(plan.run_out_day(), school_id);
    if (on_page == page.size) {
      answer.set_next_page_token(runtime::NextPageToken(request, last_key));
      break;
    }
    std::vector<v1::OrderSuggestion> suggestions;
    RETURN_IF_ERROR(AddSuggestions(school_id, plan, today, &pool, &purchase_times, &suggestions));
    if (key <= page.after_key) continue;  // promised on an earlier page
    for (v1::OrderSuggestion& suggestion : suggestions) {
      *answer.add_suggestions() = std::move(suggestion);
    }
    ++on_page;
    last_key = key;
  }
  return answer;
}

absl::Status PlanService::AddSuggestions(const std::string& school_id,
                                         const rec::SchoolPlanRecord& plan, LocalDate today,
                                         OrderPool* pool, PurchaseTimes* purchase_times,
                                         std::vector<v1::OrderSuggestion>* suggestions) const {
  if (plan.product_id().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const inv::Product product, questions_.Product(plan.product_id()));
  const int64_t pack_g = product.net_weight_g();
  int64_t packs = (plan.order_g() + pack_g - 1) / pack_g;
  // It must be good until the delivery after it.
  const int32_t there_by =
      std::max(plan.order_by_day(), today.days) + kHandlingDays + plan.lead_p95_days();
  const LocalDate good_until = {there_by + kReviewDays};
  for (const Portion& portion :
       pool->Take(plan.origin_id(), plan.product_id(), packs, pack_g, good_until)) {
    v1::OrderSuggestion suggestion = MakeSuggestion(school_id, plan, portion.packs, pack_g);
    suggestion.set_source(v1::ORDER_SOURCE_WAREHOUSE);
    suggestion.set_origin_id(portion.origin_id);
    suggestion.set_order_by(FormatDate({plan.order_by_day()}));
    suggestions->push_back(std::move(suggestion));
    packs -= portion.packs;
  }
  if (packs == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LeadTime lead_time, purchase_times->To(plan.origin_id()));
  v1::OrderSuggestion purchase = MakeSuggestion(school_id, plan, packs, pack_g);
  purchase.set_source(v1::ORDER_SOURCE_PURCHASE);
  purchase.set_order_by(FormatDate({plan.order_by_day() - lead_time.p95_days}));
  *purchase.mutable_purchase_lead_times() = ToMessage("", plan.origin_id(), lead_time);
  *purchase.add_reasons() = MakeReason(
      "NO_STOCK",
      absl::StrCat("no warehouse has these ", packs, " packs of ", plan.product_id(),
                   " good until ", FormatDate(good_until), "; a purchase takes up to ",
                   lead_time.p95_days, " days (", lead_time.samples, " measured)"),
      absl::StrCat("没有仓库有这", packs, "包", plan.product_id(), "可用到", FormatDate(good_until),
                   "；采购最长约需", lead_time.p95_days, "天（已测", lead_time.samples, "次）"));
  suggestions->push_back(std::move(purchase));
  return absl::OkStatus();
}

}  // namespace milkway::planning
