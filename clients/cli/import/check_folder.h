// What rows say about each other: references, sums, rosters, the order of things.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_CHECK_FOLDER_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_CHECK_FOLDER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "clients/cli/console.h"
#include "clients/cli/import/folder_index.h"
#include "clients/cli/import/lot_book.h"
#include "clients/cli/import/references.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

// What the checks look at. All outlive them.
struct CheckParts {
  Folder& folder;
  const FolderIndex& index;
  References& references;
  LotBook& lots;
  Report& report;
  Console& console;
  const Interrupt& interrupt;
  Name base_currency;
};

// Reports everything that is wrong, row by row. Errors are those of the connection.
absl::Status CheckFolder(const CheckParts& parts);

// The parts of it.
absl::Status CheckPurchases(const CheckParts& parts);
absl::Status CheckGifts(const CheckParts& parts);
absl::Status CheckShipments(const CheckParts& parts);
absl::Status CheckReceipts(const CheckParts& parts);
absl::Status CheckCounts(const CheckParts& parts);
absl::Status CheckAdjustments(const CheckParts& parts);
absl::Status CheckOutcomes(const CheckParts& parts);
// Versions of receipts and distributions that do not stand.
absl::Status CheckHistory(const CheckParts& parts);
absl::Status CheckStudents(const CheckParts& parts);
absl::Status CheckDistributions(const CheckParts& parts);

// Reports an error on column currency if nothing tells what `currency` was worth in
// the base currency on `day`.
absl::Status RequireRate(const CheckParts& parts, RowRef row, Name currency,
                         std::optional<Day> day);

// The session of the distribution that starts in row `first`: as written, or else
// made from its lots, "purchase/product/lot", in order and with "+" between them.
// Empty if a lot is not known.
std::string SessionOf(const Folder& folder, const LotBook& lots, RowRef first);

// The notes of the rows of the receipt that starts in row `first`, each once.
std::string NoteOfReceipt(const Folder& folder, RowRef first);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_CHECK_FOLDER_H_
