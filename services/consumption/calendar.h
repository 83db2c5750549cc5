// Which days are school days. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CALENDAR_H_
#define MILKWAY_SERVICES_CONSUMPTION_CALENDAR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/consumption/consumption_keys.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// A term as its school knows it.
struct Term {
  LocalDate first_day;
  rec::TermRecord record;

  LocalDate last_day() const { return LocalDate{record.last_day()}; }
  bool Covers(LocalDate day) const { return first_day <= day && day <= last_day(); }
  bool Overlaps(const Term& other) const {
    return first_day <= other.last_day() && other.first_day <= last_day();
  }
};

// 1 (Monday) to 7 (Sunday).
int WeekdayOf(LocalDate day);
// The Monday of its week.
LocalDate MondayOf(LocalDate day);

// True if a day of the term is a school day: one of its extra days, or one of its
// weekdays that is in none of its holidays.
bool IsSchoolDay(const Term& term, LocalDate day);

// The term that covers a day; nullptr if none does. `terms` do not overlap.
const Term* TermOn(const std::vector<Term>& terms, LocalDate day);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CALENDAR_H_
