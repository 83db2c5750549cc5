// impact, explain-change.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command.h"
#include "clients/cli/days.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/impact_text.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace v1 = impact::v1;
using v1::GiftService;

struct ImpactOptions {
  std::string gift_id;
  std::string as_of;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintImpact(const ImpactOptions& options, Session& session) {
  v1::GetGiftImpactRequest request;
  request.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf("--as-of", options.as_of));
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&GiftService::Stub::GetGiftImpact, request));
  session.console.Print(options.json ? ImpactJson(response.impact())
                                     : ImpactPage(response.impact()));
  return kDone;
}

struct ExplainOptions {
  std::string gift_id;
  std::string from;
  std::string to;
};

std::string WhatOf(const v1::Change& change) {
  switch (change.kind()) {
    case v1::CHANGE_KIND_POSTING:
      return change.corrects_position() > 0
                 ? absl::StrCat("correction of posting ", change.corrects_position())
                 : absl::StrCat("posting ", change.position());
    case v1::CHANGE_KIND_COST:
      return "landed cost";
    case v1::CHANGE_KIND_ALLOCATION:
      return "gift spent";
    case v1::CHANGE_KIND_FEE:
      return "fee";
    case v1::CHANGE_KIND_REFUND:
      return "refund";
    case v1::CHANGE_KIND_SET_ASIDE:
      return "milk set aside";
    default:
      return "a change that this program does not know";
  }
}

std::string Signed(int64_t number) {
  if (number == 0) return "";
  return absl::StrCat(number > 0 ? "+" : "", WithThousands(number));
}

// "cups 40 -> 60".
std::string BeforeAndAfter(const char* what, int64_t before, int64_t after) {
  return absl::StrCat(what, " ", WithThousands(before), " -> ", WithThousands(after));
}

absl::StatusOr<ExitCode> PrintChange(const ExplainOptions& options, Session& session) {
  v1::ExplainChangeRequest request;
  request.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(*request.mutable_from(), ParseAsOf("--from", options.from));
  ASSIGN_OR_RETURN(*request.mutable_to(), ParseAsOf("--to", options.to));
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&GiftService::Stub::ExplainChange, request));
  using Align = TextTable::Align;
  TextTable table({{"RECORDED"},
                   {"HAPPENED"},
                   {"WHAT"},
                   {"FOR"},
                   {"LOT", Align::kRight},
                   {"SERVED g", Align::kRight},
                   {"LOST g", Align::kRight},
                   {"FOUND g", Align::kRight},
                   {"RETURNED g", Align::kRight},
                   {"MONEY", Align::kRight},
                   {"WHY"}});
  for (const v1::Change& change : response.changes()) {
    table.AddRow(
        {change.recorded_us() == 0 ? "" : FormatUtc(change.recorded_us()),
         change.has_occurred_at() ? FormatTime(FromZonedTime(change.occurred_at())) : "",
         WhatOf(change), Printable(change.reference()),
         change.lot_id() == 0 ? "" : absl::StrCat(change.lot_id()), Signed(change.served_g()),
         Signed(change.lost_g()), Signed(change.found_g()), Signed(change.returned_g()),
         change.has_amount() ? MoneyText(change.amount()) : "", Printable(change.reason())});
  }
  const v1::GiftImpact& before = response.before();
  const v1::GiftImpact& after = response.after();
  session.console.Print(
      absl::StrCat("gift ", Printable(options.gift_id), " from ",
                   AsOfText(before.as_of_position(), before.as_of_sequence()), " to ",
                   AsOfText(after.as_of_position(), after.as_of_sequence()), ": ",
                   BeforeAndAfter("served g", before.served_g(), after.served_g()), ", ",
                   BeforeAndAfter("cups", before.servings(), after.servings()), "\n",
                   response.changes().empty() ? "nothing changed\n" : table.ToString()));
  return kDone;
}

}  // namespace

void AddImpactCommand(Commands* commands) {
  auto options = std::make_shared<ImpactOptions>();
  CLI::App* command =
      commands->Add("impact", "What a gift became: the staff view, never shown to donors as it is",
                    "milkway impact G-2025-1 --json\n"
                    "  milkway impact G-2025-1 --as-of 2026-03-31T23:59:59+08:00");
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_option("--as-of", options->as_of, kAsOfHelp)->type_name("WHEN");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintImpact(*options, session); });

  auto explain = std::make_shared<ExplainOptions>();
  command = commands->Add("explain-change",
                          "Why a gift's figures are not what they were: everything recorded since "
                          "that moved its lots or its money",
                          "milkway explain-change G-2025-1 --from 1234:56");
  command->add_option("GIFT", explain->gift_id, "the gift")->required();
  command->add_option("--from", explain->from, "the earlier moment, as for --as-of of impact")
      ->required()
      ->type_name("WHEN");
  command->add_option("--to", explain->to, "the later one (default: now)")->type_name("WHEN");
  commands->OnRun(command, [explain](Session& session) { return PrintChange(*explain, session); });
}

}  // namespace milkway::cli
