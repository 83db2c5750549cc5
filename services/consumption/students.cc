#include "services/consumption/students.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/schools.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"

namespace milkway::consumption {

namespace {

bool IsSame(const rec::StudentRecord& a, const rec::StudentRecord& b) {
  return runtime::SerializeInOrder(a) == runtime::SerializeInOrder(b);
}

// Changes of one roster in one transaction: students first, what they add up to last.
class RosterWriter {
 public:
  RosterWriter(storage::Transaction& transaction, uint32_t school_number)
      : transaction_(transaction), school_number_(school_number) {}

  absl::Status Add(uint32_t number, const rec::StudentRecord& student) {
    ++added_;
    AddDrinking(student, 1, &drinking_);
    return StudentTable::Put(transaction_, student, school_number_, number);
  }

  // `change` says how it came about; `from`: the first day for which it holds.
  absl::Status Change(uint32_t number, const rec::StudentRecord& before, LocalDate from,
                      const ChangedBy& by, rec::StudentChangeRecord change,
                      rec::StudentRecord* student) {
    // What earlier programs kept within the student comes first.
    for (const rec::StudentChangeRecord& old : before.changes()) {
      RETURN_IF_ERROR(PutChange(number, old, student));
    }
    change.set_earlier_class(ClassOn(before, from));
    if (const auto left = LeftOn(*student)) change.set_left_day(left->days);
    change.set_exclusion(ExclusionOf(*student));
    change.set_class_name(LastClassOf(*student));
    change.set_leaving(student->leaving());
    change.set_from_day(from.days);
    change.set_recorded_us(by.now_us);
    change.set_recorded_by(by.caller_id);
    RETURN_IF_ERROR(PutChange(number, change, student));
    AddDrinking(before, -1, &drinking_);
    AddDrinking(*student, 1, &drinking_);
    return StudentTable::Put(transaction_, *student, school_number_, number);
  }

  // In place of `before`, without a change of its own.
  absl::Status Replace(uint32_t number, const rec::StudentRecord& before,
                       const rec::StudentRecord& student) {
    AddDrinking(before, -1, &drinking_);
    AddDrinking(student, 1, &drinking_);
    return StudentTable::Put(transaction_, student, school_number_, number);
  }

  absl::Status Finish(std::optional<LocalDate> rolled_over_on = std::nullopt) {
    ASSIGN_OR_RETURN(rec::RosterHeadRecord head, ReadRosterHead(transaction_, school_number_));
    head.set_version(head.version() + 1);
    head.set_student_count(head.student_count() + added_);
    if (rolled_over_on.has_value()) head.set_rolled_over_day(rolled_over_on->days);
    RETURN_IF_ERROR(RosterHeadTable::Put(transaction_, head, school_number_));
    for (const auto& [day, change] : drinking_) {
      if (change == 0) continue;
      ASSIGN_OR_RETURN(auto stored,
                       RosterDayTable::Find(transaction_, school_number_, int64_t{day}));
      rec::RosterDayRecord record = stored.value_or(rec::RosterDayRecord());
      record.set_drinking_change(record.drinking_change() + change);
      RETURN_IF_ERROR(RosterDayTable::Put(transaction_, record, school_number_, int64_t{day}));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status PutChange(uint32_t number, const rec::StudentChangeRecord& change,
                         rec::StudentRecord* student) {
    student->set_change_count(student->change_count() + 1);
    return StudentChangeTable::Put(transaction_, change, school_number_, number,
                                   student->change_count());
  }

  storage::Transaction& transaction_;
  const uint32_t school_number_;
  int64_t added_ = 0;
  DrinkingChanges drinking_;
};

// Everybody who is in a class on the day, by number.
using Movers = std::vector<std::pair<uint32_t, rec::StudentRecord>>;
absl::StatusOr<Movers> FindEnrolled(const storage::Reader& reader, uint32_t school_number,
                                    const RollOver& roll_over) {
  Movers enrolled;
  RETURN_IF_ERROR(StudentTable::Scan(
      reader, StudentKey::Range(school_number),
      [&](const StudentKey::Key& key, const rec::StudentRecord& student) {
        const uint32_t number = std::get<1>(key);
        const bool is_meant = roll_over.only.empty() || roll_over.only.contains(number);
        if (is_meant && IsEnrolledOn(student, roll_over.on)) {
          enrolled.emplace_back(number, student);
        }
        return enrolled.size() <= kRollOverStudentsMax;
      }));
  return enrolled;
}

// Takes what tells of the person off the changes of a student.
absl::Status EraseChanges(storage::Transaction& transaction, uint32_t school_number,
                          uint32_t number) {
  std::vector<std::pair<uint32_t, rec::StudentChangeRecord>> changes;
  RETURN_IF_ERROR(StudentChangeTable::Scan(
      transaction, StudentChangeKey::Range(school_number, number),
      [&](const StudentChangeKey::Key& key, const rec::StudentChangeRecord& change) {
        changes.emplace_back(std::get<2>(key), AsErased(change));
        return true;
      }));
  for (const auto& [change_number, change] : changes) {
    RETURN_IF_ERROR(
        StudentChangeTable::Put(transaction, change, school_number, number, change_number));
  }
  return absl::OkStatus();
}

// Takes the links to the child off the student at the other end.
absl::Status Unlink(storage::Transaction& transaction, const rec::StudentElsewhereRecord& there,
                    const Child& child, Rewritten* rewritten) {
  if (there.school_id().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, there.school_id()));
  ASSIGN_OR_RETURN(auto student,
                   StudentTable::Find(transaction, school.number(), there.student_number()));
  if (!student.has_value()) return absl::OkStatus();
  const auto is_here = [&](const rec::StudentElsewhereRecord& link) {
    return link.school_id() == child.school_id && link.student_number() == child.number;
  };
  if (is_here(student->went_to())) student->clear_went_to();
  if (is_here(student->came_from())) student->clear_came_from();
  RETURN_IF_ERROR(
      StudentTable::Put(transaction, *student, school.number(), there.student_number()));
  rewritten->push_back(
      storage::PrefixRange(StudentKey::Encode(school.number(), there.student_number())));
  rewritten->push_back(StudentChangeKey::Range(school.number(), there.student_number()));
  std::vector<std::pair<uint32_t, rec::StudentChangeRecord>> linked;
  RETURN_IF_ERROR(StudentChangeTable::Scan(
      transaction, StudentChangeKey::Range(school.number(), there.student_number()),
      [&](const StudentChangeKey::Key& key, const rec::StudentChangeRecord& change) {
        if (is_here(change.went_to())) linked.emplace_back(std::get<2>(key), change);
        return true;
      }));
  for (auto& [change_number, change] : linked) {
    change.clear_went_to();
    change.clear_class_there();
    RETURN_IF_ERROR(StudentChangeTable::Put(transaction, change, school.number(),
                                            there.student_number(), change_number));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<rec::RosterHeadRecord> ReadRosterHead(const storage::Reader& reader,
                                                     uint32_t school_number) {
  ASSIGN_OR_RETURN(auto head, RosterHeadTable::Find(reader, school_number));
  return head.value_or(rec::RosterHeadRecord());
}

absl::StatusOr<rec::StudentRecord> ReadStudent(const storage::Reader& reader,
                                               const std::string& school_id, uint32_t school_number,
                                               int32_t number) {
  ASSIGN_OR_RETURN(auto stored,
                   StudentTable::Find(reader, school_number, static_cast<uint32_t>(number)));
  if (!stored.has_value()) return StudentsUnknown(school_id, {number});
  return *std::move(stored);
}

absl::StatusOr<int64_t> CountDrinking(const storage::Reader& reader, uint32_t school_number,
                                      LocalDate day) {
  int64_t count = 0;
  const storage::KeyRange until = {RosterDayKey::Prefix(school_number),
                                   RosterDayKey::Prefix(school_number, int64_t{day.days} + 1)};
  RETURN_IF_ERROR(RosterDayTable::Scan(
      reader, until, [&](const RosterDayKey::Key&, const rec::RosterDayRecord& record) {
        count += record.drinking_change();
        return true;
      }));
  return count;
}

absl::StatusOr<int32_t> EnrolStudents(storage::Transaction& transaction,
                                      const std::string& school_id,
                                      const std::vector<Enrolment>& enrolments) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  RosterWriter roster(transaction, school.number());
  int32_t added = 0;
  for (const Enrolment& enrolment : enrolments) {
    const uint32_t number = static_cast<uint32_t>(enrolment.student_number);
    RETURN_IF_ERROR(CheckNotErased(transaction, {school_id, school.number(), number}));
    ASSIGN_OR_RETURN(const auto stored, StudentTable::Find(transaction, school.number(), number));
    if (stored.has_value()) {
      const bool is_same = IsSame(AsEnrolled(*stored), enrolment.student) ||
                           IsSame(AsItStands(*stored), enrolment.student);
      if (!is_same) return StudentExists(school_id, enrolment.student_number);
      continue;
    }
    RETURN_IF_ERROR(roster.Add(number, enrolment.student));
    ++added;
  }
  if (added > 0) RETURN_IF_ERROR(roster.Finish());
  return added;
}

absl::StatusOr<rec::StudentRecord> UpdateStudent(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 const StudentChange& change, LocalDate today,
                                                 const std::string& recorded_by, int64_t now_us) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  ASSIGN_OR_RETURN(const rec::StudentRecord before,
                   ReadStudent(transaction, school_id, school.number(), change.student_number));
  if (before.erased()) return StudentErased(school_id, change.student_number);
  if (change.left_on.has_value() && change.left_on->days < before.enrolled_day()) {
    return runtime::InvalidField("left_on", "must not be before the day of enrolment");
  }
  rec::StudentRecord student = before;
  const LocalDate from =
      std::max(change.from_day.value_or(today), LocalDate{before.enrolled_day()});
  const bool keeps_exclusion = change.keep_exclusion || (!change.from_day.has_value() &&
                                                         change.exclusion == ExclusionOf(before));
  bool is_possible = keeps_exclusion || SetExclusion(from, change.exclusion, &student);
  if (!change.class_name.empty()) is_possible &= SetClass(from, change.class_name, &student);
  if (!is_possible) return StudentChangedTooOften(school_id, change.student_number);
  if (change.left_on != LeftOn(before) || !student.has_standing()) {
    SetLeft(change.left_on, v1::LEAVING_UNSPECIFIED, &student);
  }
  rec::StudentChangeRecord stated;
  stated.set_kind(v1::STUDENT_CHANGE_KIND_UPDATED);
  stated.set_states_class(!change.class_name.empty());
  stated.set_states_exclusion(!keeps_exclusion);
  RosterWriter roster(transaction, school.number());
  RETURN_IF_ERROR(roster.Change(static_cast<uint32_t>(change.student_number), before, from,
                                {recorded_by, now_us}, std::move(stated), &student));
  RETURN_IF_ERROR(roster.Finish());
  return student;
}

absl::StatusOr<std::pair<rec::StudentRecord, rec::StudentRecord>> TransferStudent(
    storage::Transaction& transaction, const Transfer& transfer, const ChangedBy& by) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord from, ReadSchool(transaction, transfer.from_school_id));
  ASSIGN_OR_RETURN(const rec::SchoolRecord to, ReadSchool(transaction, transfer.to_school_id));
  ASSIGN_OR_RETURN(
      const rec::StudentRecord before,
      ReadStudent(transaction, transfer.from_school_id, from.number(), transfer.from_number));
  const uint32_t from_number = static_cast<uint32_t>(transfer.from_number);
  const uint32_t to_number = static_cast<uint32_t>(transfer.to_number);
  if (before.erased()) return StudentErased(transfer.from_school_id, transfer.from_number);
  // The last day at the old school is the one before.
  if (!IsEnrolledOn(before, LocalDate{transfer.on.days - 1})) {
    return StudentsNotEnrolled(transfer.from_school_id, LocalDate{transfer.on.days - 1},
                               {transfer.from_number});
  }
  RETURN_IF_ERROR(CheckNotErased(transaction, {transfer.to_school_id, to.number(), to_number}));
  ASSIGN_OR_RETURN(const auto taken, StudentTable::Find(transaction, to.number(), to_number));
  if (taken.has_value()) return StudentExists(transfer.to_school_id, transfer.to_number);

  rec::StudentRecord left = before;
  SetLeft(transfer.on, v1::LEAVING_TRANSFERRED, &left);
  left.mutable_went_to()->set_school_id(transfer.to_school_id);
  left.mutable_went_to()->set_student_number(to_number);
  rec::StudentChangeRecord change;
  change.set_kind(v1::STUDENT_CHANGE_KIND_TRANSFERRED);
  *change.mutable_went_to() = left.went_to();
  change.set_class_there(transfer.to_class);
  RosterWriter old_roster(transaction, from.number());
  RETURN_IF_ERROR(
      old_roster.Change(from_number, before, transfer.on, by, std::move(change), &left));
  RETURN_IF_ERROR(old_roster.Finish());

  rec::StudentRecord enrolled;
  enrolled.set_class_name(transfer.to_class);
  enrolled.set_birth_month(before.birth_month());
  enrolled.set_sex(before.sex());
  enrolled.set_enrolled_day(transfer.on.days);
  enrolled.set_exclusion(ExclusionOn(before, transfer.on));
  enrolled.mutable_came_from()->set_school_id(transfer.from_school_id);
  enrolled.mutable_came_from()->set_student_number(from_number);
  RosterWriter new_roster(transaction, to.number());
  RETURN_IF_ERROR(new_roster.Add(to_number, enrolled));
  RETURN_IF_ERROR(new_roster.Finish());
  return std::pair(std::move(left), std::move(enrolled));
}

absl::Status EraseFromRoster(storage::Transaction& transaction, const Child& child, LocalDate today,
                             const ChangedBy& by, Rewritten* rewritten) {
  const uint32_t number = child.number;
  ASSIGN_OR_RETURN(
      const rec::StudentRecord before,
      ReadStudent(transaction, child.school_id, child.school_number, static_cast<int32_t>(number)));
  RETURN_IF_ERROR(Unlink(transaction, before.went_to(), child, rewritten));
  RETURN_IF_ERROR(Unlink(transaction, before.came_from(), child, rewritten));
  RETURN_IF_ERROR(EraseChanges(transaction, child.school_number, number));
  rec::StudentRecord student = AsErased(before);
  RosterWriter roster(transaction, child.school_number);
  RETURN_IF_ERROR(roster.Replace(number, before, student));
  const LocalDate tomorrow{today.days + 1};
  const std::optional<LocalDate> left = LeftOn(student);
  if (!left.has_value() || *left > tomorrow) {
    const rec::StudentRecord present = student;
    SetLeft(tomorrow, v1::LEAVING_UNSPECIFIED, &student);
    rec::StudentChangeRecord change;
    change.set_kind(v1::STUDENT_CHANGE_KIND_UPDATED);
    RETURN_IF_ERROR(roster.Change(number, present, tomorrow, by, std::move(change), &student));
  }
  return roster.Finish();
}

absl::Status RollOverClasses(storage::Transaction& transaction, const RollOver& roll_over,
                             const ChangedBy& by, std::vector<ClassMove>* moves) {
  const std::string& school_id = roll_over.school_id;
  const LocalDate on = roll_over.on;
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  ASSIGN_OR_RETURN(const rec::RosterHeadRecord head, ReadRosterHead(transaction, school.number()));
  if (head.has_rolled_over_day() && head.rolled_over_day() >= on.days) {
    return RolledOverAlready(school_id, LocalDate{head.rolled_over_day()});
  }
  ASSIGN_OR_RETURN(const Movers movers, FindEnrolled(transaction, school.number(), roll_over));
  if (movers.size() > kRollOverStudentsMax) return SchoolTooLarge(school_id, kRollOverStudentsMax);
  absl::flat_hash_map<std::string, ClassMove*> move_of;
  for (ClassMove& move : *moves) {
    move.students = 0;
    move_of[move.from_class] = &move;
  }
  std::set<std::string> not_mapped;
  for (const auto& [number, student] : movers) {
    const auto move = move_of.find(ClassOn(student, on));
    if (move == move_of.end()) {
      not_mapped.insert(ClassOn(student, on));
    } else {
      ++move->second->students;
    }
  }
  if (!not_mapped.empty()) return ClassesNotMapped(school_id, not_mapped);
  if (roll_over.is_dry_run) return absl::OkStatus();
  RosterWriter roster(transaction, school.number());
  for (const auto& [number, before] : movers) {
    const ClassMove& move = *move_of[ClassOn(before, on)];
    rec::StudentRecord student = before;
    if (move.to_class.empty()) {
      SetLeft(on, v1::LEAVING_GRADUATED, &student);
    } else if (!SetClass(on, move.to_class, &student)) {
      return StudentChangedTooOften(school_id, static_cast<int32_t>(number));
    }
    rec::StudentChangeRecord change;
    change.set_kind(v1::STUDENT_CHANGE_KIND_ROLLED_OVER);
    RETURN_IF_ERROR(roster.Change(number, before, on, by, std::move(change), &student));
  }
  return roster.Finish(on);
}

}  // namespace milkway::consumption
