// purge rules, purge rule, purge plan, purge run.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "milkway/consumption/v1/retention.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;
using con::RetentionService;

struct PurgeOptions {
  std::string school_id;
  std::string plan_id;
  int32_t name_days = 0;
  int32_t measurement_days = 0;
  bool json = false;
  std::string request_id;
};

using Rules = google::protobuf::RepeatedPtrField<con::RetentionRule>;
TextTable TableOf(const Rules& rules) {
  using Align = TextTable::Align;
  TextTable table({{"SCHOOL"},
                   {"NAMES, days after leaving", Align::kRight},
                   {"MEASUREMENTS AND NOTES OF INCIDENTS, days", Align::kRight}});
  for (const con::RetentionRule& rule : rules) {
    table.AddRow({rule.school_id().empty() ? "all others" : Printable(rule.school_id()),
                  absl::StrCat(rule.name_days_after_leaving()),
                  absl::StrCat(rule.measurement_days())});
  }
  return table;
}

using Schools = google::protobuf::RepeatedPtrField<con::SchoolPurge>;
TextTable TableOf(const Schools& schools) {
  using Align = TextTable::Align;
  TextTable table({{"SCHOOL"},
                   {"NAMES", Align::kRight},
                   {"GUARDIANS' NAMES", Align::kRight},
                   {"MEASUREMENTS", Align::kRight},
                   {"NOTES OF INCIDENTS", Align::kRight}});
  for (const con::SchoolPurge& school : schools) {
    table.AddRow({Printable(school.school_id()), absl::StrCat(school.names()),
                  absl::StrCat(school.guardians()), absl::StrCat(school.measurements()),
                  absl::StrCat(school.incident_notes())});
  }
  return table;
}

absl::StatusOr<ExitCode> PrintRules(const PurgeOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&RetentionService::Stub::ListRetentionRules,
                                           con::ListRetentionRulesRequest()));
  session.console.Print(options.json ? JsonText(response) : TableOf(response.rules()).ToString());
  return kDone;
}

absl::StatusOr<ExitCode> SetRule(const PurgeOptions& options, Session& session) {
  con::SetRetentionRuleRequest request;
  con::RetentionRule& rule = *request.mutable_rule();
  rule.set_school_id(options.school_id);
  rule.set_name_days_after_leaving(options.name_days);
  rule.set_measurement_days(options.measurement_days);
  ASSIGN_OR_RETURN(const auto response, Write(session, &RetentionService::Stub::SetRetentionRule,
                                              options.request_id, request));
  Rules rules;
  *rules.Add() = response.rule();
  session.console.Print(TableOf(rules).ToString());
  return kDone;
}

absl::StatusOr<ExitCode> PrintPlan(const PurgeOptions& options, Session& session) {
  con::PlanPurgeRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const auto plan,
                   session.connection.Call(&RetentionService::Stub::PlanPurge, request));
  if (options.json) {
    session.console.Print(JsonText(plan));
    return kDone;
  }
  if (plan.plan_id().empty()) {
    session.console.Print("there is nothing to erase\n");
    return kDone;
  }
  std::string text = TableOf(plan.schools()).ToString();
  if (plan.has_more()) text += "there is more: plan again afterwards\n";
  const std::string school = options.school_id.empty() ? "" : " --school " + options.school_id;
  session.console.Print(absl::StrCat(text, "nothing is erased yet; to erase exactly this:\n",
                                     "  milkway purge run ", plan.plan_id(), school, "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> RunPlan(const PurgeOptions& options, Session& session) {
  con::RunPurgeRequest request;
  request.set_school_id(options.school_id);
  request.set_plan_id(options.plan_id);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &RetentionService::Stub::RunPurge, options.request_id, request));
  session.console.Print(absl::StrCat("erased:\n", TableOf(response.schools()).ToString()));
  return kDone;
}

void AddRules(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* command = commands->AddTo(group, "rules", "How long names and measurements are kept",
                                      "milkway purge rules");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintRules(*options, session); });
}

void AddRule(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* command = commands->AddTo(
      group, "rule", "Sets how long they are kept, at one school or at all without a rule",
      "milkway purge rule --school changyuan --name-days 90 --measurement-days 1825");
  command->add_option("--school", options->school_id, "only of this school (default: of all)");
  command
      ->add_option("--name-days", options->name_days,
                   "days after a child left until names are erased, 1 to 3650")
      ->required();
  command
      ->add_option("--measurement-days", options->measurement_days,
                   "days until a measurement is erased, 30 to 7300")
      ->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return SetRule(*options, session); });
}

void AddPlan(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* command =
      commands->AddTo(group, "plan", "Says what a purge would erase today, and erases nothing",
                      "milkway purge plan");
  command->add_option("--school", options->school_id, "only of this school (default: of all)");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintPlan(*options, session); });
}

void AddRun(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<PurgeOptions>();
  CLI::App* command =
      commands->AddTo(group, "run", "Erases exactly what the plan said; it cannot be undone",
                      "milkway purge run 5d0b6e7c…");
  command->add_option("PLAN", options->plan_id, "as purge plan said")->required();
  command->add_option("--school", options->school_id, "as for the plan");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RunPlan(*options, session); });
}

}  // namespace

void AddPurgeCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup(
      "purge", "How long personal data of children is kept, and erasing what is older");
  AddRules(commands, group);
  AddRule(commands, group);
  AddPlan(commands, group);
  AddRun(commands, group);
}

}  // namespace milkway::cli
