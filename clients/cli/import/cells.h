// The cells of one row, read as what they must be.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_CELLS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_CELLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "clients/cli/csv.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/import/name_pool.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"
#include "clients/cli/words.h"

namespace milkway::cli {

// Which cell of a record belongs to which column of the table.
class Columns {
 public:
  // `positions[i]` is the cell of the i-th column (required ones first), -1 for an
  // optional column that the file does not have. `width` is the header's.
  Columns(Table table, const std::vector<int>& positions, size_t width);

  // -1 if the file does not have the column. Quick when asked in order.
  int PositionOf(absl::string_view column) const;

  Table table() const { return table_; }
  // How many columns the header has.
  size_t width() const { return width_; }

 private:
  struct Column {
    absl::string_view name;
    int position;
  };
  Table table_;
  std::vector<Column> columns_;
  size_t width_;
  mutable size_t next_ = 0;
};

// Each reader returns its value, or reports what was expected and returns an
// empty one.
class Cells {
 public:
  Cells(const Columns& columns, const CsvRecord& record, RowRef row, Folder* folder,
        Report* report);

  RowRef row() const { return row_; }

  // As written; empty if the file does not have the column.
  absl::string_view Text(absl::string_view column) const;
  bool IsEmpty(absl::string_view column) const { return Text(column).empty(); }

  // 1 to 64 bytes of letters, digits, "-", "_" and ".".
  Name Id(absl::string_view column);
  // 1 to `bytes_max` bytes.
  Name Required(absl::string_view column, size_t bytes_max);
  // Up to `bytes_max` bytes.
  Name Optional(absl::string_view column, size_t bytes_max);
  // purchase_id (where the file has it, and may be empty), product_id, lot_number.
  LotRef Lot();

  int64_t Whole(absl::string_view column, int64_t minimum, int64_t maximum);
  // `otherwise` where the cell is empty.
  int64_t OptionalWhole(absl::string_view column, int64_t minimum, int64_t maximum,
                        int64_t otherwise);
  // yes, no or empty, which is no.
  bool YesNo(absl::string_view column);
  // The columns that say how an exported record was made; all may be empty.
  RecordedAs Recorded();
  // A decimal from 0 to `maximum` / 10^decimals, × 10^decimals.
  int64_t Decimal(absl::string_view column, int decimals, int64_t maximum);
  // An ISO 4217 code.
  Name Currency(absl::string_view column);
  // An amount in `currency`, in minor units; 0 if that is empty.
  int64_t Amount(absl::string_view column, Name currency, int64_t minimum);

  std::optional<Day> RequiredDay(absl::string_view column);
  std::optional<Day> OptionalDay(absl::string_view column);
  std::optional<Instant> Time(absl::string_view column);

  template <typename Value, size_t kSize>
  Value OneOf(const Word<Value> (&words)[kSize], absl::string_view column) {
    const std::optional<Value> value = FindValue(words, Text(column));
    if (!value.has_value()) Wrong(column, absl::StrCat("must be ", ListOf(words)));
    return value.value_or(Value());
  }

  // A value of one of the contract's long lists, by its word; an empty cell is the
  // unspecified one where that is allowed.
  template <typename Enum>
  Enum EnumWord(absl::string_view column, bool may_be_empty) {
    if (may_be_empty && IsEmpty(column)) return Enum();
    const auto& words = *google::protobuf::GetEnumDescriptor<Enum>();
    const std::optional<int> value = FindWord(words, Text(column));
    if (!value.has_value()) Wrong(column, absl::StrCat("must be ", ListOfWords(words)));
    return static_cast<Enum>(value.value_or(0));
  }

  // Reports `rule`, with what the cell holds behind it.
  void Wrong(absl::string_view column, absl::string_view rule);

 private:
  // Reports an error of the whole row; its cells are still read, for the rows that
  // refer to it, but nothing more is said about them.
  void Distrust(absl::string_view column, absl::string_view rule);

  const Columns& columns_;
  const CsvRecord& record_;
  RowRef row_;
  Folder& folder_;
  Report& report_;
  bool trusted_ = true;
};

// `, is "text"` or `, is empty`, for messages.
std::string Is(absl::string_view text);

// True for 1 to 64 bytes of letters, digits, "-", "_" and ".".
bool IsId(absl::string_view text);

// Reads `text` as an amount in `currency`, in minor units. The rule that it breaks
// is in `*rule` if it is none.
std::optional<int64_t> ParseAmount(absl::string_view text, absl::string_view currency,
                                   int64_t minimum, std::string* rule);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_CELLS_H_
