#include "clients/cli/count_sheet.h"

#include <map>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/csv.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/numbers.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr int64_t kCountedMaxG = 1'000'000'000'000;
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
constexpr const char* kRequired[] = {"lot_id", "pack_weight_g", "full_packs", "loose_g"};

std::string Line(const std::vector<std::string>& cells) {
  return absl::StrCat(absl::StrJoin(cells, ",",
                                    [](std::string* out, const std::string& cell) {
                                      absl::StrAppend(out, CsvCell(cell));
                                    }),
                      "\r\n");
}

// The cells of one row by the names of their columns.
class SheetRow {
 public:
  SheetRow(const std::map<std::string, size_t>& columns, const CsvRecord& record)
      : columns_(columns), record_(record) {}

  std::string Text(const std::string& column) const {
    const auto position = columns_.find(column);
    const bool has_cell = position != columns_.end() && position->second < record_.cells.size();
    if (!has_cell) return "";
    return std::string(absl::StripAsciiWhitespace(record_.cells[position->second]));
  }

  // 0 where the cell is empty.
  absl::StatusOr<int64_t> Whole(const std::string& column) const {
    const std::string text = Text(column);
    if (text.empty()) return 0;
    const std::optional<int64_t> number = ParseWhole(text);
    if (number.has_value() && *number <= kCountedMaxG) return *number;
    return Wrong(column, "must be a whole number");
  }

  absl::Status Wrong(const std::string& column, absl::string_view rule) const {
    return absl::InvalidArgumentError(
        absl::StrCat("row ", record_.row, ": ", column, " ", rule, ", is ", Quoted(Text(column))));
  }

 private:
  const std::map<std::string, size_t>& columns_;
  const CsvRecord& record_;
};

absl::StatusOr<CountedRow> ParseRow(const SheetRow& cells, uint32_t number) {
  CountedRow row;
  row.row = number;
  ASSIGN_OR_RETURN(row.lot_id, cells.Whole("lot_id"));
  if (row.lot_id == 0) return cells.Wrong("lot_id", "must be a lot of the sheet");
  ASSIGN_OR_RETURN(const int64_t pack_weight_g, cells.Whole("pack_weight_g"));
  ASSIGN_OR_RETURN(const int64_t full_packs, cells.Whole("full_packs"));
  ASSIGN_OR_RETURN(const int64_t loose_g, cells.Whole("loose_g"));
  if (full_packs > 0 && pack_weight_g == 0) {
    return cells.Wrong("pack_weight_g", "must say what a pack weighs");
  }
  if (full_packs > 0 && pack_weight_g > kCountedMaxG / full_packs) {
    return cells.Wrong("full_packs", "must be fewer");
  }
  row.counted_g = full_packs * pack_weight_g + loose_g;
  row.note = cells.Text("note");
  const std::string reason = cells.Text("reason");
  if (reason.empty()) return row;
  const auto& words = *inventory::v1::CountReason_descriptor();
  const std::optional<int> value = FindWord(words, reason);
  if (!value.has_value()) {
    return cells.Wrong("reason", absl::StrCat("must be ", ListOfWords(words)));
  }
  row.reason = static_cast<inventory::v1::CountReason>(*value);
  return row;
}

absl::StatusOr<std::map<std::string, size_t>> ReadHeader(CsvReader* reader) {
  CsvRecord header;
  ASSIGN_OR_RETURN(const bool has_header, reader->Next(&header));
  std::map<std::string, size_t> columns;
  for (size_t index = 0; has_header && index < header.cells.size(); ++index) {
    columns.emplace(absl::StripAsciiWhitespace(header.cells[index]), index);
  }
  for (const char* column : kRequired) {
    if (columns.contains(column)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the file has no column ", column,
                     "; make a sheet with milkway count-sheet and fill it in"));
  }
  return columns;
}

}  // namespace

std::string CountSheetCsv(const std::vector<inventory::v1::CountSheetLine>& lines,
                          bool with_expected) {
  std::vector<std::string> header = {"lot_id",     "product_id", "name_zh",      "name_en",
                                     "lot_number", "expires_on", "pack_weight_g"};
  if (with_expected) header.push_back("expected_g");
  header.insert(header.end(), {"full_packs", "loose_g", "reason", "note"});
  std::string csv = kByteOrderMark + Line(header);
  for (const inventory::v1::CountSheetLine& line : lines) {
    std::vector<std::string> cells = {absl::StrCat(line.lot_id()),
                                      line.product_id(),
                                      line.product_name_zh(),
                                      line.product_name_en(),
                                      line.lot_number(),
                                      line.expires_on(),
                                      absl::StrCat(line.pack_weight_g())};
    if (with_expected) cells.push_back(absl::StrCat(line.expected_g()));
    cells.insert(cells.end(), {"", "", "", ""});
    csv += Line(cells);
  }
  return csv;
}

absl::StatusOr<CountSheet> ReadCountSheet(std::istream* input) {
  CsvReader reader(input);
  ASSIGN_OR_RETURN(const auto columns, ReadHeader(&reader));
  CountSheet sheet;
  std::set<int64_t> lots;
  CsvRecord record;
  while (true) {
    const absl::StatusOr<bool> has_row = reader.Next(&record);
    if (!has_row.ok()) {
      sheet.errors.push_back(absl::StrCat("row ", reader.row(), ": ", has_row.status().message()));
      return sheet;
    }
    if (!*has_row) return sheet;
    if (!record.problem.empty()) {
      sheet.errors.push_back(absl::StrCat("row ", record.row, ": ", record.problem));
      continue;
    }
    const SheetRow cells(columns, record);
    if (cells.Text("full_packs").empty() && cells.Text("loose_g").empty()) {
      ++sheet.blank_rows;
      continue;
    }
    absl::StatusOr<CountedRow> row = ParseRow(cells, record.row);
    if (row.ok() && !lots.insert(row->lot_id).second) {
      row = cells.Wrong("lot_id", "is on an earlier row");
    }
    if (row.ok()) {
      sheet.rows.push_back(*std::move(row));
    } else {
      sheet.errors.emplace_back(row.status().message());
    }
  }
}

}  // namespace milkway::cli
