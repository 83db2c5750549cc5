// Rosters in the store: enrolment and every later change of a student.

#ifndef MILKWAY_SERVICES_CONSUMPTION_STUDENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_STUDENTS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/rewritten.h"
#include "services/consumption/student.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

absl::StatusOr<rec::RosterHeadRecord> ReadRosterHead(const storage::Reader& reader,
                                                     uint32_t school_number);

// NOT_FOUND (STUDENT_UNKNOWN).
absl::StatusOr<rec::StudentRecord> ReadStudent(const storage::Reader& reader,
                                               const std::string& school_id, uint32_t school_number,
                                               int32_t number);

// Students who are given milk on a day.
absl::StatusOr<int64_t> CountDrinking(const storage::Reader& reader, uint32_t school_number,
                                      LocalDate day);

// A student as enrolled.
struct Enrolment {
  int32_t student_number = 0;
  rec::StudentRecord student;
};
// Adds students, all or none, and returns how many were not there before. One that
// is there as enrolled, or as it stands now, is left as it is; with other content:
// ALREADY_EXISTS (STUDENT_EXISTS). FAILED_PRECONDITION (STUDENT_ERASED): the number was an
// erased child's, who need not be on the roster where that is restored from before.
absl::StatusOr<int32_t> EnrolStudents(storage::Transaction& transaction,
                                      const std::string& school_id,
                                      const std::vector<Enrolment>& enrolments);

// Who changes something, when.
struct ChangedBy {
  std::string caller_id;
  int64_t now_us = 0;
};

// What of a student can change.
struct StudentChange {
  int32_t student_number = 0;
  std::optional<LocalDate> left_on;
  uint32_t exclusion = 0;                  // number of the public Exclusion; 0: none
  std::string class_name = {};             // empty: as before
  std::optional<LocalDate> from_day = {};  // of class and exclusion; absent: today
  bool keep_exclusion = false;             // `exclusion` is not looked at
};
// Changes a student. An exclusion as before, of no day that was said, goes on. NOT_FOUND
// (STUDENT_UNKNOWN); INVALID_ARGUMENT (left_on before the enrolment);
// FAILED_PRECONDITION (STUDENT_CHANGED_TOO_OFTEN).
absl::StatusOr<rec::StudentRecord> UpdateStudent(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 const StudentChange& change, LocalDate today,
                                                 const std::string& recorded_by, int64_t now_us);

// A student who goes to another school.
struct Transfer {
  std::string from_school_id;
  int32_t from_number = 0;
  std::string to_school_id;
  int32_t to_number = 0;
  std::string to_class;
  LocalDate on;  // first day at the new school
};
// Moves a student: gone there, enrolled here, with what the roster knows of the child.
// Returns both ends. NOT_FOUND (SCHOOL_UNKNOWN, STUDENT_UNKNOWN); FAILED_PRECONDITION
// (STUDENT_NOT_ENROLLED; STUDENT_ERASED, at either end); ALREADY_EXISTS (STUDENT_EXISTS).
absl::StatusOr<std::pair<rec::StudentRecord, rec::StudentRecord>> TransferStudent(
    storage::Transaction& transaction, const Transfer& transfer, const ChangedBy& by);

// Takes what tells of the person off the roster, and off the links from and to other
// schools; a child who is there is gone after `today`. Adds the rows of other schools that
// said where the child came from or went to `*rewritten`. NOT_FOUND (STUDENT_UNKNOWN).
absl::Status EraseFromRoster(storage::Transaction& transaction, const Child& child, LocalDate today,
                             const ChangedBy& by, Rewritten* rewritten);

// Where a class goes, and how many students went.
struct ClassMove {
  std::string from_class;
  std::string to_class;  // empty: it graduates
  int32_t students = 0;
};
// A school with more cannot be rolled over in one transaction.
inline constexpr size_t kRollOverStudentsMax = 20'000;

// A roll-over of a school.
struct RollOver {
  std::string school_id;
  LocalDate on;
  std::set<uint32_t> only;  // empty: everybody who is enrolled on the day
  bool is_dry_run = false;
};
// Moves all classes of a school on; counts students in `*moves`. Writes nothing on a dry
// run. FAILED_PRECONDITION CLASS_NOT_MAPPED, ROLLED_OVER_ALREADY, SCHOOL_TOO_LARGE,
// STUDENT_CHANGED_TOO_OFTEN.
absl::Status RollOverClasses(storage::Transaction& transaction, const RollOver& roll_over,
                             const ChangedBy& by, std::vector<ClassMove>* moves);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_STUDENTS_H_
