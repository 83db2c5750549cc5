// The rows of a record that has a line a lot.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_LOT_ROWS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_LOT_ROWS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/lot_book.h"
#include "clients/cli/import/place_refusal.h"
#include "clients/cli/import/rows.h"

namespace milkway::cli {

// The rows at `indexes` of a table, each known by its lot, in order of the lots: so
// sorting the file again changes no request.
template <typename Row>
std::vector<RequestRow> LotRows(const LotBook& lots, Table table, const std::vector<Row>& rows,
                                std::vector<uint32_t> indexes) {
  const auto lot_id = [&](uint32_t index) {
    return rows[index].lot == kNoLot ? 0 : lots.LotIdOf(rows[index].lot);
  };
  std::stable_sort(indexes.begin(), indexes.end(),
                   [&](uint32_t a, uint32_t b) { return lot_id(a) < lot_id(b); });
  std::vector<RequestRow> lines;
  for (const uint32_t index : indexes) {
    lines.push_back({{table, index}, {{"lot_id", absl::StrCat(lot_id(index))}}});
  }
  return lines;
}

// The indexes of a record's rows, which follow each other from its first.
template <typename Row>
std::vector<uint32_t> RowsOfRecord(const std::vector<Row>& rows, uint32_t first) {
  std::vector<uint32_t> indexes;
  for (uint32_t index = first; index != kNoRow; index = rows[index].next) {
    indexes.push_back(index);
  }
  return indexes;
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_LOT_ROWS_H_
