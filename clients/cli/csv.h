// Reads and writes CSV files: UTF-8 (a byte order mark is allowed), RFC 4180 quoting, lines
// that end in CR LF, LF or CR.

#ifndef MILKWAY_CLIENTS_CLI_CSV_H_
#define MILKWAY_CLIENTS_CLI_CSV_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::cli {

// Cells that a spreadsheet would take for a formula (they start with "=", "+", "-", "@",
// a tab or a CR, and are no plain number) stand in files with one "'" before them.
// `text` without that "'": of several, one goes.
absl::string_view WithoutFormulaGuard(absl::string_view text);
// True if `text` has to be written with a "'" before it, which WithoutFormulaGuard takes
// off again: also where it has one already.
bool NeedsFormulaGuard(absl::string_view text);

inline constexpr size_t kCsvCellBytesMax = 262'144;
inline constexpr size_t kCsvCellsMax = 100;
inline constexpr uint32_t kCsvRowsMax = 20'000'000;

struct CsvRecord {
  // As a spreadsheet shows it: the header is row 1, blank rows count, and a cell
  // of several lines is in one row.
  uint32_t row = 0;
  // Valid until the next record is read.
  std::vector<absl::string_view> cells;
  // Why the quotes of this record cannot be trusted, to be read on from its row;
  // empty if they can.
  std::string problem;
};

// A cell as it stands in a file: in quotes where it needs them.
std::string CsvCell(absl::string_view text);

// Not thread-safe.
class CsvReader {
 public:
  // `input` must outlive the reader.
  explicit CsvReader(std::istream* input) : input_(*input) {}

  // Reads the next record that has a cell that is not empty; false at the end.
  // INVALID_ARGUMENT, to be read on from row(): nothing after it can be read.
  absl::StatusOr<bool> Next(CsvRecord* record);

  // The row that was read last.
  uint32_t row() const { return row_; }

 private:
  absl::Status SkipByteOrderMark();
  absl::Status ReadRecord(CsvRecord* record);
  // True if another cell follows in the same record.
  absl::StatusOr<bool> ReadCell(CsvRecord* record);
  absl::Status ReadQuoted();
  absl::Status Append(int byte);
  // The next byte, or kEnd.
  int Peek();
  int Take();

  std::istream& input_;
  std::string block_;
  size_t block_position_ = 0;
  uint32_t row_ = 0;
  // Cells of the record under way: their bytes one after another, and where each ends.
  std::string bytes_;
  std::vector<size_t> ends_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_CSV_H_
