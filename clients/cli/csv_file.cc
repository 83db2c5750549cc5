#include "clients/cli/csv_file.h"

#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

absl::Status ReadRows(const std::string& file_name,
                      absl::FunctionRef<absl::Status(const CsvRecord&)> take) {
  std::ifstream file;
  if (file_name != "-") {
    file.open(file_name);
    if (!file) return UsageError(absl::StrCat("cannot read ", Printable(file_name)));
  }
  CsvReader reader(file_name == "-" ? &std::cin : &file);
  CsvRecord record;
  while (true) {
    ASSIGN_OR_RETURN(const bool has_more, reader.Next(&record));
    if (!has_more) return absl::OkStatus();
    RETURN_IF_ERROR(take(record));
  }
}

}  // namespace milkway::cli
