#include "services/consumption/schools.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"

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

rec::StudentRecord WithoutChanges(rec::StudentRecord student) {
  student.clear_changes();
  return student;
}

// The student as if enrolled the way it stands now.
rec::StudentRecord AsItStands(const rec::StudentRecord& student) {
  rec::StudentRecord now = WithoutChanges(student);
  now.clear_left_day();
  if (const auto left = LeftOn(student)) now.set_left_day(left->days);
  now.set_exclusion(ExclusionOf(student));
  return now;
}

bool IsSame(const rec::StudentRecord& a, const rec::StudentRecord& b) {
  return runtime::SerializeInOrder(a) == runtime::SerializeInOrder(b);
}

absl::Status SaveRosterChange(storage::Transaction& transaction, uint32_t school_number,
                              int64_t added) {
  ASSIGN_OR_RETURN(rec::RosterHeadRecord head, ReadRosterHead(transaction, school_number));
  head.set_version(head.version() + 1);
  head.set_student_count(head.student_count() + added);
  return RosterHeadTable::Put(transaction, head, school_number);
}

}  // namespace

absl::StatusOr<rec::SchoolRecord> ReadSchool(const storage::Reader& reader,
                                             const std::string& school_id) {
  ASSIGN_OR_RETURN(auto school, SchoolTable::Find(reader, school_id));
  if (!school.has_value()) return SchoolUnknown(school_id);
  return *std::move(school);
}

absl::StatusOr<rec::RosterHeadRecord> ReadRosterHead(const storage::Reader& reader,
                                                     uint32_t school_number) {
  ASSIGN_OR_RETURN(auto head, RosterHeadTable::Find(reader, school_number));
  return head.value_or(rec::RosterHeadRecord());
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
  return school;
}

absl::StatusOr<int32_t> EnrolStudents(storage::Transaction& transaction,
                                      const std::string& school_id,
                                      const std::vector<Enrolment>& enrolments) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  int32_t added = 0;
  for (const Enrolment& enrolment : enrolments) {
    const uint32_t number = static_cast<uint32_t>(enrolment.student_number);
    ASSIGN_OR_RETURN(const auto stored, StudentTable::Find(transaction, school.number(), number));
    if (stored.has_value()) {
      const bool is_same = IsSame(WithoutChanges(*stored), enrolment.student) ||
                           IsSame(AsItStands(*stored), enrolment.student);
      if (!is_same) return StudentExists(school_id, enrolment.student_number);
      continue;
    }
    RETURN_IF_ERROR(StudentTable::Put(transaction, enrolment.student, school.number(), number));
    ++added;
  }
  if (added > 0) RETURN_IF_ERROR(SaveRosterChange(transaction, school.number(), added));
  return added;
}

absl::StatusOr<rec::StudentRecord> UpdateStudent(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 const StudentChange& change, LocalDate today,
                                                 const std::string& recorded_by, int64_t now_us) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  const uint32_t number = static_cast<uint32_t>(change.student_number);
  ASSIGN_OR_RETURN(auto stored, StudentTable::Find(transaction, school.number(), number));
  if (!stored.has_value()) return StudentsUnknown(school_id, {change.student_number});
  rec::StudentRecord student = *std::move(stored);
  if (change.left_on.has_value() && change.left_on->days < student.enrolled_day()) {
    return runtime::InvalidField("left_on", "must not be before the day of enrolment");
  }
  const std::optional<LocalDate> excluded_from = StudentOf(0, student).excluded_from;
  rec::StudentChangeRecord& record = *student.add_changes();
  if (change.left_on.has_value()) record.set_left_day(change.left_on->days);
  record.set_exclusion(change.exclusion);
  if (change.exclusion != 0) record.set_excluded_from_day(excluded_from.value_or(today).days);
  record.set_recorded_us(now_us);
  record.set_recorded_by(recorded_by);
  RETURN_IF_ERROR(StudentTable::Put(transaction, student, school.number(), number));
  RETURN_IF_ERROR(SaveRosterChange(transaction, school.number(), 0));
  return student;
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
