// The CSV reader ends on any bytes, within its limits and with rows in order.

#include <sstream>

#include "clients/cli/csv.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace cli = milkway::cli;
  using milkway::fuzz::Require;
  std::istringstream input{std::string(milkway::fuzz::BytesOf(data, size))};
  cli::CsvReader reader(&input);
  cli::CsvRecord record;
  uint32_t last_row = 0;
  while (true) {
    const absl::StatusOr<bool> read = reader.Next(&record);
    if (!read.ok()) {
      Require(absl::IsInvalidArgument(read.status()), "what cannot be read is INVALID_ARGUMENT");
      return 0;
    }
    if (!*read) return 0;
    Require(record.row > last_row, "rows count up");
    Require(!record.cells.empty() && record.cells.size() <= cli::kCsvCellsMax,
            "a record has 1 to kCsvCellsMax cells");
    last_row = record.row;
  }
}
