// From a server's refusal back to file, row and column.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_PLACE_REFUSAL_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_PLACE_REFUSAL_H_

#include <string>
#include <utility>
#include <vector>

#include "clients/cli/failure.h"
#include "clients/cli/import/report.h"

namespace milkway::cli {

// One entry of a repeated field of a request, and its row.
struct RequestRow {
  RowRef row;
  // What a refusal's metadata may say to mean this row: {"lot_id", "7"}.
  std::vector<std::pair<std::string, std::string>> marks;
};

// The rows that one request was made from; they stand or fall together.
struct RequestRows {
  RowRef main;
  std::vector<RequestRow> lines;  // by index of the field `lines` or `students`
  std::vector<RequestRow> costs;  // by index of the field `costs`
};

struct RowError {
  RowRef row;
  std::string column;
  std::string rule;
  // The refusal names this very row, or there is no other.
  bool is_certain = false;
};

// At least one. A field path decides row and column; else the metadata decide the row
// and the refusal's name the column, by the table in place_refusal.cc; else it is the
// key column of the main row.
std::vector<RowError> PlaceRefusal(const Refusal& refusal, const RequestRows& rows);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_PLACE_REFUSAL_H_
