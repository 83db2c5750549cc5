// A sheet of paper as a CSV file: what was ticked, typed in.
//
//   sheet,school_id,changyuan
//   sheet,class_name,3A
//   sheet,month,2025-03
//   day,,2025-03-03,2025-03-04
//   lot_id,,12,12
//   serving_g,,25,25
//   7,4,√,0
//
// Also wasted_g, opened_packs and pack_g as serving_g. A row of a child is its roster
// number, its check digit and a mark a day: √ or 1 drank; 0 or 缺 was not there; × or x
// or r did not want any; nothing where nothing is written. A day without a lot is left out.

#ifndef MILKWAY_CLIENTS_CLI_PAPER_FILE_H_
#define MILKWAY_CLIENTS_CLI_PAPER_FILE_H_

#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/paper.pb.h"

namespace milkway::cli {

// INVALID_ARGUMENT that names the row.
absl::StatusOr<consumption::v1::EnterPaperSheetRequest> ReadPaperFile(std::istream* input);

// A file to be filled in: rows and days of a printed sheet, without marks. Begins with a
// byte order mark, for spreadsheets.
std::string PaperFileOf(const std::string& school_id, const std::string& class_name,
                        const std::string& month,
                        const consumption::v1::GetPaperSheetResponse& sheet);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PAPER_FILE_H_
