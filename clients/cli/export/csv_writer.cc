#include "clients/cli/export/csv_writer.h"

#include "clients/cli/csv.h"

namespace milkway::cli {

void AppendCsvCell(absl::string_view cell, std::string* csv) {
  const bool guarded = NeedsFormulaGuard(cell);
  if (cell.find_first_of("\",\r\n") == absl::string_view::npos) {
    if (guarded) csv->push_back('\'');
    csv->append(cell.data(), cell.size());
    return;
  }
  csv->push_back('"');
  if (guarded) csv->push_back('\'');
  for (const char byte : cell) {
    if (byte == '"') csv->push_back('"');
    csv->push_back(byte);
  }
  csv->push_back('"');
}

void AppendCsvRow(const std::vector<std::string>& cells, std::string* csv) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) csv->push_back(',');
    AppendCsvCell(cells[i], csv);
  }
  csv->push_back('\n');
}

}  // namespace milkway::cli
