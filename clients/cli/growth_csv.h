// Scores children in a CSV file by the growth reference.

#ifndef MILKWAY_CLIENTS_CLI_GROWTH_CSV_H_
#define MILKWAY_CLIENTS_CLI_GROWTH_CSV_H_

#include <istream>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/growth/growth_reference.h"

namespace milkway::cli {

// Reads the columns
//   sex        1 or m, 2 or f
//   agemons    months of age, decimals allowed
//   height_cm  above 0 to 1000
//   weight_kg  above 0 to 1000
//   oedema     y or n (may be left out of the file: n)
// where an empty cell or NA is what is not known, and gives every row as it was with
// zhfa, zwfa, zbfa (two decimals) and their flags fhfa, fwfa, fbfa (1: not plausible, else
// 0) behind it; both are empty where a score is not defined. `print` gets the text in parts
// of some rows. INVALID_ARGUMENT that names row and column; what was printed until then
// stands. Memory does not grow with the file.
absl::Status ScoreCsv(const growth::GrowthReference& reference, std::istream* input,
                      absl::FunctionRef<void(absl::string_view)> print);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_GROWTH_CSV_H_
