#include "services/consumption/incidents.h"

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/pending_notes.h"
#include "services/consumption/student_set.h"
#include "services/runtime/intent_table.h"

namespace milkway::consumption {

namespace {

using Incidents = std::map<IncidentKey::Key, rec::IncidentRecord>;

absl::StatusOr<std::vector<IncidentKey::Key>> IncidentsAt(const storage::Reader& reader,
                                                          uint32_t school_number) {
  std::vector<IncidentKey::Key> keys;
  RETURN_IF_ERROR(SchoolIncidentTable::Scan(
      reader, SchoolIncidentKey::Range(school_number),
      [&](const SchoolIncidentKey::Key& key, const rec::SchoolIncidentRecord&) {
        keys.emplace_back(std::get<1>(key), std::get<2>(key));
        return true;
      }));
  return keys;
}

absl::StatusOr<Incidents> FindNaming(const storage::Reader& reader, const Child& child) {
  Incidents naming;
  ASSIGN_OR_RETURN(const std::vector<IncidentKey::Key> keys,
                   IncidentsAt(reader, child.school_number));
  for (const IncidentKey::Key& key : keys) {
    const auto& [recorded_us, distribution_id] = key;
    ASSIGN_OR_RETURN(auto incident, IncidentTable::Find(reader, recorded_us, distribution_id));
    if (!incident.has_value()) return absl::DataLossError("an incident of a school is gone");
    ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(incident->students()));
    if (Holds(students, static_cast<int32_t>(child.number))) {
      naming.emplace(key, *std::move(incident));
    }
  }
  return naming;
}

template <typename Table>
absl::StatusOr<bool> IsEmpty(const storage::Reader& reader) {
  bool is_empty = true;
  RETURN_IF_ERROR(Table::Scan(reader, Table::Schema::Range(),
                              [&](const typename Table::Key&, const typename Table::Record&) {
                                is_empty = false;
                                return false;
                              }));
  return is_empty;
}

absl::Status PutAtSchool(storage::Transaction& transaction, uint32_t school_number,
                         const IncidentKey::Key& key) {
  return SchoolIncidentTable::Put(transaction, rec::SchoolIncidentRecord(), school_number,
                                  std::get<0>(key), std::get<1>(key));
}

}  // namespace

absl::Status WithholdNote(const storage::Reader& reader, uint32_t school_number,
                          rec::RevisionRecord* revision) {
  if (revision->incident_note().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(revision->incident()));
  for (const int32_t student : students) {
    ASSIGN_OR_RETURN(const auto erasure,
                     ErasureTable::Find(reader, school_number, static_cast<uint32_t>(student)));
    if (erasure.has_value()) revision->clear_incident_note();
  }
  return absl::OkStatus();
}

absl::Status NoteIncident(storage::Transaction& transaction, const RecordPlace& place,
                          const rec::DistributionRecord& record) {
  const rec::RevisionRecord& standing = StandingOf(record);
  if (standing.incident().empty()) return absl::OkStatus();
  rec::IncidentRecord incident;
  incident.set_school_number(place.school_number);
  incident.set_revision(static_cast<uint32_t>(record.revisions_size()));
  incident.set_students(standing.incident());
  incident.set_note(standing.incident_note());
  const IncidentKey::Key key = {standing.recorded_us(), place.distribution_id};
  RETURN_IF_ERROR(PutAtSchool(transaction, place.school_number, key));
  return IncidentTable::Put(transaction, incident, standing.recorded_us(), place.distribution_id);
}

absl::Status ListIncidentsBySchool(storage::Store& store) {
  const auto snapshot = store.NewSnapshot();
  ASSIGN_OR_RETURN(const bool has_none, IsEmpty<IncidentTable>(*snapshot));
  ASSIGN_OR_RETURN(const bool is_unlisted, IsEmpty<SchoolIncidentTable>(*snapshot));
  if (has_none || !is_unlisted) return absl::OkStatus();
  return store.TransactAndWait([](storage::Transaction& transaction) -> absl::Status {
    std::vector<std::pair<uint32_t, IncidentKey::Key>> incidents;
    RETURN_IF_ERROR(
        IncidentTable::Scan(transaction, IncidentKey::Range(),
                            [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                              incidents.emplace_back(incident.school_number(), key);
                              return true;
                            }));
    for (const auto& [school_number, key] : incidents) {
      RETURN_IF_ERROR(PutAtSchool(transaction, school_number, key));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> StillStands(const rec::IncidentRecord& incident,
                                 const rec::DistributionRecord& record) {
  ASSIGN_OR_RETURN(const StudentSet stated, DecodeStudents(incident.students()));
  ASSIGN_OR_RETURN(const StudentSet standing, DecodeStudents(StandingOf(record).incident()));
  return Without(stated, standing).empty();
}

absl::Status EraseNotesOf(storage::Transaction& transaction, const Child& child,
                          Rewritten* rewritten) {
  RETURN_IF_ERROR(EraseNotesUnderWay(transaction, child));
  rewritten->push_back(runtime::IntentRows(runtime::ServiceTag::kConsumption));
  ASSIGN_OR_RETURN(Incidents naming, FindNaming(transaction, child));
  for (auto& [key, incident] : naming) {
    RETURN_IF_ERROR(ClearNote(transaction, key, std::move(incident), rewritten));
  }
  return absl::OkStatus();
}

absl::Status ClearNote(storage::Transaction& transaction, const IncidentKey::Key& key,
                       rec::IncidentRecord incident, Rewritten* rewritten) {
  const auto& [recorded_us, distribution_id] = key;
  incident.clear_note();
  RETURN_IF_ERROR(IncidentTable::Put(transaction, incident, recorded_us, distribution_id));
  rewritten->push_back(storage::PrefixRange(IncidentKey::Encode(recorded_us, distribution_id)));
  ASSIGN_OR_RETURN(auto record, DistributionTable::Find(transaction, distribution_id));
  const int index = static_cast<int>(incident.revision()) - 1;
  if (!record.has_value() || index < 0 || index >= record->revisions_size()) {
    return absl::DataLossError("the record of an incident is gone");
  }
  record->mutable_revisions(index)->clear_incident_note();
  RETURN_IF_ERROR(DistributionTable::Put(transaction, *record, distribution_id));
  rewritten->push_back(storage::PrefixRange(DistributionTable::Schema::Encode(distribution_id)));
  return absl::OkStatus();
}

storage::KeyRange IncidentsSince(int64_t since_us) {
  storage::KeyRange range = IncidentKey::Range();
  range.from = IncidentKey::Prefix(since_us);
  return range;
}

}  // namespace milkway::consumption
