// What the steps of an export share.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PARTS_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PARTS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/export/export_folder.h"
#include "clients/cli/export/log_survey.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

struct ExportParts {
  Connection& connection;
  Console& console;
  ExportFolder& folder;
  const LotsById& lots;
  const LogSurvey& survey;
};

// Each writes its files, from where the folder says that it was.
absl::Status ExportProducts(const ExportParts& parts);
absl::Status ExportLocations(const ExportParts& parts);
absl::Status ExportExchangeRates(const ExportParts& parts);
absl::Status ExportGifts(const ExportParts& parts);
// Gifts' allocations in an order that buys the same grams again, and the purchases.
absl::Status ExportPurchases(const ExportParts& parts);
absl::Status ExportShipments(const ExportParts& parts);
absl::Status ExportStudents(const ExportParts& parts);
absl::Status ExportDistributions(const ExportParts& parts);
absl::Status ExportCounts(const ExportParts& parts);
absl::Status ExportAdjustments(const ExportParts& parts);

// A page ended: brings it to disk if enough is in memory. The last page ends the file.
inline absl::Status KeepPlace(const ExportParts& parts, const std::string& next_page_token) {
  if (next_page_token.empty()) return absl::OkStatus();
  return parts.folder.CheckpointIfFull(next_page_token);
}

// Sets the column `recorded`: the place of the posting or, where nothing moved (0), where
// in the log it was recorded. Neither is known: nothing.
absl::Status SetRecorded(const ExportParts& parts, int64_t position, int64_t recorded_us,
                         TableFile* file);

// Sets the columns that name a lot.
void SetLot(const ExportParts& parts, int64_t lot_id, TableFile* file);

// An amount as files write it: "12.50".
std::string AmountOf(int64_t minor_units, absl::string_view currency);

// Hands every item of a list to `take`, page by page, from the page of `first_token` on;
// `end_page(next_token)` follows each page.
template <typename Stub, typename Request, typename Response, typename Take, typename EndPage>
absl::Status ForEachPage(Connection& connection,
                         grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                         Request request, absl::string_view first_token, const Take& take,
                         const EndPage& end_page) {
  request.set_page_size(kPageSize);
  request.set_page_token(std::string(first_token));
  do {
    ASSIGN_OR_RETURN(const Response page, connection.Call(method, request));
    RETURN_IF_ERROR(take(page));
    request.set_page_token(page.next_page_token());
    RETURN_IF_ERROR(end_page(page.next_page_token()));
  } while (!request.page_token().empty());
  return absl::OkStatus();
}
template <typename Stub, typename Request, typename Response, typename Take>
absl::Status ForEachPage(Connection& connection,
                         grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                         Request request, const Take& take) {
  return ForEachPage(connection, method, std::move(request), "", take,
                     [](const std::string&) { return absl::OkStatus(); });
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PARTS_H_
