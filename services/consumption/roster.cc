#include "services/consumption/roster.h"

#include <algorithm>

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"

namespace milkway::consumption {

bool StudentOnRoster::IsEnrolledOn(LocalDate day) const {
  return day >= enrolled_on && (!left_on.has_value() || day < *left_on);
}

bool StudentOnRoster::IsExcludedOn(LocalDate day) const {
  if (excluded_from.has_value() && day >= *excluded_from) return true;
  for (const Days& days : excluded_earlier) {
    if (day >= days.from && day < days.before) return true;
  }
  return false;
}

StudentOnRoster StudentOf(int32_t number, const rec::StudentRecord& record) {
  StudentOnRoster student;
  student.number = number;
  student.enrolled_on = LocalDate{record.enrolled_day()};
  student.left_on = LeftOn(record);
  for (const ExclusionFrom& exclusion : ExclusionsOf(record)) {
    if (exclusion.exclusion != 0) {
      if (!student.excluded_from.has_value()) student.excluded_from = exclusion.from;
    } else if (student.excluded_from.has_value()) {
      student.excluded_earlier.push_back({*student.excluded_from, exclusion.from});
      student.excluded_from.reset();
    }
  }
  return student;
}

const StudentOnRoster* Roster::Find(int32_t number) const {
  // Rosters are mostly 1, 2, 3 … without gaps.
  const size_t guess = static_cast<size_t>(number - 1);
  if (guess < students_.size() && students_[guess].number == number) return &students_[guess];
  const auto found = std::lower_bound(
      students_.begin(), students_.end(), number,
      [](const StudentOnRoster& student, int32_t wanted) { return student.number < wanted; });
  return found != students_.end() && found->number == number ? &*found : nullptr;
}

absl::Status Roster::CheckEnrolled(absl::string_view school_id, LocalDate on,
                                   const StudentSet& students) const {
  std::vector<int32_t> unknown, not_enrolled;
  for (const int32_t number : students) {
    const StudentOnRoster* student = Find(number);
    if (student == nullptr) {
      unknown.push_back(number);
    } else if (!student->IsEnrolledOn(on)) {
      not_enrolled.push_back(number);
    }
  }
  if (!unknown.empty()) return StudentsUnknown(school_id, unknown);
  if (!not_enrolled.empty()) return StudentsNotEnrolled(school_id, on, not_enrolled);
  return absl::OkStatus();
}

StudentSet Roster::NotExcluded(LocalDate on, const StudentSet& students) const {
  StudentSet rest;
  for (const int32_t number : students) {
    const StudentOnRoster* student = Find(number);
    if (student == nullptr || !student->IsExcludedOn(on)) rest.push_back(number);
  }
  return rest;
}

absl::Status Roster::CheckServed(absl::string_view school_id, LocalDate on,
                                 const StudentSet& served) const {
  RETURN_IF_ERROR(CheckEnrolled(school_id, on, served));
  std::vector<int32_t> excluded;
  for (const int32_t number : served) {
    if (Find(number)->IsExcludedOn(on)) excluded.push_back(number);
  }
  if (!excluded.empty()) return StudentsExcluded(school_id, on, excluded);
  return absl::OkStatus();
}

}  // namespace milkway::consumption
