// The rows of a CSV file, or of what is typed or piped in.

#ifndef MILKWAY_CLIENTS_CLI_CSV_FILE_H_
#define MILKWAY_CLIENTS_CLI_CSV_FILE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "clients/cli/csv.h"

namespace milkway::cli {

// Hands every row of a file to `take`, until it refuses one; "-" is the standard input. A
// usage error if the file cannot be read; INVALID_ARGUMENT (CsvReader::Next) if a row
// cannot. A row in which something is wrong is handed on with its `problem`.
absl::Status ReadRows(const std::string& file_name,
                      absl::FunctionRef<absl::Status(const CsvRecord&)> take);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_CSV_FILE_H_
