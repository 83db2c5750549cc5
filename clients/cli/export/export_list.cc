#include "clients/cli/export/export_list.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/export/csv_writer.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/message_table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/planning/v1/alerts.grpc.pb.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"
#include "milkway/shipments/v1/transport.pb.h"

namespace milkway::cli {

namespace {

using impact::v1::GiftService;
using inventory::v1::CatalogService;
using inventory::v1::PurchaseService;
using inventory::v1::StockService;
using shipments::v1::ShipmentService;

constexpr char kLotColumn[] = "lot_id";

// Prints a list page by page; lots are named beside their numbers.
class ListPrinter {
 public:
  ListPrinter(const ListOptions& options, Session& session)
      : options_(options), session_(session) {}

  template <typename Stub, typename Request, typename Response, typename Item>
  absl::StatusOr<ExitCode> Print(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      const Request& request,
      const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const,
      absl::string_view row_field = "") {
    RETURN_IF_ERROR(PrintPart(method, request, items, row_field));
    std::string sums;
    for (const auto& [column, sum] : sums_) {
      absl::StrAppend(&sums, ", ", column, " ", WithThousands(sum));
    }
    session_.console.Say(absl::StrCat(WithThousands(count_), " rows", sums));
    return kDone;
  }

  // The first part of a list that a server gives in several.
  template <typename Stub, typename Request, typename Response, typename Item>
  absl::Status PrintPart(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                         const Request& request,
                         const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const,
                         absl::string_view row_field = "") {
    MessageTable table(*Item::descriptor(), row_field);
    const auto lot =
        std::find_if(table.columns().begin(), table.columns().end(), [](const std::string& column) {
          return column == kLotColumn || absl::EndsWith(column, absl::StrCat("_", kLotColumn));
        });
    lot_column_ = static_cast<size_t>(lot - table.columns().begin());
    // A list of lots names them itself.
    has_lot_ = lot != table.columns().end() &&
               std::find(table.columns().begin(), table.columns().end(), "lot_number") ==
                   table.columns().end();
    const auto print_page = [&](const Response& page) -> absl::Status {
      std::string csv;
      if (std::exchange(is_first_, false)) StartCsv(table, &csv);
      std::vector<std::vector<std::string>> rows;
      for (const Item& item : (page.*items)()) {
        for (auto& row : table.RowsOf(item)) rows.push_back(std::move(row));
      }
      RETURN_IF_ERROR(NameLots(&rows));
      for (const auto& row : rows) AppendCsvRow(row, &csv);
      count_ += static_cast<int64_t>(rows.size());
      session_.console.Print(csv);
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(ForEachPage(session_.connection, method, request, print_page));
    for (const auto& [column, sum] : table.sums()) sums_[column] += sum;
    return absl::OkStatus();
  }

 private:
  void StartCsv(const MessageTable& table, std::string* csv) {
    if (options_.byte_order_mark) *csv = kByteOrderMark;
    std::vector<std::string> header = table.columns();
    if (has_lot_) {
      header.insert(header.end(), {"lot_purchase_id", "lot_product_id", "lot_number"});
    }
    AppendCsvRow(header, csv);
  }

  absl::Status NameLots(std::vector<std::vector<std::string>>* rows) {
    if (!has_lot_) return absl::OkStatus();
    std::set<int64_t> wanted;
    for (const auto& row : *rows) {
      int64_t lot_id = 0;
      if (absl::SimpleAtoi(row[lot_column_], &lot_id) && lot_id > 0) wanted.insert(lot_id);
    }
    ASSIGN_OR_RETURN(const LotsById lots, GetLots(session_.connection, wanted));
    for (auto& row : *rows) {
      int64_t lot_id = 0;
      const bool is_number = absl::SimpleAtoi(row[lot_column_], &lot_id);
      const auto lot = lots.find(lot_id);
      const bool known = is_number && lot != lots.end();
      row.push_back(known ? lot->second.purchase_id() : "");
      row.push_back(known ? lot->second.product_id() : "");
      row.push_back(known ? lot->second.lot_number() : "");
    }
    return absl::OkStatus();
  }

  const ListOptions& options_;
  Session& session_;
  bool has_lot_ = false;
  size_t lot_column_ = 0;
  bool is_first_ = true;
  int64_t count_ = 0;
  std::map<std::string, int64_t> sums_;
};

absl::StatusOr<int64_t> LotIdOf(const ListOptions& options, Session& session, bool required) {
  const bool chosen = options.lot.lot_id.has_value() || !options.lot.lot_number.empty();
  if (!chosen && required) {
    return UsageError("expected --lot NUMBER (with --product ID) or --lot-id N");
  }
  if (!chosen) return 0;
  LotChoice choice = options.lot;
  choice.product_id = options.product_id;
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  return lot.lot_id();
}

absl::StatusOr<ExitCode> PrintBalances(const ListOptions& options, Session& session) {
  inventory::v1::ListBalancesRequest request;
  request.set_location_id(options.location_id);
  request.set_include_virtual(options.include_virtual);
  ASSIGN_OR_RETURN(const int64_t lot_id, LotIdOf(options, session, false));
  request.set_lot_id(lot_id);
  return ListPrinter(options, session)
      .Print(&StockService::Stub::ListBalances, request,
             &inventory::v1::ListBalancesResponse::balances);
}

absl::StatusOr<ExitCode> PrintStockCard(const ListOptions& options, Session& session) {
  if (options.location_id.empty()) return UsageError("expected --location ID");
  const auto kind = FindValue(kConditions, options.condition);
  if (!kind.has_value()) {
    return UsageError(absl::StrCat("--condition must be ", ListOf(kConditions), ", is ",
                                   Quoted(options.condition)));
  }
  inventory::v1::GetStockCardRequest request;
  request.set_location_id(options.location_id);
  request.set_kind(*kind);
  ASSIGN_OR_RETURN(const int64_t lot_id, LotIdOf(options, session, true));
  request.set_lot_id(lot_id);
  return ListPrinter(options, session)
      .Print(&StockService::Stub::GetStockCard, request,
             &inventory::v1::GetStockCardResponse::entries);
}

absl::StatusOr<ExitCode> PrintPostings(const ListOptions& options, Session& session) {
  inventory::v1::ListPostingsRequest request;
  ASSIGN_OR_RETURN(const int64_t lot_id, LotIdOf(options, session, false));
  request.set_lot_id(lot_id);
  return ListPrinter(options, session)
      .Print(&StockService::Stub::ListPostings, request,
             &inventory::v1::ListPostingsResponse::postings, "movements");
}

absl::StatusOr<ExitCode> PrintLots(const ListOptions& options, Session& session) {
  inventory::v1::ListLotsRequest request;
  request.set_product_id(options.product_id);
  request.set_lot_number(options.lot.lot_number);
  request.set_purchase_id(options.lot.purchase_id);
  return ListPrinter(options, session)
      .Print(&PurchaseService::Stub::ListLots, request, &inventory::v1::ListLotsResponse::lots);
}

absl::StatusOr<ExitCode> PrintShipments(const ListOptions& options, Session& session) {
  shipments::v1::ListShipmentsRequest request;
  request.set_destination_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&ShipmentService::Stub::ListShipments, request,
             &shipments::v1::ListShipmentsResponse::shipments, "line_statuses");
}

absl::StatusOr<ExitCode> PrintChanges(const ListOptions& options, Session& session) {
  shipments::v1::ListShipmentChangesRequest request;
  request.set_destination_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&ShipmentService::Stub::ListShipmentChanges, request,
             &shipments::v1::ListShipmentChangesResponse::changes);
}

absl::StatusOr<ExitCode> PrintShortages(const ListOptions& options, Session& session) {
  shipments::v1::ListShortagesRequest request;
  request.set_shipment_id(options.shipment_id);
  ListPrinter printer(options, session);
  RETURN_IF_ERROR(printer.PrintPart(&ShipmentService::Stub::ListShortages, request,
                                    &shipments::v1::ListShortagesResponse::shortages));
  request.set_resolved(true);
  return printer.Print(&ShipmentService::Stub::ListShortages, request,
                       &shipments::v1::ListShortagesResponse::shortages);
}

absl::StatusOr<ExitCode> PrintTemperatures(const ListOptions& options, Session& session) {
  if (options.shipment_id.empty()) return UsageError("expected --shipment ID");
  shipments::v1::ListTemperaturesRequest request;
  request.set_shipment_id(options.shipment_id);
  return ListPrinter(options, session)
      .Print(&ShipmentService::Stub::ListTemperatures, request,
             &shipments::v1::ListTemperaturesResponse::readings);
}

absl::StatusOr<ExitCode> PrintGifts(const ListOptions& options, Session& session) {
  return ListPrinter(options, session)
      .Print(&GiftService::Stub::ListGifts, impact::v1::ListGiftsRequest(),
             &impact::v1::ListGiftsResponse::gifts);
}

absl::StatusOr<ExitCode> PrintAllocations(const ListOptions& options, Session& session) {
  if (options.gift_id.empty()) return UsageError("expected --gift ID");
  impact::v1::ListAllocationsRequest request;
  request.set_gift_id(options.gift_id);
  return ListPrinter(options, session)
      .Print(&GiftService::Stub::ListAllocations, request,
             &impact::v1::ListAllocationsResponse::allocations);
}

absl::StatusOr<ExitCode> PrintCounts(const ListOptions& options, Session& session) {
  if (options.location_id.empty()) return UsageError("expected --location ID");
  inventory::v1::ListCountsRequest request;
  request.set_location_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&StockService::Stub::ListCounts, request, &inventory::v1::ListCountsResponse::counts);
}

absl::StatusOr<ExitCode> PrintServedDays(const ListOptions& options, Session& session) {
  if (options.location_id.empty()) return UsageError("expected --location SCHOOL");
  consumption::v1::ListServedDaysRequest request;
  request.set_school_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&consumption::v1::SummaryService::Stub::ListServedDays, request,
             &consumption::v1::ListServedDaysResponse::days);
}

absl::StatusOr<ExitCode> PrintIncidents(const ListOptions& options, Session& session) {
  consumption::v1::ListIncidentsRequest request;
  request.set_school_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&consumption::v1::HistoryService::Stub::ListIncidents, request,
             &consumption::v1::ListIncidentsResponse::incidents);
}

absl::StatusOr<ExitCode> PrintRecalls(const ListOptions& options, Session& session) {
  return ListPrinter(options, session)
      .Print(&inventory::v1::RecallService::Stub::ListRecalls, inventory::v1::ListRecallsRequest(),
             &inventory::v1::ListRecallsResponse::recalls);
}

absl::StatusOr<ExitCode> PrintReturns(const ListOptions& options, Session& session) {
  return ListPrinter(options, session)
      .Print(&PurchaseService::Stub::ListSupplierReturns,
             inventory::v1::ListSupplierReturnsRequest(),
             &inventory::v1::ListSupplierReturnsResponse::supplier_returns, "lines");
}

absl::StatusOr<ExitCode> PrintOpenPacks(const ListOptions& options, Session& session) {
  inventory::v1::ListOpenPacksRequest request;
  request.set_location_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&inventory::v1::OpenPackService::Stub::ListOpenPacks, request,
             &inventory::v1::ListOpenPacksResponse::opened);
}

absl::StatusOr<ExitCode> PrintAlerts(const ListOptions& options, Session& session) {
  planning::v1::ListAlertsRequest request;
  request.set_location_id(options.location_id);
  return ListPrinter(options, session)
      .Print(&planning::v1::AlertService::Stub::ListAlerts, request,
             &planning::v1::ListAlertsResponse::alerts);
}

struct NamedList {
  absl::string_view name;
  absl::StatusOr<ExitCode> (*print)(const ListOptions&, Session&);
};

constexpr NamedList kLists[] = {
    {"balances", PrintBalances},
    {"stock-card", PrintStockCard},
    {"postings", PrintPostings},
    {"lots", PrintLots},
    {"counts", PrintCounts},
    {"shipments", PrintShipments},
    {"changes", PrintChanges},
    {"shortages", PrintShortages},
    {"temperatures", PrintTemperatures},
    {"gifts", PrintGifts},
    {"allocations", PrintAllocations},
    {"served-days", PrintServedDays},
    {"incidents", PrintIncidents},
    {"recalls", PrintRecalls},
    {"returns", PrintReturns},
    {"open-packs", PrintOpenPacks},
    {"alerts", PrintAlerts},
};

}  // namespace

std::string ListNames() {
  return absl::StrJoin(kLists, ", ", [](std::string* text, const NamedList& list) {
    absl::StrAppend(text, list.name);
  });
}

absl::StatusOr<ExitCode> ExportList(const ListOptions& options, Session& session) {
  for (const NamedList& list : kLists) {
    if (list.name == options.list) return list.print(options, session);
  }
  return UsageError(
      absl::StrCat("--list must be one of ", ListNames(), ", is ", Quoted(options.list)));
}

}  // namespace milkway::cli
