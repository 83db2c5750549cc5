// Where things are in a programme folder, and which rows belong together.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_FOLDER_INDEX_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_FOLDER_INDEX_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/cli/days.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"

namespace milkway::cli {

struct FolderIndex {
  using ByName = absl::flat_hash_map<Name, uint32_t>;
  ByName products;
  ByName locations;
  ByName purchases;
  ByName gifts;
  ByName shipments;
  // By the lot's full name.
  absl::flat_hash_map<LotRef, uint32_t> lines;
  // By product and lot number, in order of the rows.
  absl::flat_hash_map<std::pair<Name, Name>, std::vector<uint32_t>> lines_of_lot;
  // By currencies, in order of the days; rows without a readable day first.
  absl::flat_hash_map<std::pair<Name, Name>, std::vector<uint32_t>> rates;
  // By school: the row of each student number, kNoRow where there is none.
  absl::flat_hash_map<Name, std::vector<uint32_t>> rosters;
  // The first row of every receipt and of every distribution; the others follow
  // over `next`.
  std::vector<uint32_t> receipts;
  std::vector<uint32_t> distributions;
  // The same for every version in the history, and for goods that left transit.
  std::vector<uint32_t> receipt_history;
  std::vector<uint32_t> distribution_history;
  std::vector<uint32_t> outcomes;

  // The rate that a conversion of `day` uses. A row whose day cannot be read may be
  // the one for any day, so it is taken first.
  std::optional<uint32_t> FindRate(const Folder& folder, Name from, Name to, Day day) const;

  // The row of a student; kNoRow if the folder does not have it.
  uint32_t FindStudent(Name school_id, int32_t student_number) const;

  // The map of the tables that others refer to.
  const ByName& Of(Table table) const;
};

// Connects the rows of `folder` and reports every row whose key is taken already.
FolderIndex BuildIndex(Folder* folder, Report* report);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_FOLDER_INDEX_H_
