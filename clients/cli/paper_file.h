// A sheet of paper as a CSV file: what was ticked, typed in.
//
//   sheet,number,0001-202503-4821-17
//   sheet,school_id,changyuan
//   sheet,class_name,3A
//   sheet,month,2025-03
//   day,,2025-03-03,2025-03-04
//   lot,A,L2401
//   lot,,A,A
//   serving_g,,25,25
//   7,4,√,0
//
// A lot is a letter that a row of its own explains, as on the sheet, or a lot number, or
// "#12" for the inventory's number 12. Also wasted_g, opened_packs, pack_g and drank_count
// as serving_g. A row of a child is its roster number, its check digit and a mark a day: 1,
// ○ or √ drank; 0, a or 缺 was not there; r, x, × or 拒 did not want any; nothing where
// nothing is known. A day without a lot is left out.

#ifndef MILKWAY_CLIENTS_CLI_PAPER_FILE_H_
#define MILKWAY_CLIENTS_CLI_PAPER_FILE_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/paper.pb.h"

namespace milkway::cli {

struct PaperFile {
  consumption::v1::EnterPaperSheetRequest request;  // without lots
  std::vector<std::string> lots;                    // one a day: a lot number, or "#12"
};
// INVALID_ARGUMENT that names the row.
absl::StatusOr<PaperFile> ReadPaperFile(std::istream* input);

// A file to be filled in: rows and days of a printed sheet, without marks, and the serving
// where the policy says it. Begins with a
// byte order mark, for spreadsheets.
std::string PaperFileOf(const std::string& school_id, const std::string& class_name,
                        const std::string& month,
                        const consumption::v1::GetPaperSheetResponse& sheet);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PAPER_FILE_H_
