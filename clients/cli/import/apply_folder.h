// Records a checked programme folder on the server, in its order.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_APPLY_FOLDER_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_APPLY_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "clients/cli/import/folder_index.h"
#include "clients/cli/import/lot_book.h"
#include "clients/cli/import/programme_order.h"
#include "clients/cli/import/references.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"
#include "clients/cli/import/sender.h"

namespace milkway::cli {

// What the steps work on. All outlive them.
struct ApplyParts {
  const Folder& folder;
  const FolderIndex& index;
  References& references;
  LotBook& lots;
  Report& report;
  Sender& sender;
  Name base_currency;
};

// Why stock that expires earlier stays behind in imported records.
inline constexpr char kImportedReason[] = "imported";

// Sends every row that is not wrong and depends on nothing that is not recorded; the
// report holds what became of each. An error ends the import, which may be repeated.
absl::Status ApplyFolder(const ApplyParts& parts);

// The steps, each in the order of its rows.
absl::Status ApplyProducts(const ApplyParts& parts);
absl::Status ApplyLocations(const ApplyParts& parts);
absl::Status ApplyExchangeRates(const ApplyParts& parts);
absl::Status ApplyPurchases(const ApplyParts& parts);
absl::Status ApplyGifts(const ApplyParts& parts);
// With the costs that became known between them.
absl::Status ApplyAllocations(const ApplyParts& parts);
absl::Status ApplyShipmentDrafts(const ApplyParts& parts);
absl::Status ApplyStudents(const ApplyParts& parts);

// One event each; `index` is its row, or the first of its rows.
absl::Status ApplyDispatch(const ApplyParts& parts, uint32_t index);
absl::Status ApplyMilestone(const ApplyParts& parts, uint32_t index);
absl::Status ApplyCount(const ApplyParts& parts, uint32_t index);
absl::Status ApplyAdjustment(const ApplyParts& parts, uint32_t index);
absl::Status ApplyOutcome(const ApplyParts& parts, uint32_t index);
absl::Status ApplyRecord(const ApplyParts& parts, uint32_t index);
// A receipt, or the correction that made this version of it.
absl::Status ApplyReceipt(const ApplyParts& parts, RowRef first);

// The place where the shipment goes; empty if it is not known.
absl::StatusOr<std::string> DestinationOf(const ApplyParts& parts, Name shipment_id);

// What is stated for leaving stock behind that expires earlier.
std::string FefoReasonOf(const RecordedAs& recorded);

// The conversion of `currency` on `day` needs a rate that is not recorded.
std::optional<RowRef> RateBlocker(const ApplyParts& parts, Name currency, std::optional<Day> day);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_APPLY_FOLDER_H_
