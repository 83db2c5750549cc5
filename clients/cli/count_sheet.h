// Count sheets: CSV files that say what should lie at a place, to be filled in there
// and recorded.

#ifndef MILKWAY_CLIENTS_CLI_COUNT_SHEET_H_
#define MILKWAY_CLIENTS_CLI_COUNT_SHEET_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/stock.pb.h"

namespace milkway::cli {

// UTF-8 with a byte order mark, so that spreadsheets show Chinese; lines end in CR LF.
// The columns full_packs, loose_g, reason and note are to be filled in.
std::string CountSheetCsv(const std::vector<inventory::v1::CountSheetLine>& lines,
                          bool with_expected);

// A row of a sheet that was filled in.
struct CountedRow {
  uint32_t row = 0;
  int64_t lot_id = 0;
  int64_t counted_g = 0;
  inventory::v1::CountReason reason = inventory::v1::COUNT_REASON_UNSPECIFIED;
  std::string note;
};

struct CountSheet {
  std::vector<CountedRow> rows;     // those with a figure
  int64_t blank_rows = 0;           // not counted
  std::vector<std::string> errors;  // "row 3: loose_g must be a whole number, is "x""
};

// INVALID_ARGUMENT if the file has no sheet in it; faults of rows are all in errors.
absl::StatusOr<CountSheet> ReadCountSheet(std::istream* input);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_COUNT_SHEET_H_
