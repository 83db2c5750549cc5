// servings, check-servings, lot-schools.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

using con::SummaryService;

constexpr Word<con::Period> kPeriods[] = {
    {"day", con::PERIOD_DAY}, {"week", con::PERIOD_WEEK}, {"term", con::PERIOD_TERM}};

struct RangeOptions {
  std::string school_id;
  std::string class_name;
  std::string from;
  std::string to;
  std::string by = "day";
  bool json = false;
};

template <typename Request>
Request RequestOf(const RangeOptions& options) {
  Request request;
  request.set_school_id(options.school_id);
  request.set_class_name(options.class_name);
  request.set_from_day(options.from);
  request.set_to_day(options.to);
  return request;
}

absl::StatusOr<ExitCode> PrintServings(const RangeOptions& options, Session& session) {
  auto request = RequestOf<con::SummarizeServingsRequest>(options);
  const auto period = FindValue(kPeriods, options.by);
  if (!period.has_value()) return UsageError(absl::StrCat("--by must be ", ListOf(kPeriods)));
  request.set_period(*period);
  ASSIGN_OR_RETURN(const auto sums,
                   session.connection.Call(&SummaryService::Stub::SummarizeServings, request));
  if (options.json) {
    session.console.Print(JsonText(sums));
    return kDone;
  }
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"from"},
                   {"to"},
                   {"term"},
                   {"days", kRight},
                   {"records", kRight},
                   {"cups", kRight},
                   {"children", kRight},
                   {"served g", kRight},
                   {"wasted g", kRight}});
  con::ServedPeriod all;
  for (const con::ServedPeriod& period_sums : sums.periods()) {
    table.AddRow({period_sums.first_day(), period_sums.last_day(), Printable(period_sums.term_id()),
                  absl::StrCat(period_sums.days()), absl::StrCat(period_sums.class_records()),
                  WithThousands(period_sums.servings()), WithThousands(period_sums.children()),
                  WithThousands(period_sums.served_g()), WithThousands(period_sums.wasted_g())});
    all.set_days(all.days() + period_sums.days());
    all.set_class_records(all.class_records() + period_sums.class_records());
    all.set_servings(all.servings() + period_sums.servings());
    all.set_served_g(all.served_g() + period_sums.served_g());
    all.set_wasted_g(all.wasted_g() + period_sums.wasted_g());
  }
  // Children of several periods are not to be added up.
  table.AddRow({"total", "", "", absl::StrCat(all.days()), absl::StrCat(all.class_records()),
                WithThousands(all.servings()), "", WithThousands(all.served_g()),
                WithThousands(all.wasted_g())});
  session.console.Print(table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> CheckServings(const RangeOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto check,
                   session.connection.Call(&SummaryService::Stub::CheckServings,
                                           RequestOf<con::CheckServingsRequest>(options)));
  if (options.json) {
    session.console.Print(JsonText(check));
    return kDone;
  }
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"lot", kRight},
                   {"cups", kRight},
                   {"drunk g", kRight},
                   {"wasted g", kRight},
                   {"packs opened", kRight},
                   {"in them g", kRight},
                   {"difference g", kRight},
                   {""}});
  for (const con::LotCheck& lot : check.lots()) {
    table.AddRow({absl::StrCat(lot.lot_id()), WithThousands(lot.servings()),
                  WithThousands(lot.served_g()), WithThousands(lot.wasted_g()),
                  WithThousands(lot.opened_packs()), WithThousands(lot.opened_g()),
                  WithThousands(lot.difference_g()), lot.is_flagged() ? "CHECK" : "fits"});
  }
  session.console.Print(table.empty() ? "no opened packs were counted\n" : table.ToString());
  return kDone;
}

struct LotOptions {
  std::vector<int64_t> lot_ids;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintLotSchools(const LotOptions& options, Session& session) {
  con::ListLotSchoolsRequest request;
  for (const int64_t lot_id : options.lot_ids) request.add_lot_ids(lot_id);
  ASSIGN_OR_RETURN(
      const auto schools,
      ListAll<con::LotSchool>(session.connection, &SummaryService::Stub::ListLotSchools, request,
                              &con::ListLotSchoolsResponse::schools));
  con::ListLotSchoolsResponse all;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"school"},
                   {"first day"},
                   {"last day"},
                   {"records", kRight},
                   {"cups", kRight},
                   {"served g", kRight},
                   {"children", kRight}});
  for (const con::LotSchool& school : schools) {
    *all.add_schools() = school;
    table.AddRow({Printable(school.school_id()), school.first_day(), school.last_day(),
                  WithThousands(school.class_records()), WithThousands(school.servings()),
                  WithThousands(school.served_g()), WithThousands(school.children())});
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

CLI::App* AddRange(Commands* commands, const char* name, const char* description,
                   const char* example, RangeOptions* options) {
  CLI::App* command = commands->Add(name, description, example);
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--class", options->class_name, "only of this class");
  command->add_option("--from", options->from, "the first day, YYYY-MM-DD")->required();
  command->add_option("--to", options->to, "the last day, YYYY-MM-DD")->required();
  command->add_flag("--json", options->json, "print JSON");
  return command;
}

}  // namespace

void AddSummaryCommands(Commands* commands) {
  auto servings = std::make_shared<RangeOptions>();
  CLI::App* command = AddRange(
      commands, "servings", "Adds up what a school or class drank",
      "milkway servings changyuan --from 2025-03-01 --to 2025-03-31 --by week", servings.get());
  command->add_option("--by", servings->by, "day, week or term (default day)");
  commands->OnRun(command,
                  [servings](Session& session) { return PrintServings(*servings, session); });
  auto check = std::make_shared<RangeOptions>();
  command =
      AddRange(commands, "check-servings",
               "Compares cups with bags opened; more than 15 % and a pack apart is flagged",
               "milkway check-servings changyuan --from 2025-03-01 --to 2025-03-31", check.get());
  commands->OnRun(command, [check](Session& session) { return CheckServings(*check, session); });
  auto lots = std::make_shared<LotOptions>();
  command = commands->Add("lot-schools", "Shows which schools drank of some lots, and when",
                          "milkway lot-schools 12 13");
  command->add_option("LOT", lots->lot_ids, "numbers of lots, as stock shows them")->required();
  command->add_flag("--json", lots->json, "print JSON");
  commands->OnRun(command, [lots](Session& session) { return PrintLotSchools(*lots, session); });
}

}  // namespace milkway::cli
