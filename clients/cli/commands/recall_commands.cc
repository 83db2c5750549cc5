// recall-place, recall-lift, recalls.

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::Recall;
using inventory::v1::RecalledStock;
using inventory::v1::RecallService;
using Align = TextTable::Align;

std::string ScopeOf(const inventory::v1::RecallScope& scope) {
  std::string text =
      scope.lot_number().empty() ? "any lot" : absl::StrCat("lot ", scope.lot_number());
  const auto add_range = [&](const char* what, const std::string& from, const std::string& to) {
    if (from.empty() && to.empty()) return;
    absl::StrAppend(&text, ", ", what, " ", from, from.empty() ? "until " : " to ",
                    to.empty() ? "later" : to);
  };
  add_range("made", scope.manufactured_from(), scope.manufactured_to());
  add_range("expires", scope.expires_from(), scope.expires_to());
  return absl::StrCat(text, " of ", scope.product_id());
}

std::string StateOf(const Recall& recall) {
  if (!recall.has_lifted_at()) return "stands";
  return absl::StrCat("lifted ", FormatTime(FromZonedTime(recall.lifted_at())));
}

std::string StockText(const LotsById& lots, const std::vector<RecalledStock>& stock) {
  if (stock.empty()) return "no stock is quarantined for it\n";
  TextTable table({{"LOCATION"}, {"LOT"}, {"QUARANTINED g", Align::kRight}});
  int64_t total_g = 0;
  for (const RecalledStock& row : stock) {
    table.AddRow(
        {row.location_id(), DescribeLot(lots, row.lot_id()), WithThousands(row.quarantined_g())});
    total_g += row.quarantined_g();
  }
  table.AddRow({"all", "", WithThousands(total_g)});
  return table.ToString();
}

struct PlaceOptions {
  std::string recall_id;
  std::string product_id;
  std::string lot_number;
  std::string manufactured_from;
  std::string manufactured_to;
  std::string expires_from;
  std::string expires_to;
  std::string ordered_at;
  std::string reason;
  std::string instructions;
  bool expected = false;
  std::string request_id;
};

absl::StatusOr<ExitCode> PlaceRecall(const PlaceOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant ordered_at, TimeOption("--ordered-at", options.ordered_at));
  inventory::v1::PlaceRecallRequest request;
  request.set_expected(options.expected);
  Recall& recall = *request.mutable_recall();
  recall.set_recall_id(options.recall_id);
  inventory::v1::RecallScope& scope = *recall.mutable_scope();
  scope.set_product_id(options.product_id);
  scope.set_lot_number(options.lot_number);
  scope.set_manufactured_from(options.manufactured_from);
  scope.set_manufactured_to(options.manufactured_to);
  scope.set_expires_from(options.expires_from);
  scope.set_expires_to(options.expires_to);
  *recall.mutable_ordered_at() = ToZonedTime(ordered_at);
  recall.set_reason(options.reason);
  recall.set_instructions(options.instructions);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &RecallService::Stub::PlaceRecall, options.request_id, request));
  session.console.Print(
      absl::StrCat("recalled ", Printable(ScopeOf(response.recall().scope())), ": ",
                   response.lots_size(), " lots, ", WithThousands(response.quarantined_g()),
                   " g quarantined; see milkway recalls ", Printable(options.recall_id), "\n"));
  return kDone;
}

struct LiftOptions {
  std::string recall_id;
  std::string lifted_at;
  std::string reason;
  bool release = false;
  std::string request_id;
};

absl::StatusOr<ExitCode> LiftRecall(const LiftOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant lifted_at, TimeOption("--at", options.lifted_at));
  inventory::v1::LiftRecallRequest request;
  request.set_recall_id(options.recall_id);
  *request.mutable_lifted_at() = ToZonedTime(lifted_at);
  request.set_reason(options.reason);
  request.set_release(options.release);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &RecallService::Stub::LiftRecall, options.request_id, request));
  session.console.Print(absl::StrCat("lifted ", Printable(options.recall_id), ": ",
                                     WithThousands(response.released_g()),
                                     " g are usable again\n"));
  return kDone;
}

struct RecallsOptions {
  std::string recall_id;
  bool open_only = false;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintRecall(const RecallsOptions& options, Session& session) {
  inventory::v1::GetRecallRequest request;
  request.set_recall_id(options.recall_id);
  request.set_page_size(kPageSize);
  inventory::v1::GetRecallResponse all;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     session.connection.Call(&RecallService::Stub::GetRecall, request));
    if (!all.has_recall()) *all.mutable_lots() = page.lots();
    *all.mutable_recall() = page.recall();
    all.mutable_stock()->MergeFrom(page.stock());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (options.json) {
    nlohmann::ordered_json json = ToJson(all);
    json.erase("next_page_token");
    session.console.Print(json.dump(2) + "\n");
    return kDone;
  }
  LotsById lots;
  for (const inventory::v1::Lot& lot : all.lots()) lots[lot.lot_id()] = lot;
  const Recall& recall = all.recall();
  std::string text =
      absl::StrCat(Printable(recall.recall_id()), ": ", Printable(ScopeOf(recall.scope())),
                   "\nordered ", FormatTime(FromZonedTime(recall.ordered_at())), ", ",
                   StateOf(recall), "\nwhy: ", Printable(recall.reason()), "\n");
  if (!recall.instructions().empty()) {
    absl::StrAppend(&text, "what to do: ", Printable(recall.instructions()), "\n");
  }
  for (const inventory::v1::Lot& lot : all.lots()) {
    absl::StrAppend(&text, "  ", DescribeLot(lot), ", expires ", lot.expires_on(), "\n");
  }
  session.console.Print(
      absl::StrCat(text, StockText(lots, {all.stock().begin(), all.stock().end()})));
  return kDone;
}

absl::StatusOr<ExitCode> PrintRecalls(const RecallsOptions& options, Session& session) {
  if (!options.recall_id.empty()) return PrintRecall(options, session);
  inventory::v1::ListRecallsRequest request;
  request.set_open_only(options.open_only);
  ASSIGN_OR_RETURN(const auto recalls,
                   ListAll<Recall>(session.connection, &RecallService::Stub::ListRecalls, request,
                                   &inventory::v1::ListRecallsResponse::recalls));
  if (options.json) {
    session.console.Print(ListJson(recalls));
    return kDone;
  }
  TextTable table({{"RECALL"}, {"WHAT"}, {"ORDERED"}, {"STATE"}, {"WHY"}});
  for (const Recall& recall : recalls) {
    table.AddRow({recall.recall_id(), ScopeOf(recall.scope()),
                  FormatTime(FromZonedTime(recall.ordered_at())), StateOf(recall),
                  recall.reason()});
  }
  session.console.Print(recalls.empty() ? "no recall\n" : table.ToString());
  return kDone;
}

void AddPlace(Commands* commands) {
  auto options = std::make_shared<PlaceOptions>();
  CLI::App* command = commands->Add(
      "recall-place", "Orders a recall: every gram of the lot is quarantined wherever it lies",
      "milkway recall-place R-2025-1 --product devondale-1kg --lot L2401\n"
      "      --ordered-at 2025-07-01T09:00:00+08:00 --reason \"authority notice 2025-17\"");
  command->add_option("RECALL", options->recall_id, "an id for it")->required();
  command->add_option("--product", options->product_id, "the product")->required();
  command->add_option("--lot", options->lot_number,
                      "the manufacturer's lot number, whatever purchases it came with");
  command->add_option("--manufactured-from", options->manufactured_from,
                      "made on this day or later");
  command->add_option("--manufactured-to", options->manufactured_to, "made on this day or earlier");
  command->add_option("--expires-from", options->expires_from, "last day on this day or later");
  command->add_option("--expires-to", options->expires_to, "last day on this day or earlier");
  command
      ->add_option("--ordered-at", options->ordered_at, "when it was ordered, with the UTC offset")
      ->required();
  command->add_option("--reason", options->reason, "why")->required();
  command->add_option("--instructions", options->instructions, "what each place must do");
  command->add_flag("--expected", options->expected, "also if no such lot has come yet");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return PlaceRecall(*options, session); });
}

void AddLift(Commands* commands) {
  auto options = std::make_shared<LiftOptions>();
  CLI::App* command = commands->Add("recall-lift", "Ends a recall",
                                    "milkway recall-lift R-2025-1 --at 2025-07-09T09:00:00+08:00\n"
                                    "      --reason \"tested and good\" --release");
  command->add_option("RECALL", options->recall_id, "the recall")->required();
  command->add_option("--at", options->lifted_at, "when, with the UTC offset")->required();
  command->add_option("--reason", options->reason, "why")->required();
  command->add_flag("--release", options->release,
                    "what it quarantined may be drunk again; else it stays quarantined");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return LiftRecall(*options, session); });
}

void AddRecalls(Commands* commands) {
  auto options = std::make_shared<RecallsOptions>();
  CLI::App* command =
      commands->Add("recalls", "All recalls, or one with its lots and what is quarantined where",
                    "milkway recalls R-2025-1");
  command->add_option("RECALL", options->recall_id, "only this one, with everything");
  command->add_flag("--open", options->open_only, "only those that stand");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintRecalls(*options, session); });
}

}  // namespace

void AddRecallCommands(Commands* commands) {
  AddPlace(commands);
  AddLift(commands);
  AddRecalls(commands);
}

}  // namespace milkway::cli
