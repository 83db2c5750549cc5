// Incidents as messages.

#ifndef MILKWAY_SERVICES_CONSUMPTION_INCIDENT_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_INCIDENT_CONVERT_H_

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/history.pb.h"
#include "services/consumption/consumption_keys.h"
#include "storage/store.h"

namespace milkway::consumption {

// Where, when and how many; the children and the note are for their school, and left out.
// DATA_LOSS if its record is gone.
absl::StatusOr<v1::IncidentEntry> ToMessage(const storage::Reader& reader,
                                            const IncidentKey::Key& key,
                                            const rec::IncidentRecord& incident);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_INCIDENT_CONVERT_H_
