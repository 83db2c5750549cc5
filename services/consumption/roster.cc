#include "services/consumption/roster.h"

#include <algorithm>

#include "services/consumption/consumption_errors.h"

namespace milkway::consumption {

std::optional<LocalDate> LeftOn(const rec::StudentRecord& record) {
  if (record.changes_size() > 0) {
    const rec::StudentChangeRecord& last = record.changes(record.changes_size() - 1);
    return last.has_left_day() ? std::optional(LocalDate{last.left_day()}) : std::nullopt;
  }
  return record.has_left_day() ? std::optional(LocalDate{record.left_day()}) : std::nullopt;
}

uint32_t ExclusionOf(const rec::StudentRecord& record) {
  return record.changes_size() > 0 ? record.changes(record.changes_size() - 1).exclusion()
                                   : record.exclusion();
}

StudentOnRoster StudentOf(int32_t number, const rec::StudentRecord& record) {
  StudentOnRoster student;
  student.number = number;
  student.enrolled_on = LocalDate{record.enrolled_day()};
  student.left_on = LeftOn(record);
  if (ExclusionOf(record) == 0) return student;
  student.excluded_from =
      record.changes_size() > 0
          ? LocalDate{record.changes(record.changes_size() - 1).excluded_from_day()}
          : student.enrolled_on;
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

absl::Status Roster::CheckServed(absl::string_view school_id, LocalDate on,
                                 const StudentSet& served) const {
  std::vector<int32_t> unknown, not_enrolled, excluded;
  for (const int32_t number : served) {
    const StudentOnRoster* student = Find(number);
    if (student == nullptr) {
      unknown.push_back(number);
    } else if (on < student->enrolled_on ||
               (student->left_on.has_value() && on >= *student->left_on)) {
      not_enrolled.push_back(number);
    } else if (student->excluded_from.has_value() && on >= *student->excluded_from) {
      excluded.push_back(number);
    }
  }
  if (!unknown.empty()) return StudentsUnknown(school_id, unknown);
  if (!not_enrolled.empty()) return StudentsNotEnrolled(school_id, on, not_enrolled);
  if (!excluded.empty()) return StudentsExcluded(school_id, on, excluded);
  return absl::OkStatus();
}

}  // namespace milkway::consumption
