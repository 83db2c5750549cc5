// plan, orders, lead-times.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using planning::v1::PlanService;
using Align = TextTable::Align;

struct PlanOptions {
  std::string school_id;
  int days_left = 0;
  std::string language = "en";
  bool json = false;
};

absl::StatusOr<bool> IsChinese(const std::string& language) {
  if (language == "zh") return true;
  if (language == "en") return false;
  return UsageError(absl::StrCat("--language must be en or zh, is ", Quoted(language)));
}

std::string ReasonText(const google::protobuf::RepeatedPtrField<planning::v1::Reason>& reasons,
                       bool in_chinese) {
  std::string text;
  for (const planning::v1::Reason& reason : reasons) {
    absl::StrAppend(&text, "  - ", Printable(in_chinese ? reason.text_zh() : reason.text_en()),
                    "\n");
  }
  return text;
}

std::string OrNone(const std::string& day) { return day.empty() ? "-" : day; }

absl::StatusOr<ExitCode> PrintPlan(const PlanOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const bool in_chinese, IsChinese(options.language));
  planning::v1::GetSchoolPlanRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&PlanService::Stub::GetSchoolPlan, request));
  const planning::v1::SchoolPlan& plan = answer.plan();
  if (options.json) {
    session.console.Print(ToJson(answer));
    return kDone;
  }
  session.console.Print(absl::StrCat(
      Printable(in_chinese ? plan.name_zh() : plan.name_en()), " (", plan.school_id(), "), from ",
      plan.planned_on(), "\n", "milk for ", plan.days_left(), " school days, ",
      plan.days_left_with_arrivals(), " with what is on the way; runs out on ",
      OrNone(plan.runs_out_on()), "\n", "order ", WithThousands(plan.order_g()), " g",
      plan.product_id().empty() ? "" : absl::StrCat(" of ", plan.product_id()), " by ",
      OrNone(plan.order_by()), "\n", ReasonText(plan.reasons(), in_chinese)));
  return kDone;
}

absl::StatusOr<ExitCode> ListPlans(const PlanOptions& options, Session& session) {
  planning::v1::ListSchoolPlansRequest request;
  request.set_days_left_max(options.days_left);
  ASSIGN_OR_RETURN(const auto plans, ListAll<planning::v1::SchoolPlan>(
                                         session.connection, &PlanService::Stub::ListSchoolPlans,
                                         request, &planning::v1::ListSchoolPlansResponse::plans));
  if (options.json) {
    planning::v1::ListSchoolPlansResponse all;
    all.mutable_plans()->Assign(plans.begin(), plans.end());
    session.console.Print(ToJson(all));
    return kDone;
  }
  TextTable table({{"SCHOOL"},
                   {"NAME"},
                   {"CHILDREN", Align::kRight},
                   {"A DAY g", Align::kRight},
                   {"USABLE g", Align::kRight},
                   {"DAYS", Align::kRight},
                   {"WITH ARRIVALS", Align::kRight},
                   {"RUNS OUT"},
                   {"ORDER BY"},
                   {"ORDER g", Align::kRight}});
  for (const planning::v1::SchoolPlan& plan : plans) {
    table.AddRow({plan.school_id(), plan.name_zh(), WithThousands(plan.drinking_children()),
                  WithThousands(plan.daily_need_g()), WithThousands(plan.usable_g()),
                  absl::StrCat(plan.days_left()), absl::StrCat(plan.days_left_with_arrivals()),
                  OrNone(plan.runs_out_on()), OrNone(plan.order_by()),
                  WithThousands(plan.order_g())});
  }
  session.console.Print(table.empty()
                            ? "no school; `milkway alerts --evaluate` makes the plans now\n"
                            : table.ToString());
  return kDone;
}

struct OrderOptions {
  int within_days = 0;
  std::string language = "en";
  bool json = false;
};

absl::StatusOr<ExitCode> PrintOrders(const OrderOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const bool in_chinese, IsChinese(options.language));
  planning::v1::SuggestOrdersRequest request;
  request.set_within_days(options.within_days);
  ASSIGN_OR_RETURN(const auto suggestions,
                   ListAll<planning::v1::OrderSuggestion>(
                       session.connection, &PlanService::Stub::SuggestOrders, request,
                       &planning::v1::SuggestOrdersResponse::suggestions));
  if (options.json) {
    planning::v1::SuggestOrdersResponse all;
    all.mutable_suggestions()->Assign(suggestions.begin(), suggestions.end());
    session.console.Print(ToJson(all));
    return kDone;
  }
  if (suggestions.empty()) session.console.Print("nothing has to be ordered\n");
  for (const planning::v1::OrderSuggestion& suggestion : suggestions) {
    const bool is_purchase = suggestion.source() == planning::v1::ORDER_SOURCE_PURCHASE;
    session.console.Print(
        absl::StrCat("by ", suggestion.order_by(), ": ",
                     is_purchase ? "buy " : absl::StrCat("send from ", suggestion.origin_id(), " "),
                     WithThousands(suggestion.packs()), " packs of ", suggestion.product_id(), " (",
                     WithThousands(suggestion.quantity_g()), " g) for ", suggestion.school_id(),
                     "\n", ReasonText(suggestion.reasons(), in_chinese)));
  }
  return kDone;
}

struct LaneOptions {
  std::string origin_id;
  std::string destination_id;
};

absl::StatusOr<ExitCode> PrintLane(const LaneOptions& options, Session& session) {
  planning::v1::GetLaneLeadTimesRequest request;
  request.set_origin_id(options.origin_id);
  request.set_destination_id(options.destination_id);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&PlanService::Stub::GetLaneLeadTimes, request));
  const planning::v1::LeadTimes& times = answer.lead_times();
  session.console.Print(absl::StrCat("from ", options.origin_id, " to ", options.destination_id,
                                     ": half of the shipments within ", times.p50_days(),
                                     " days, 19 of 20 within ", times.p95_days(), " days (",
                                     times.samples(), " measured)\n"));
  return kDone;
}

}  // namespace

void AddPlanCommands(Commands* commands) {
  auto plan = std::make_shared<PlanOptions>();
  CLI::App* command = commands->Add("plan", "How long the milk of one school, or of all, lasts",
                                    "milkway plan changyuan\n  milkway plan --days-left 20");
  command->add_option("SCHOOL", plan->school_id,
                      "the school, computed now; without it all schools of the last evaluation");
  command->add_option("--days-left", plan->days_left, "only schools with so many school days left")
      ->check(CLI::Range(0, 400));
  command->add_option("--language", plan->language, "of the reasons: en or zh");
  command->add_flag("--json", plan->json, "for programs; the fields of the API");
  commands->OnRun(command, [plan](Session& session) {
    return plan->school_id.empty() ? ListPlans(*plan, session) : PrintPlan(*plan, session);
  });

  auto orders = std::make_shared<OrderOptions>();
  command = commands->Add("orders", "What to send or buy so that no school runs out, and why",
                          "milkway orders --within 30");
  command
      ->add_option("--within", orders->within_days,
                   "days from now in which it must be ordered (default 14)")
      ->type_name("DAYS")
      ->check(CLI::Range(1, 400));
  command->add_option("--language", orders->language, "of the reasons: en or zh");
  command->add_flag("--json", orders->json, "for programs; the fields of the API");
  commands->OnRun(command, [orders](Session& session) { return PrintOrders(*orders, session); });

  auto lane = std::make_shared<LaneOptions>();
  command = commands->Add("lead-times", "How long shipments from one place to another take",
                          "milkway lead-times chengdu-hub changyuan");
  command->add_option("FROM", lane->origin_id, "where they leave")->required();
  command->add_option("TO", lane->destination_id, "where they go")->required();
  commands->OnRun(command, [lane](Session& session) { return PrintLane(*lane, session); });
}

}  // namespace milkway::cli
