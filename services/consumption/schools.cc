#include "services/consumption/schools.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/students.h"

namespace milkway::consumption {

namespace {

// A full cache starts anew: simple, and rare enough.
constexpr size_t kSchoolsCachedMax = 100'000;
constexpr size_t kRostersCachedMax = 2'000;
constexpr size_t kDayEndsCachedMax = 10'000;

template <typename Map>
void MakeRoom(size_t max, Map& map) {
  if (map.size() >= max) map.clear();
}

}  // namespace

absl::StatusOr<rec::SchoolRecord> ReadSchool(const storage::Reader& reader,
                                             const std::string& school_id) {
  ASSIGN_OR_RETURN(auto school, SchoolTable::Find(reader, school_id));
  if (!school.has_value()) return SchoolUnknown(school_id);
  return *std::move(school);
}

absl::StatusOr<std::string> FindSchoolId(const storage::Reader& reader, uint32_t school_number) {
  ASSIGN_OR_RETURN(auto record, SchoolIdTable::Find(reader, school_number));
  if (!record.has_value()) return absl::DataLossError("a school with records has no id");
  return std::move(*record->mutable_school_id());
}

absl::StatusOr<rec::SchoolRecord> RegisterSchool(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 rec::SchoolRecord school) {
  ASSIGN_OR_RETURN(auto stored, SchoolTable::Find(transaction, school_id));
  if (stored.has_value()) return *std::move(stored);
  ASSIGN_OR_RETURN(auto counted, LastSchoolTable::Find(transaction));
  rec::CounterRecord counter = counted.value_or(rec::CounterRecord());
  counter.set_last(counter.last() + 1);
  RETURN_IF_ERROR(LastSchoolTable::Put(transaction, counter));
  school.set_number(static_cast<uint32_t>(counter.last()));
  RETURN_IF_ERROR(SchoolTable::Put(transaction, school, school_id));
  rec::SchoolIdRecord id;
  id.set_school_id(school_id);
  RETURN_IF_ERROR(SchoolIdTable::Put(transaction, id, school.number()));
  return school;
}

absl::StatusOr<std::shared_ptr<const SchoolCache::School>> SchoolCache::FindSchool(
    const storage::Reader& reader, const std::string& school_id) {
  absl::MutexLock lock(&mutex_);
  const auto cached = schools_.find(school_id);
  if (cached != schools_.end()) return cached->second;
  ASSIGN_OR_RETURN(const rec::SchoolRecord record, ReadSchool(reader, school_id));
  auto school =
      std::make_shared<const School>(School{school_id, record.number(), record.time_zone()});
  MakeRoom(kSchoolsCachedMax, schools_);
  schools_.emplace(school_id, school);
  return school;
}

absl::StatusOr<std::shared_ptr<const Roster>> SchoolCache::FindRoster(const storage::Reader& reader,
                                                                      uint32_t school_number) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const rec::RosterHeadRecord head, ReadRosterHead(reader, school_number));
  const auto cached = rosters_.find(school_number);
  if (cached != rosters_.end() && cached->second.version == head.version()) {
    return cached->second.roster;
  }
  std::vector<StudentOnRoster> students;
  RETURN_IF_ERROR(StudentTable::Scan(
      reader, StudentKey::Range(school_number),
      [&](const StudentKey::Key& key, const rec::StudentRecord& record) {
        students.push_back(StudentOf(static_cast<int32_t>(std::get<1>(key)), record));
        return true;
      }));
  auto roster = std::make_shared<const Roster>(std::move(students));
  MakeRoom(kRostersCachedMax, rosters_);
  rosters_[school_number] = {head.version(), roster};
  return roster;
}

absl::StatusOr<OccurredAt> SchoolCache::FindEndOfDay(const School& school, LocalDate day) {
  absl::MutexLock lock(&mutex_);
  const auto cached = day_ends_.find(std::pair(school.time_zone, day.days));
  if (cached != day_ends_.end()) return cached->second;
  ASSIGN_OR_RETURN(const OccurredAt end, EndOfDay(day, school.time_zone));
  MakeRoom(kDayEndsCachedMax, day_ends_);
  day_ends_.emplace(std::pair(school.time_zone, day.days), end);
  return end;
}

}  // namespace milkway::consumption
