// Writes CSV as CsvReader reads it: RFC 4180, LF line ends, and no cell that a spreadsheet
// would take for a formula.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_CSV_WRITER_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_CSV_WRITER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace milkway::cli {

// What Excel needs to see that a file is UTF-8.
inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// Appends `cell` as it stands in a file.
void AppendCsvCell(absl::string_view cell, std::string* csv);

// Appends a row and its line end.
void AppendCsvRow(const std::vector<std::string>& cells, std::string* csv);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_CSV_WRITER_H_
