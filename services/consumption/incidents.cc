#include "services/consumption/incidents.h"

#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

absl::Status NoteIncident(storage::Transaction& transaction, const RecordPlace& place,
                          const rec::DistributionRecord& record) {
  const rec::RevisionRecord& standing = StandingOf(record);
  if (standing.incident().empty()) return absl::OkStatus();
  rec::IncidentRecord incident;
  incident.set_school_number(place.school_number);
  incident.set_revision(static_cast<uint32_t>(record.revisions_size()));
  incident.set_students(standing.incident());
  incident.set_note(standing.incident_note());
  return IncidentTable::Put(transaction, incident, standing.recorded_us(), place.distribution_id);
}

absl::StatusOr<bool> StillStands(const rec::IncidentRecord& incident,
                                 const rec::DistributionRecord& record) {
  ASSIGN_OR_RETURN(const StudentSet stated, DecodeStudents(incident.students()));
  ASSIGN_OR_RETURN(const StudentSet standing, DecodeStudents(StandingOf(record).incident()));
  return Without(stated, standing).empty();
}

storage::KeyRange IncidentsSince(int64_t since_us) {
  storage::KeyRange range = IncidentKey::Range();
  range.from = IncidentKey::Prefix(since_us);
  return range;
}

}  // namespace milkway::consumption
