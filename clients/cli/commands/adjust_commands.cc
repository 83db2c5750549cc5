// adjust, reasons.

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using inventory::v1::AdjustmentReason;
using inventory::v1::StockService;

constexpr int64_t kQuantityMaxG = 1'000'000'000'000;

struct AdjustOptions {
  std::string location_id;
  std::string reason;
  std::string condition = "usable";
  std::string line;
  std::string at;
  std::string note;
  std::string witness;
  std::string document;
  std::string request_id;
};

// "type=inspection_certificate,id=D-1,number=2025-77,issuer=…"
absl::StatusOr<common::v1::Document> DocumentOption(const std::string& text) {
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(text, {"type", "id", "number", "issuer", "uri"}));
  common::v1::Document document;
  ASSIGN_OR_RETURN(const auto type, WordOption<common::v1::DocumentType>(
                                        "type of --document", line.Find("type").value_or("other")));
  document.set_type(type);
  document.set_document_id(line.Find("id").value_or(""));
  document.set_number(line.Find("number").value_or(""));
  document.set_issuer(line.Find("issuer").value_or(""));
  document.set_uri(line.Find("uri").value_or(""));
  return document;
}

absl::StatusOr<ExitCode> Adjust(const AdjustOptions& options, Session& session) {
  inventory::v1::AdjustStockRequest request;
  inventory::v1::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const auto reason, WordOption<AdjustmentReason>("--reason", options.reason));
  adjustment.set_reason(reason);
  const auto condition = FindValue(kConditions, options.condition);
  if (!condition.has_value() || *condition == inventory::v1::ACCOUNT_KIND_IN_TRANSIT) {
    return UsageError(absl::StrCat("--condition must be usable, quarantined or damaged, is ",
                                   Quoted(options.condition)));
  }
  adjustment.set_condition(*condition);
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  *adjustment.mutable_occurred_at() = ToZonedTime(at);
  adjustment.set_note(options.note);
  adjustment.set_witness(options.witness);
  if (!options.document.empty()) {
    ASSIGN_OR_RETURN(*adjustment.mutable_document(), DocumentOption(options.document));
  }
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(options.line, LotKeysAnd({"quantity_g"})));
  ASSIGN_OR_RETURN(const int64_t quantity_g,
                   line.Whole("quantity_g", 1, kQuantityMaxG, std::nullopt));
  adjustment.set_quantity_g(quantity_g);
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  adjustment.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &StockService::Stub::AdjustStock, options.request_id, request));
  session.console.Print(absl::StrCat(options.reason, ": ", WithThousands(quantity_g), " g of ",
                                     DescribeLot(lot), " (posting ", response.position(), ")\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintReasons(bool json, Session& session) {
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&StockService::Stub::ListAdjustmentReasons,
                                           inventory::v1::ListAdjustmentReasonsRequest()));
  if (json) {
    session.console.Print(JsonText(response));
    return kDone;
  }
  TextTable adjustments({{"REASON"}, {"MEANING"}, {"中文"}, {"FROM"}, {"TO"}});
  for (const inventory::v1::AdjustmentReasonInfo& reason : response.reasons()) {
    if (!reason.by_hand()) continue;
    std::vector<std::string> from;
    for (int kind : reason.from()) {
      from.push_back(WordOfEnum(static_cast<inventory::v1::AccountKind>(kind)));
    }
    adjustments.AddRow({WordOfEnum(reason.reason()), reason.name_en(), reason.name_zh(),
                        absl::StrJoin(from, ", "), WordOfEnum(reason.to())});
  }
  TextTable counts({{"REASON"}, {"MEANING"}, {"中文"}});
  for (const inventory::v1::ReasonName& name : response.count_reasons()) {
    counts.AddRow({WordOfEnum(static_cast<inventory::v1::CountReason>(name.reason())),
                   name.name_en(), name.name_zh()});
  }
  TextTable returns({{"REASON"}, {"MEANING"}, {"中文"}});
  for (const inventory::v1::ReasonName& name : response.return_reasons()) {
    returns.AddRow({WordOfEnum(static_cast<inventory::v1::ReturnReason>(name.reason())),
                    name.name_en(), name.name_zh()});
  }
  session.console.Print(absl::StrCat("of milkway adjust\n", adjustments.ToString(2),
                                     "\nof milkway count\n", counts.ToString(2),
                                     "\nof milkway supplier-return\n", returns.ToString(2)));
  return kDone;
}

void AddAdjust(Commands* commands) {
  auto options = std::make_shared<AdjustOptions>();
  CLI::App* command = commands->Add(
      "adjust", "Quarantines, releases, writes off, destroys or returns stock at a place",
      "milkway adjust changyuan --reason water --at 2025-06-30T16:00:00+08:00\n"
      "      --line product=devondale-1kg,lot=L2401,quantity_g=2000 --note \"the roof leaked\"\n"
      "  milkway adjust depot --reason destroyed --condition quarantined\n"
      "      --at 2025-07-02T10:00:00+08:00 --line lot_id=7,quantity_g=5000 --witness 李检验员\n"
      "      --document type=inspection_certificate,id=D-9,number=2025-77");
  command->add_option("LOCATION", options->location_id, "where it lies")->required();
  command->add_option("--reason", options->reason, "one of those that milkway reasons lists")
      ->required();
  command->add_option("--condition", options->condition,
                      "the condition it is in: usable (default), quarantined or damaged");
  command->add_option("--line", options->line, "product, lot, purchase or lot_id; quantity_g")
      ->type_name("KEY=VALUE,…")
      ->required();
  command->add_option("--at", options->at, "when, with the UTC offset")->required();
  command->add_option("--note", options->note, "free text");
  command->add_option("--witness", options->witness, "who watched");
  command->add_option("--document", options->document, "the paper: type, id, number, issuer, uri")
      ->type_name("KEY=VALUE,…");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Adjust(*options, session); });
}

void AddReasons(Commands* commands) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command = commands->Add(
      "reasons", "The closed lists of reasons, in English and Chinese", "milkway reasons");
  command->add_flag("--json", *json, "for programs; the keys are stable");
  commands->OnRun(command, [json](Session& session) { return PrintReasons(*json, session); });
}

}  // namespace

void AddAdjustCommands(Commands* commands) {
  AddAdjust(commands);
  AddReasons(commands);
}

}  // namespace milkway::cli
