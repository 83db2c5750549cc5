// Incidents: excluded children who were given milk.

#ifndef MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/consumption/rewritten.h"
#include "storage/store.h"

namespace milkway::consumption {

// Empties the note of an incident that names an erased child: nothing is written of it any
// more. Asked before a record is sent off, and again before it stands, for a child may be
// erased in between.
absl::Status WithholdNote(const storage::Reader& reader, uint32_t school_number,
                          rec::RevisionRecord* revision);

// Lists the incident that the standing version of a record states, if it states one.
absl::Status NoteIncident(storage::Transaction& transaction, const RecordPlace& place,
                          const rec::DistributionRecord& record);

// At start, before anybody calls: lists by school what earlier programs did not. Blocks.
absl::Status ListIncidentsBySchool(storage::Store& store);

// True if the version that stands still names every child of the incident.
absl::StatusOr<bool> StillStands(const rec::IncidentRecord& incident,
                                 const rec::DistributionRecord& record);

// Empties the notes of the incidents that name a child, also in the records and in those
// that are on their way to the ledger. Adds every row that holds or held one to
// `*rewritten`. Reads the incidents of the school.
absl::Status EraseNotesOf(storage::Transaction& transaction, const Child& child,
                          Rewritten* rewritten);

// Empties the note of one incident, also in its record; adds the rows to `*rewritten`.
absl::Status ClearNote(storage::Transaction& transaction, const IncidentKey::Key& key,
                       rec::IncidentRecord incident, Rewritten* rewritten);

// Incidents recorded at `since_us` or later.
storage::KeyRange IncidentsSince(int64_t since_us);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_
