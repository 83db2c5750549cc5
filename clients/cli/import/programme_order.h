// The order in which things happened, and so are posted.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_PROGRAMME_ORDER_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_PROGRAMME_ORDER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/import/folder_index.h"
#include "clients/cli/import/references.h"
#include "clients/cli/import/rows.h"

namespace milkway::cli {

struct Event {
  int64_t us = 0;
  // Its place in the log that it was exported from; 0: not known.
  int64_t position = 0;
  // kShipments is the dispatch; of receipts and distributions, the first row.
  Table table = Table::kShipments;
  uint32_t index = 0;
};

// Dispatches, milestones, receipts, distributions, counts, adjustments and goods that
// left transit. Exported rows know their place in the log of their server and come
// first, in that order: what was accepted then is accepted again. All others follow in
// the order in which they happened. At one instant: goods
// in, goods out, milestones, counts; but a receipt never before its own dispatch, nor
// a dispatch before a receipt that brings its goods. A distribution without a time is
// at 23:59:59 local; a count after serving is after its local day's distributions.
// Errors are those of the connection.
absl::StatusOr<std::vector<Event>> OrderEvents(const Folder& folder, const FolderIndex& index,
                                               References* references);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_PROGRAMME_ORDER_H_
