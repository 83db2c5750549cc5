#include "clients/cli/export/export_programme.h"

#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/stock_totals.h"
#include "clients/cli/numbers.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::StockService;

absl::StatusOr<LotsById> ReadLots(Connection* connection) {
  LotsById lots;
  RETURN_IF_ERROR(ForEachPage(*connection, &inventory::v1::PurchaseService::Stub::ListLots,
                              inventory::v1::ListLotsRequest(), [&](const auto& page) {
                                for (const auto& lot : page.lots()) lots[lot.lot_id()] = lot;
                                return absl::OkStatus();
                              }));
  return lots;
}

absl::Status RequireKnownFiles(const std::set<std::string>& only) {
  for (const std::string& name : only) {
    bool known = false;
    for (int i = 0; i < kTableCount; ++i) known |= SpecOf(static_cast<Table>(i)).file == name;
    if (known) continue;
    return UsageError(absl::StrCat("--only must name files of docs/import.md such as ",
                                   SpecOf(Table::kShipments).file, ", is ", Quoted(name)));
  }
  return absl::OkStatus();
}

absl::Status ExportAll(const ExportParts& parts) {
  for (const auto step :
       {ExportProducts, ExportLocations, ExportExchangeRates, ExportPurchases, ExportGifts,
        ExportShipments, ExportStudents, ExportDistributions, ExportCounts, ExportAdjustments}) {
    RETURN_IF_ERROR(parts.connection.interrupt().Check());
    RETURN_IF_ERROR(step(parts));
  }
  return absl::OkStatus();
}

// Totals of money are called "amount AUD", in minor units; all others are counts and grams.
std::string TotalText(absl::string_view name, int64_t total) {
  absl::string_view currency = name;
  if (!absl::ConsumePrefix(&currency, "amount ")) {
    return absl::StrCat(name, " ", WithThousands(total));
  }
  return absl::StrCat("amount ", FormatMoney(total, currency));
}

void PrintFiles(const ExportFolder& folder, Console* console) {
  using Align = TextTable::Align;
  TextTable table({{"FILE"}, {"ROWS", Align::kRight}, {"TOTALS"}});
  for (int i = 0; i < kTableCount; ++i) {
    const auto file = folder.finished().find(std::string(SpecOf(static_cast<Table>(i)).file));
    if (file == folder.finished().end()) continue;
    std::string totals;
    for (const auto& [name, amount] : file->second.totals) {
      absl::StrAppend(&totals, totals.empty() ? "" : ", ", TotalText(name, amount));
    }
    table.AddRow({file->first, WithThousands(file->second.rows), totals});
  }
  console->Print(table.ToString());
}

}  // namespace

absl::StatusOr<StockTotals> ReadStockTotals(Connection* connection) {
  StockTotals totals;
  inventory::v1::ListBalancesRequest request;
  request.set_include_virtual(true);
  RETURN_IF_ERROR(
      ForEachPage(*connection, &StockService::Stub::ListBalances, request, [&](const auto& page) {
        for (const inventory::v1::Balance& balance : page.balances()) {
          totals[WordOfEnum(balance.account().kind())] += std::abs(balance.quantity_g());
        }
        return absl::OkStatus();
      }));
  return totals;
}

absl::StatusOr<ExitCode> ExportProgramme(const ExportFolderOptions& options, Connection* connection,
                                         Console* console) {
  RETURN_IF_ERROR(RequireKnownFiles(options.only));
  ASSIGN_OR_RETURN(const auto folder, ExportFolder::Open(options));
  ASSIGN_OR_RETURN(const LogSurvey survey, SurveyLog(folder->position(), connection, console));
  if (folder->position() == 0) RETURN_IF_ERROR(folder->SetPosition(survey.position));
  ASSIGN_OR_RETURN(const LotsById lots, ReadLots(connection));
  RETURN_IF_ERROR(ExportAll({*connection, *console, *folder, lots, survey}));

  ASSIGN_OR_RETURN(const StockTotals stock, ReadStockTotals(connection));
  ASSIGN_OR_RETURN(const auto programme,
                   connection->Call(&inventory::v1::CatalogService::Stub::GetProgramme,
                                    inventory::v1::GetProgrammeRequest()));
  RETURN_IF_ERROR(
      folder->Finish(stock, programme.programme().base_currency(), options.only.empty()));
  PrintFiles(*folder, console);
  console->Print(absl::StrCat("exported to ", Printable(options.path), ", as of posting ",
                              survey.position, "\n"));
  return kDone;
}

}  // namespace milkway::cli
