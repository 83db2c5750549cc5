#include "clients/cli/export/export_programme.h"

#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/stock_totals.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"

namespace milkway::cli {

namespace {

using inventory::v1::StockService;

// When every count was recorded: counts know no place in the log of their own.
absl::StatusOr<std::vector<int64_t>> ReadCountTimes(Connection* connection) {
  std::vector<int64_t> times;
  const auto take_counts = [&times](const inventory::v1::ListCountsResponse& page) {
    for (const auto& count : page.counts()) times.push_back(count.recorded_us());
    return absl::OkStatus();
  };
  const auto take_locations =
      [&](const inventory::v1::ListLocationsResponse& page) -> absl::Status {
    for (const inventory::v1::Location& location : page.locations()) {
      inventory::v1::ListCountsRequest request;
      request.set_location_id(location.location_id());
      RETURN_IF_ERROR(
          ForEachPage(*connection, &StockService::Stub::ListCounts, request, take_counts));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachPage(*connection, &inventory::v1::CatalogService::Stub::ListLocations,
                              inventory::v1::ListLocationsRequest(), take_locations));
  return times;
}

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

void PrintFiles(const ExportFolder& folder, Console* console) {
  using Align = TextTable::Align;
  TextTable table({{"FILE"}, {"ROWS", Align::kRight}, {"TOTALS"}});
  for (int i = 0; i < kTableCount; ++i) {
    const auto file = folder.finished().find(std::string(SpecOf(static_cast<Table>(i)).file));
    if (file == folder.finished().end()) continue;
    std::string totals;
    for (const auto& [name, amount] : file->second.totals) {
      absl::StrAppend(&totals, totals.empty() ? "" : ", ", name, " ", WithThousands(amount));
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
  ASSIGN_OR_RETURN(std::vector<int64_t> count_times, ReadCountTimes(connection));
  ASSIGN_OR_RETURN(const LogSurvey survey,
                   SurveyLog(folder->position(), std::move(count_times), connection, console));
  if (folder->position() == 0) RETURN_IF_ERROR(folder->SetPosition(survey.position));
  ASSIGN_OR_RETURN(const LotsById lots, ReadLots(connection));
  RETURN_IF_ERROR(ExportAll({*connection, *console, *folder, lots, survey}));

  ASSIGN_OR_RETURN(const StockTotals stock, ReadStockTotals(connection));
  RETURN_IF_ERROR(folder->Finish(stock, options.only.empty()));
  PrintFiles(*folder, console);
  console->Print(absl::StrCat("exported to ", Printable(options.path), ", as of posting ",
                              survey.position, "\n"));
  return kDone;
}

}  // namespace milkway::cli
