// terms, put-term, policies, set-policy, school-days.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

using con::CalendarService;

struct SchoolOptions {
  std::string school_id;
  std::string from;
  std::string to;
  bool json = false;
};

absl::StatusOr<std::vector<con::Term>> TermsOf(const std::string& school_id, Session& session) {
  con::ListTermsRequest request;
  request.set_school_id(school_id);
  return ListAll<con::Term>(session.connection, &CalendarService::Stub::ListTerms, request,
                            &con::ListTermsResponse::terms);
}

std::string HolidaysText(const con::Term& term) {
  return absl::StrJoin(term.holidays(), "; ", [](std::string* text, const con::DayRange& range) {
    absl::StrAppend(text, range.first_day(),
                    range.first_day() == range.last_day() ? "" : ".." + range.last_day(),
                    range.name().empty() ? "" : " " + Printable(range.name()));
  });
}

absl::StatusOr<ExitCode> PrintTerms(const SchoolOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto terms, TermsOf(options.school_id, session));
  con::ListTermsResponse all;
  TextTable table({{"term"}, {"from"}, {"to"}, {"weekdays"}, {"holidays"}, {"extra days"}});
  for (const con::Term& term : terms) {
    *all.add_terms() = term;
    table.AddRow({term.term_id(), term.first_day(), term.last_day(),
                  absl::StrJoin(term.weekdays(), ","), HolidaysText(term),
                  absl::StrJoin(term.extra_days(), " ")});
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

struct TermOptions {
  std::string school_id;
  std::string term_id;
  std::string from;
  std::string to;
  std::vector<int32_t> weekdays;
  std::vector<std::string> holidays;
  std::vector<std::string> extra_days;
  bool replace = false;
  std::string request_id;
};

// "2025-10-01..2025-10-07=国庆节", or one day.
con::DayRange HolidayOf(const std::string& text) {
  const std::pair<std::string, std::string> named = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<std::string, std::string> days =
      absl::StrSplit(named.first, absl::MaxSplits("..", 1));
  con::DayRange range;
  range.set_first_day(days.first);
  range.set_last_day(days.second.empty() ? days.first : days.second);
  range.set_name(named.second);
  return range;
}

absl::StatusOr<ExitCode> PutTerm(const TermOptions& options, Session& session) {
  con::PutTermRequest request;
  request.set_school_id(options.school_id);
  con::Term& term = *request.mutable_term();
  term.set_term_id(options.term_id);
  term.set_first_day(options.from);
  term.set_last_day(options.to);
  for (const int32_t weekday : options.weekdays) term.add_weekdays(weekday);
  for (const std::string& holiday : options.holidays) *term.add_holidays() = HolidayOf(holiday);
  for (const std::string& day : options.extra_days) term.add_extra_days(day);
  if (options.replace) {
    ASSIGN_OR_RETURN(const auto terms, TermsOf(options.school_id, session));
    for (const con::Term& stored : terms) {
      if (stored.term_id() == options.term_id) term.set_etag(stored.etag());
    }
  }
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &CalendarService::Stub::PutTerm, options.request_id, request));
  session.console.Print(
      absl::StrCat("term ", response.term().term_id(), " of ", Printable(options.school_id), ": ",
                   response.term().first_day(), " to ", response.term().last_day(), "\n"));
  return kDone;
}

struct PolicyOptions {
  std::string school_id;
  std::string from;
  int64_t serving_g = 0;
  int32_t sessions = 1;
  int64_t take_home_g = 0;
  std::string request_id;
};

absl::StatusOr<ExitCode> SetPolicy(const PolicyOptions& options, Session& session) {
  con::SetServingPolicyRequest request;
  request.set_school_id(options.school_id);
  request.mutable_policy()->set_from_day(options.from);
  request.mutable_policy()->set_serving_g(options.serving_g);
  request.mutable_policy()->set_sessions(options.sessions);
  request.mutable_policy()->set_take_home_g(options.take_home_g);
  ASSIGN_OR_RETURN(const auto response, Write(session, &CalendarService::Stub::SetServingPolicy,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("from ", response.policy().from_day(), " on each child of ",
                                     Printable(options.school_id), " gets ",
                                     response.policy().serving_g(), " g, ",
                                     response.policy().sessions(), " times a school day\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintPolicies(const SchoolOptions& options, Session& session) {
  con::ListServingPoliciesRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(
      const auto policies,
      ListAll<con::ServingPolicy>(session.connection, &CalendarService::Stub::ListServingPolicies,
                                  request, &con::ListServingPoliciesResponse::policies));
  con::ListServingPoliciesResponse all;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"from"}, {"serving g", kRight}, {"a day", kRight}, {"take home g", kRight}});
  for (const con::ServingPolicy& policy : policies) {
    *all.add_policies() = policy;
    table.AddRow({policy.from_day(), absl::StrCat(policy.serving_g()),
                  absl::StrCat(policy.sessions()), absl::StrCat(policy.take_home_g())});
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> PrintSchoolDays(const SchoolOptions& options, Session& session) {
  con::ListSchoolDatesRequest request;
  request.set_school_id(options.school_id);
  request.set_from_day(options.from);
  request.set_to_day(options.to);
  ASSIGN_OR_RETURN(const auto dates,
                   session.connection.Call(&CalendarService::Stub::ListSchoolDates, request));
  if (options.json) {
    session.console.Print(JsonText(dates));
    return kDone;
  }
  for (const std::string& day : dates.school_days()) session.console.Print(day + "\n");
  session.console.Print(
      absl::StrCat(dates.school_days_size(), " school days",
                   dates.days_outside_terms() == 0
                       ? ""
                       : absl::StrCat("; ", dates.days_outside_terms(), " days lie in no term"),
                   "\n"));
  return kDone;
}

CLI::App* AddSchoolCommand(Commands* commands, const char* name, const char* description,
                           const char* example, SchoolOptions* options) {
  CLI::App* command = commands->Add(name, description, example);
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_flag("--json", options->json, "print JSON");
  return command;
}

void AddPutTerm(Commands* commands) {
  auto options = std::make_shared<TermOptions>();
  CLI::App* command =
      commands->Add("put-term", "Adds a school term, or replaces one",
                    "milkway put-term changyuan 2025-autumn --from 2025-09-01 --to 2026-01-20\n"
                    "      --holiday 2025-10-01..2025-10-08=国庆节 --extra-day 2025-09-28");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("TERM", options->term_id, "its name, such as 2025-autumn")->required();
  command->add_option("--from", options->from, "the first day, YYYY-MM-DD")->required();
  command->add_option("--to", options->to, "the last day, YYYY-MM-DD")->required();
  command
      ->add_option("--weekdays", options->weekdays,
                   "weekdays with school, 1 (Monday) to 7 (default 1,2,3,4,5)")
      ->delimiter(',');
  command
      ->add_option("--holiday", options->holidays,
                   "days without school, DAY or DAY..DAY, and =NAME; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command
      ->add_option("--extra-day", options->extra_days,
                   "a school day whatever the rest says; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--replace", options->replace, "replace the term of this name");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return PutTerm(*options, session); });
}

void AddSetPolicy(Commands* commands) {
  auto options = std::make_shared<PolicyOptions>();
  CLI::App* command =
      commands->Add("set-policy", "Says what each child gets from a day on",
                    "milkway set-policy changyuan --from 2025-09-01 --serving-g 25 --sessions 1");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--from", options->from, "the first day, YYYY-MM-DD")->required();
  command->add_option("--serving-g", options->serving_g, "powder a child gets in a session, g")
      ->required();
  command->add_option("--sessions", options->sessions, "sessions of a school day (default 1)");
  command->add_option("--take-home-g", options->take_home_g,
                      "powder a child takes home each school week, g");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return SetPolicy(*options, session); });
}

}  // namespace

void AddCalendarCommands(Commands* commands) {
  auto terms = std::make_shared<SchoolOptions>();
  CLI::App* command = AddSchoolCommand(commands, "terms", "Shows the terms of a school",
                                       "milkway terms changyuan", terms.get());
  commands->OnRun(command, [terms](Session& session) { return PrintTerms(*terms, session); });
  AddPutTerm(commands);
  auto policies = std::make_shared<SchoolOptions>();
  command = AddSchoolCommand(commands, "policies", "Shows what each child of a school gets",
                             "milkway policies changyuan", policies.get());
  commands->OnRun(command,
                  [policies](Session& session) { return PrintPolicies(*policies, session); });
  AddSetPolicy(commands);
  auto days = std::make_shared<SchoolOptions>();
  command = AddSchoolCommand(commands, "school-days", "Shows which days are school days",
                             "milkway school-days changyuan --from 2025-09-01 --to 2025-09-30",
                             days.get());
  command->add_option("--from", days->from, "the first day, YYYY-MM-DD")->required();
  command->add_option("--to", days->to, "the last day, YYYY-MM-DD")->required();
  commands->OnRun(command, [days](Session& session) { return PrintSchoolDays(*days, session); });
}

}  // namespace milkway::cli
