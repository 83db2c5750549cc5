// nutrition.

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/numbers.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/nutrition.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

using Align = TextTable::Align;
using con::NutritionService;

struct NutritionOptions {
  std::string school_id;
  std::string class_name;
  int32_t student = 0;
  std::string from;
  std::string to;
  std::string term;
  bool json = false;
};

// How a nutrient is shown: amounts have `decimals` behind the unit's point.
struct ShownNutrient {
  const char* name;
  const char* unit;
  int decimals;
  int64_t (con::NutrientAmounts::*amount)() const;
  int64_t (con::NeedShares::*share)() const;
};
constexpr std::array<ShownNutrient, 6> kShown = {{
    {"energy", "kJ", 0, &con::NutrientAmounts::energy_kj, &con::NeedShares::energy_permille},
    {"protein", "g", 3, &con::NutrientAmounts::protein_mg, &con::NeedShares::protein_permille},
    {"fat", "g", 3, &con::NutrientAmounts::fat_mg, &con::NeedShares::fat_permille},
    {"carbohydrate", "g", 3, &con::NutrientAmounts::carbohydrate_mg,
     &con::NeedShares::carbohydrate_permille},
    {"calcium", "mg", 0, &con::NutrientAmounts::calcium_mg, &con::NeedShares::calcium_permille},
    {"sodium", "mg", 0, &con::NutrientAmounts::sodium_mg, &con::NeedShares::sodium_permille},
}};

// "1,234.567": whole units with thousands.
std::string AmountText(int64_t amount, int decimals) {
  if (decimals == 0) return WithThousands(amount);
  constexpr int64_t kThousand = 1000;
  const std::string part = FormatDecimal(amount % kThousand, decimals);
  return absl::StrCat(WithThousands(amount / kThousand), part.substr(part.find('.')));
}

std::string PercentText(int64_t permille) { return absl::StrCat(FormatDecimal(permille, 1), " %"); }

std::string AmountTable(const con::Nutrition& nutrition) {
  TextTable table({{"NUTRIENT"}, {"TOTAL", Align::kRight}, {"A SERVING AT SCHOOL", Align::kRight}});
  for (const ShownNutrient& shown : kShown) {
    const auto text = [&shown](const con::NutrientAmounts& amounts) {
      return absl::StrCat(AmountText((amounts.*shown.amount)(), shown.decimals), " ", shown.unit);
    };
    table.AddRow({shown.name, text(nutrition.total()), text(nutrition.average_serving())});
  }
  return table.ToString();
}

std::string AgeText(const con::NeedGroup& group) {
  if (group.to_years() == 0) return "other";
  return absl::StrCat(group.from_years(), "-", group.to_years());
}

// Shares of those nutrients of which a need is stated.
std::string GroupTable(const con::Nutrition& nutrition) {
  std::vector<const ShownNutrient*> needed;
  std::vector<TextTable::Column> columns = {{"AGE"},
                                            {"SEX"},
                                            {"CHILDREN", Align::kRight},
                                            {"CHILD-DAYS", Align::kRight},
                                            {"SERVED g", Align::kRight}};
  for (const ShownNutrient& shown : kShown) {
    for (const con::NeedGroup& group : nutrition.groups()) {
      if ((group.daily_need().*shown.amount)() == 0) continue;
      needed.push_back(&shown);
      columns.push_back({absl::StrCat(shown.name, " OF DAILY NEED"), Align::kRight});
      break;
    }
  }
  TextTable table(std::move(columns));
  for (const con::NeedGroup& group : nutrition.groups()) {
    const bool is_both = group.sex() == con::SEX_UNSPECIFIED;
    std::vector<std::string> cells = {
        AgeText(group), is_both ? "" : std::string(WordOf(kSexes, group.sex())),
        WithThousands(group.children()), WithThousands(group.child_days()),
        WithThousands(group.served_g())};
    for (const ShownNutrient* shown : needed) {
      const int64_t need = (group.daily_need().*shown->amount)();
      cells.push_back(need == 0
                          ? "-"
                          : absl::StrCat(PercentText((group.share().*shown->share)()), " of ",
                                         AmountText(need, shown->decimals), " ", shown->unit));
    }
    table.AddRow(std::move(cells));
  }
  return table.empty() ? "" : absl::StrCat("\n", table.ToString());
}

std::string TakeHomeText(const con::Nutrition& nutrition) {
  if (nutrition.take_home_servings() == 0) return "";
  return absl::StrCat(", of it ", WithThousands(nutrition.take_home_g()), " g in ",
                      WithThousands(nutrition.take_home_servings()), " servings taken home");
}

std::string Page(const NutritionOptions& options, const con::Nutrition& nutrition) {
  std::string who = Printable(options.school_id);
  if (!options.class_name.empty()) absl::StrAppend(&who, ", class ", Printable(options.class_name));
  if (options.student != 0) absl::StrAppend(&who, ", student ", options.student);
  std::string page =
      absl::StrCat(who, ", ", nutrition.from_day(), " to ", nutrition.to_day(), "\n",
                   "days with milk: ", WithThousands(nutrition.served_days()),
                   "; children: ", WithThousands(nutrition.children()),
                   "; servings: ", WithThousands(nutrition.servings()),
                   "; powder: ", WithThousands(nutrition.served_g()), " g", TakeHomeText(nutrition),
                   "\n\n", AmountTable(nutrition), GroupTable(nutrition));
  if (nutrition.groups_withheld()) {
    absl::StrAppend(&page,
                    "\nGroups are not shown where fewer than 10 children could be found out.\n"
                    "Who may not see the roster is shown those of a whole school over a --term.\n");
  }
  if (!nutrition.groups().empty()) {
    absl::StrAppend(&page,
                    "\nShares are of a child on a day on which it drank at school, rounded down;\n"
                    "daily needs: ",
                    Printable(nutrition.needs_source()), "\n");
  }
  return page;
}

template <typename Request>
Request RequestOf(const NutritionOptions& options) {
  Request request;
  request.set_school_id(options.school_id);
  request.set_from_day(options.from);
  request.set_to_day(options.to);
  request.set_term_id(options.term);
  return request;
}

absl::StatusOr<con::Nutrition> Ask(const NutritionOptions& options, Session& session) {
  if (options.student != 0) {
    auto request = RequestOf<con::GetStudentNutritionRequest>(options);
    request.set_student_number(options.student);
    ASSIGN_OR_RETURN(const auto answer, session.connection.Call(
                                            &NutritionService::Stub::GetStudentNutrition, request));
    return answer.nutrition();
  }
  auto request = RequestOf<con::GetNutritionRequest>(options);
  request.set_class_name(options.class_name);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&NutritionService::Stub::GetNutrition, request));
  return answer.nutrition();
}

absl::StatusOr<ExitCode> PrintNutrition(const NutritionOptions& options, Session& session) {
  if (options.term.empty() && options.from.empty()) {
    return UsageError("say which days: --from and --to, or --term");
  }
  ASSIGN_OR_RETURN(const con::Nutrition nutrition, Ask(options, session));
  session.console.Print(options.json ? JsonText(nutrition) : Page(options, nutrition));
  return kDone;
}

}  // namespace

void AddNutritionCommand(Commands* commands) {
  auto options = std::make_shared<NutritionOptions>();
  CLI::App* command = commands->Add(
      "nutrition",
      "Energy, protein, fat, carbohydrate, calcium and sodium in what a school, a class or a\n"
      "child was served, by the labels of the products, and the share of the daily need by age.\n"
      "Days are given with --from and --to, or as a --term of the school's calendar.",
      "milkway nutrition changyuan --term 2025-spring\n"
      "  milkway nutrition changyuan --class 3A --from 2025-03-01 --to 2025-03-31\n"
      "  milkway nutrition changyuan --student 12 --term 2025-spring --json");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  CLI::Option* of_class = command->add_option("--class", options->class_name, "only of this class");
  command->add_option("--student", options->student, "only of this child, by roster number")
      ->check(CLI::PositiveNumber)
      ->excludes(of_class);
  CLI::Option* from = command->add_option("--from", options->from, "the first day, YYYY-MM-DD");
  CLI::Option* to = command->add_option("--to", options->to, "the last day, YYYY-MM-DD");
  from->needs(to);
  to->needs(from);
  command->add_option("--term", options->term, "a term, as terms shows them")->excludes(from);
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintNutrition(*options, session); });
}

}  // namespace milkway::cli
