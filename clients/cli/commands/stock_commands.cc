// stock, stock-card, count.

#include <algorithm>
#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/stock.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using inventory::v1::StockService;

constexpr int64_t kCountedMaxG = 1'000'000'000'000;

struct StockOptions {
  std::string location_id;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintStock(const StockOptions& options, Session& session) {
  if (!options.location_id.empty()) {
    inventory::v1::GetLocationRequest request;
    request.set_location_id(options.location_id);
    RETURN_IF_ERROR(
        session.connection.Call(&inventory::v1::CatalogService::Stub::GetLocation, request)
            .status());
  }
  ASSIGN_OR_RETURN(std::vector<StockRow> rows, ReadStock(session.connection));
  if (!options.location_id.empty()) {
    rows.erase(
        std::remove_if(rows.begin(), rows.end(),
                       [&](const StockRow& row) { return row.location_id != options.location_id; }),
        rows.end());
  }
  session.console.Print(options.json ? StockJson(rows) : StockTable(rows));
  return kDone;
}

struct StockCardOptions {
  std::string location_id;
  LotChoice lot;
  int64_t lot_id = 0;
  std::string condition = "usable";
};

absl::StatusOr<ExitCode> PrintStockCard(StockCardOptions options, Session& session) {
  const auto kind = FindValue(kConditions, options.condition);
  if (!kind.has_value()) {
    return UsageError(absl::StrCat("--condition must be ", ListOf(kConditions), ", is ",
                                   Quoted(options.condition)));
  }
  if (options.lot_id > 0) {
    options.lot.lot_id = options.lot_id;
  } else if (options.lot.lot_number.empty()) {
    return UsageError("expected --lot NUMBER (with --product ID) or --lot-id N");
  }
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, options.lot));
  inventory::v1::GetStockCardRequest request;
  request.set_location_id(options.location_id);
  request.set_lot_id(lot.lot_id());
  request.set_kind(*kind);
  ASSIGN_OR_RETURN(const auto entries, ListAll<inventory::v1::StockCardEntry>(
                                           session.connection, &StockService::Stub::GetStockCard,
                                           request, &inventory::v1::GetStockCardResponse::entries));
  using Align = TextTable::Align;
  TextTable table({{"WHEN"},
                   {"WHAT"},
                   {"FOR"},
                   {"CHANGE g", Align::kRight},
                   {"BALANCE g", Align::kRight},
                   {"POSTING", Align::kRight}});
  for (const inventory::v1::StockCardEntry& entry : entries) {
    table.AddRow({FormatTime(FromZonedTime(entry.occurred_at())),
                  std::string(WordOf(kPostingKinds, entry.kind())), entry.reference(),
                  absl::StrCat(entry.change_g() > 0 ? "+" : "", WithThousands(entry.change_g())),
                  WithThousands(entry.balance_g()), absl::StrCat(entry.position())});
  }
  session.console.Print(absl::StrCat(DescribeLot(lot), ", ", options.condition, " at ",
                                     Printable(options.location_id), "\n",
                                     entries.empty() ? "no entry\n" : table.ToString()));
  return kDone;
}

struct CountOptions {
  std::string location_id;
  std::string counted_at;
  std::string line;
  bool after_serving = false;
  std::string note;
  std::string request_id;
};

absl::StatusOr<ExitCode> RecordCount(const CountOptions& options, Session& session) {
  inventory::v1::RecordCountRequest request;
  inventory::v1::StockCount& count = *request.mutable_count();
  count.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const Instant counted_at, TimeOption("--counted-at", options.counted_at));
  *count.mutable_counted_at() = ToZonedTime(counted_at);
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(options.line, LotKeysAnd({"counted_g"})));
  ASSIGN_OR_RETURN(const int64_t counted_g, line.Whole("counted_g", 0, kCountedMaxG, std::nullopt));
  count.set_counted_g(counted_g);
  count.set_after_serving(options.after_serving);
  count.set_note(options.note);
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  count.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &StockService::Stub::RecordCount, options.request_id, request));
  session.console.Print(absl::StrCat(
      "counted ", WithThousands(counted_g), " g of ", DescribeLot(lot), "; the books held ",
      WithThousands(response.expected_g()), " g, difference ", response.variance_g() > 0 ? "+" : "",
      WithThousands(response.variance_g()), " g\n"));
  return kDone;
}

void AddStock(Commands* commands) {
  auto options = std::make_shared<StockOptions>();
  CLI::App* command =
      commands->Add("stock", "Where every gram lies", "milkway stock --location changyuan");
  command->add_option("--location", options->location_id,
                      "only at this place, or on its way there");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintStock(*options, session); });
}

void AddStockCard(Commands* commands) {
  auto options = std::make_shared<StockCardOptions>();
  CLI::App* command =
      commands->Add("stock-card", "All entries of one lot at one place, with the running balance",
                    "milkway stock-card changyuan --product devondale-1kg --lot L2401");
  command->add_option("LOCATION", options->location_id, "the place; for in_transit, the shipment")
      ->required();
  command->add_option("--lot", options->lot.lot_number, "the manufacturer's lot number");
  command->add_option("--product", options->lot.product_id, "its product");
  command->add_option("--purchase", options->lot.purchase_id, "its purchase, if there are several");
  command->add_option("--lot-id", options->lot_id, "the inventory's number of the lot, instead")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
  command->add_option("--condition", options->condition, ListOf(kConditions));
  commands->OnRun(command,
                  [options](Session& session) { return PrintStockCard(*options, session); });
}

void AddCount(Commands* commands) {
  auto options = std::make_shared<CountOptions>();
  CLI::App* command = commands->Add(
      "count", "Records a physical count of one lot's usable stock",
      "milkway count changyuan --counted-at 2025-06-30T16:00:00+08:00 --after-serving\n"
      "      --line product=devondale-1kg,lot=L2401,counted_g=3400");
  command->add_option("LOCATION", options->location_id, "where it was counted")->required();
  command->add_option("--counted-at", options->counted_at, "when, with the UTC offset")->required();
  command->add_option("--line", options->line, "product, lot, purchase or lot_id; counted_g")
      ->type_name("KEY=VALUE,…")
      ->required();
  command->add_flag("--after-serving", options->after_serving,
                    "counted after that day's distributions");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RecordCount(*options, session); });
}

}  // namespace

void AddStockCommands(Commands* commands) {
  AddStock(commands);
  AddStockCard(commands);
  AddCount(commands);
}

}  // namespace milkway::cli
