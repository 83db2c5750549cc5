// Notes of incidents in records that are still on their way to the ledger.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PENDING_NOTES_H_
#define MILKWAY_SERVICES_CONSUMPTION_PENDING_NOTES_H_

#include "absl/status/status.h"
#include "services/consumption/child.h"
#include "storage/store.h"

namespace milkway::consumption {

// Empties the stored notes of incidents that name the child in steps under way, so that
// none comes back when they are resumed. Those of this run still know them by heart:
// WithholdNote (incidents.h) sees to that when they end. Reads all steps under way.
absl::Status EraseNotesUnderWay(storage::Transaction& transaction, const Child& child);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PENDING_NOTES_H_
