#include "services/consumption/incident_convert.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/incidents.h"
#include "services/consumption/schools.h"
#include "services/consumption/student_set.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

absl::StatusOr<v1::IncidentEntry> ToMessage(const storage::Reader& reader,
                                            const IncidentKey::Key& key,
                                            const rec::IncidentRecord& incident) {
  v1::IncidentEntry message;
  const auto& [recorded_us, distribution_id] = key;
  ASSIGN_OR_RETURN(*message.mutable_school_id(), FindSchoolId(reader, incident.school_number()));
  ASSIGN_OR_RETURN(const auto record, DistributionTable::Find(reader, distribution_id));
  if (!record.has_value()) return absl::DataLossError("the record of an incident is gone");
  message.set_served_on(FormatDate({record->day()}));
  message.set_class_name(record->class_name());
  message.set_distribution_id(distribution_id);
  ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(incident.students()));
  message.set_students(static_cast<int32_t>(students.size()));
  message.set_recorded_us(recorded_us);
  ASSIGN_OR_RETURN(const bool still_stands, StillStands(incident, *record));
  message.set_still_stands(still_stands);
  return message;
}

}  // namespace milkway::consumption
