#include "services/consumption/calendar.h"

#include <algorithm>

namespace milkway::consumption {

int WeekdayOf(LocalDate day) {
  // 1970-01-01 was a Thursday.
  const int32_t from_monday = (day.days + 3) % 7;
  return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

LocalDate MondayOf(LocalDate day) { return {day.days - (WeekdayOf(day) - 1)}; }

bool IsSchoolDay(const Term& term, LocalDate day) {
  if (!term.Covers(day)) return false;
  const auto& extra = term.record.extra_days();
  if (std::find(extra.begin(), extra.end(), day.days) != extra.end()) return true;
  const bool is_weekday = (term.record.weekdays() >> (WeekdayOf(day) - 1) & 1) != 0;
  if (!is_weekday) return false;
  const auto& holidays = term.record.holidays();
  return std::none_of(holidays.begin(), holidays.end(), [day](const rec::DayRangeRecord& range) {
    return range.first_day() <= day.days && day.days <= range.last_day();
  });
}

const Term* TermOn(const std::vector<Term>& terms, LocalDate day) {
  for (const Term& term : terms) {
    if (term.Covers(day)) return &term;
  }
  return nullptr;
}

}  // namespace milkway::consumption
