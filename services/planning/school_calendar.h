// Which days are school days. Pure.
//
// A day is a school day if it lies in a term, on one of the term's weekdays and in none
// of its holidays, or is one of its extra days. After the last term that is known (and
// where none is), every Monday to Friday counts as one: to plan as if there were no
// school would let a school run out of milk.

#ifndef MILKWAY_SERVICES_PLANNING_SCHOOL_CALENDAR_H_
#define MILKWAY_SERVICES_PLANNING_SCHOOL_CALENDAR_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "services/runtime/dates.h"

namespace milkway::planning {

// 1 (Monday) to 7 (Sunday).
int WeekdayOf(LocalDate day);
// The Monday of the day's week.
LocalDate WeekOf(LocalDate day);

struct Term {
  LocalDate first_day;
  LocalDate last_day;
  std::vector<int> weekdays;  // 1 to 7; none: Monday to Friday
  std::vector<std::pair<LocalDate, LocalDate>> holidays;
  std::vector<LocalDate> extra_days;
};

class SchoolCalendar {
 public:
  SchoolCalendar() = default;
  explicit SchoolCalendar(std::vector<Term> terms);

  bool IsSchoolDay(LocalDate day) const;
  // False where IsSchoolDay only assumes.
  bool IsKnown(LocalDate day) const;
  bool has_terms() const { return !terms_.empty(); }

  // The last `count` school days before `day`, newest first; looks back a year at most.
  std::vector<LocalDate> SchoolDaysBefore(LocalDate day, size_t count) const;
  // The first school day from `day` on, within a year; else `day` itself.
  LocalDate NextSchoolDay(LocalDate day) const;

 private:
  std::vector<Term> terms_;  // by first day
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_SCHOOL_CALENDAR_H_
