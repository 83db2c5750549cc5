#include "services/consumption/incidents.h"

#include <map>

#include "clients/cpp/status_macros.h"
#include "services/consumption/student_set.h"

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

absl::Status EraseNotesOf(storage::Transaction& transaction, uint32_t school_number,
                          int32_t student_number) {
  std::map<IncidentKey::Key, rec::IncidentRecord> naming;
  absl::Status damage;
  RETURN_IF_ERROR(
      IncidentTable::Scan(transaction, IncidentKey::Range(),
                          [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                            if (incident.school_number() != school_number) return true;
                            const auto students = DecodeStudents(incident.students());
                            damage.Update(students.status());
                            if (students.ok() && Holds(*students, student_number))
                              naming.emplace(key, incident);
                            return damage.ok();
                          }));
  RETURN_IF_ERROR(damage);
  for (auto& [key, incident] : naming) {
    const auto& [recorded_us, distribution_id] = key;
    incident.clear_note();
    RETURN_IF_ERROR(IncidentTable::Put(transaction, incident, recorded_us, distribution_id));
    ASSIGN_OR_RETURN(auto record, DistributionTable::Find(transaction, distribution_id));
    const int index = static_cast<int>(incident.revision()) - 1;
    if (!record.has_value() || index < 0 || index >= record->revisions_size()) {
      return absl::DataLossError("the record of an incident is gone");
    }
    record->mutable_revisions(index)->clear_incident_note();
    RETURN_IF_ERROR(DistributionTable::Put(transaction, *record, distribution_id));
  }
  return absl::OkStatus();
}

storage::KeyRange IncidentsSince(int64_t since_us) {
  storage::KeyRange range = IncidentKey::Range();
  range.from = IncidentKey::Prefix(since_us);
  return range;
}

}  // namespace milkway::consumption
