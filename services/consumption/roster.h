// Students and the rule of who may be served. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_ROSTER_H_
#define MILKWAY_SERVICES_CONSUMPTION_ROSTER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/student.h"
#include "services/consumption/student_set.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// What the rule needs to know of a student.
struct StudentOnRoster {
  int32_t number = 0;
  LocalDate enrolled_on;
  std::optional<LocalDate> left_on;        // first day gone
  std::optional<LocalDate> excluded_from;  // first day without milk, up to now
  struct Days {
    LocalDate from;
    LocalDate before;
  };
  std::vector<Days> excluded_earlier = {};  // days without milk that are over

  bool IsEnrolledOn(LocalDate day) const;
  bool IsExcludedOn(LocalDate day) const;
};

StudentOnRoster StudentOf(int32_t number, const rec::StudentRecord& record);

// The students of one school, in order of their numbers.
class Roster {
 public:
  Roster() = default;
  explicit Roster(std::vector<StudentOnRoster> students) : students_(std::move(students)) {}

  // OK if every one of `served` was enrolled on `on` and not excluded then:
  //   NOT_FOUND            STUDENT_UNKNOWN
  //   FAILED_PRECONDITION  STUDENT_NOT_ENROLLED, STUDENT_EXCLUDED
  absl::Status CheckServed(absl::string_view school_id, LocalDate on,
                           const StudentSet& served) const;
  // The same for children who may be excluded.
  absl::Status CheckEnrolled(absl::string_view school_id, LocalDate on,
                             const StudentSet& students) const;
  // Those who are not excluded on `on`.
  StudentSet NotExcluded(LocalDate on, const StudentSet& students) const;

 private:
  // nullptr if there is no such student.
  const StudentOnRoster* Find(int32_t number) const;

  std::vector<StudentOnRoster> students_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_ROSTER_H_
