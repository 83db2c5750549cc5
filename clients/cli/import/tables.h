// The files of a programme folder and their columns (docs/import.md).

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_TABLES_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_TABLES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace milkway::cli {

// In the order in which the files are applied.
enum class Table : uint8_t {
  kProducts,
  kLocations,
  kExchangeRates,
  kPurchases,
  kPurchaseLines,
  kPurchaseCosts,
  kGifts,
  kAllocations,
  kShipments,
  kShipmentLines,
  kMilestones,
  kReceipts,
  kStudents,
  kDistributions,
  kCounts,
  kAdjustments,
  kShipmentOutcomes,
  kReceiptHistory,
  kDistributionHistory,
  kRecords,
};
inline constexpr int kTableCount = 20;

struct TableSpec {
  absl::string_view file;
  absl::Span<const absl::string_view> required;
  absl::Span<const absl::string_view> optional;
  // The column that an error about the row as a whole names.
  absl::string_view key_column;
};

const TableSpec& SpecOf(Table table);

bool HasColumn(Table table, absl::string_view column);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_TABLES_H_
