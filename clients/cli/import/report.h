// What became of every row of an import, and what is wrong with it.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_REPORT_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_REPORT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/import/tables.h"

namespace milkway::cli {

// A row by its place among the rows of its table (not its number in the file).
struct RowRef {
  Table table = Table::kProducts;
  uint32_t index = 0;
  friend bool operator==(const RowRef&, const RowRef&) = default;
};

enum class RowState : uint8_t {
  kPending,   // nothing is known against it, and it is not sent yet
  kWrong,     // it has an error of its own
  kNotSent,   // it depends on a row that is not recorded
  kRecorded,  // the server has it
};

// How the rows of a table ended.
struct TableTotals {
  int64_t rows = 0;
  int64_t recorded = 0;
  int64_t wrong = 0;
  int64_t not_sent = 0;
};

// Not thread-safe.
class Report {
 public:
  // A new row; `row` is its number in the file.
  RowRef AddRow(Table table, uint32_t row);

  // The row has an error. `rule` reads on from the column: "must be …". An empty
  // column is the row as a whole.
  void AddError(RowRef row, absl::string_view column, absl::string_view rule);

  // The file cannot be trusted from `row` on, so nothing of it is sent.
  void AddFileError(Table table, uint32_t row, absl::string_view column, absl::string_view rule);
  bool IsBroken(Table table) const { return broken_[static_cast<int>(table)].has_value(); }
  // Stands for whatever row the broken file would have had.
  RowRef BrokenFile(Table table) const;

  // Nothing of a broken file is sent: marks all its rows that are not wrong.
  void SealBrokenFiles();

  void MarkNotSent(RowRef row, RowRef because);
  void MarkRecorded(RowRef row);

  RowState StateOf(RowRef row) const;
  // True if nothing that depends on the row can be sent.
  bool IsLost(RowRef row) const;

  // "purchases.csv:3".
  std::string Describe(RowRef row) const;
  uint32_t NumberOf(RowRef row) const;

  // Prints the errors added since the last time, in order of file, row and finding.
  void PrintErrors(Console* console);

  // Lists the rows that were not sent and why, in order of file and row.
  void PrintNotSent(Console* console) const;

  TableTotals TotalsOf(Table table) const;
  bool HasTable(Table table) const;
  int64_t error_count() const { return error_count_; }
  int64_t not_sent_count() const { return static_cast<int64_t>(not_sent_.size()); }

 private:
  struct Row {
    uint32_t number;
    RowState state;
  };
  struct Error {
    Table table;
    uint32_t row;
    std::string text;
  };
  struct NotSent {
    RowRef row;
    RowRef because;
  };
  Row& RowAt(RowRef row) { return rows_[static_cast<int>(row.table)][row.index]; }
  const Row& RowAt(RowRef row) const { return rows_[static_cast<int>(row.table)][row.index]; }

  std::array<std::vector<Row>, kTableCount> rows_;
  // The row from which on a file cannot be trusted.
  std::array<std::optional<uint32_t>, kTableCount> broken_;
  std::vector<Error> unprinted_;
  std::vector<NotSent> not_sent_;
  int64_t error_count_ = 0;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_REPORT_H_
