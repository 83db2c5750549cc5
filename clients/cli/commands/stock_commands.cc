// stock, stock-card.

#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/stock.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::StockService;

struct StockOptions {
  std::string location_id;
  std::string as_of;
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
  ASSIGN_OR_RETURN(const int64_t as_of, AsOfPosition(session.connection, "--as-of", options.as_of));
  ASSIGN_OR_RETURN(const std::vector<StockRow> rows,
                   ReadStock(session.connection, options.location_id, as_of));
  session.console.Print(options.json ? StockJson(rows) : StockTable(rows));
  return kDone;
}

struct StockCardOptions {
  std::string location_id;
  LotChoice lot;
  int64_t lot_id = 0;
  std::string condition = "usable";
  int64_t as_of_position = 0;
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
  request.set_as_of_position(options.as_of_position);
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

void AddStock(Commands* commands) {
  auto options = std::make_shared<StockOptions>();
  CLI::App* command =
      commands->Add("stock", "Where every gram lies", "milkway stock --location changyuan");
  command->add_option("--location", options->location_id,
                      "only at this place, or on its way there");
  command->add_option("--as-of", options->as_of, kAsOfHelp)->type_name("WHEN");
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
  command->add_option("--as-of", options->as_of_position,
                      "as it was when the posting at this position was the last one");
  commands->OnRun(command,
                  [options](Session& session) { return PrintStockCard(*options, session); });
}

}  // namespace

void AddStockCommands(Commands* commands) {
  AddStock(commands);
  AddStockCard(commands);
}

}  // namespace milkway::cli
