// Incidents: excluded children who were given milk.

#ifndef MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "storage/store.h"

namespace milkway::consumption {

// Lists the incident that the standing version of a record states, if it states one.
absl::Status NoteIncident(storage::Transaction& transaction, const RecordPlace& place,
                          const rec::DistributionRecord& record);

// True if the version that stands still names every child of the incident.
absl::StatusOr<bool> StillStands(const rec::IncidentRecord& incident,
                                 const rec::DistributionRecord& record);

// Empties the notes of the incidents that name a child of a school, also in the records.
// Reads all incidents.
absl::Status EraseNotesOf(storage::Transaction& transaction, uint32_t school_number,
                          int32_t student_number);

// Incidents recorded at `since_us` or later.
storage::KeyRange IncidentsSince(int64_t since_us);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_INCIDENTS_H_
