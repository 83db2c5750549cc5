#include "services/planning/school_calendar.h"

#include <algorithm>

namespace milkway::planning {

namespace {

constexpr int kFriday = 5;
constexpr int32_t kYearDays = 366;

bool HasWeekday(const Term& term, int weekday) {
  if (term.weekdays.empty()) return weekday <= kFriday;
  return std::find(term.weekdays.begin(), term.weekdays.end(), weekday) != term.weekdays.end();
}

bool IsSchoolDayOf(const Term& term, LocalDate day) {
  const auto& extra = term.extra_days;
  if (std::find(extra.begin(), extra.end(), day) != extra.end()) return true;
  const bool is_holiday = std::any_of(
      term.holidays.begin(), term.holidays.end(),
      [day](const auto& holiday) { return holiday.first <= day && day <= holiday.second; });
  return !is_holiday && HasWeekday(term, WeekdayOf(day));
}

}  // namespace

int WeekdayOf(LocalDate day) {
  // 1970-01-01 was a Thursday.
  const int32_t from_monday = ((day.days + 3) % 7 + 7) % 7;
  return from_monday + 1;
}

LocalDate WeekOf(LocalDate day) { return {day.days - (WeekdayOf(day) - 1)}; }

SchoolCalendar::SchoolCalendar(std::vector<Term> terms) : terms_(std::move(terms)) {
  std::sort(terms_.begin(), terms_.end(),
            [](const Term& a, const Term& b) { return a.first_day < b.first_day; });
}

bool SchoolCalendar::IsKnown(LocalDate day) const {
  return !terms_.empty() && day <= terms_.back().last_day;
}

bool SchoolCalendar::IsSchoolDay(LocalDate day) const {
  if (!IsKnown(day)) return WeekdayOf(day) <= kFriday;
  for (const Term& term : terms_) {
    if (term.first_day <= day && day <= term.last_day) return IsSchoolDayOf(term, day);
  }
  return false;
}

std::vector<LocalDate> SchoolCalendar::SchoolDaysBefore(LocalDate day, size_t count) const {
  std::vector<LocalDate> days;
  for (int32_t back = 1; back <= kYearDays && days.size() < count; ++back) {
    const LocalDate earlier = {day.days - back};
    if (IsSchoolDay(earlier)) days.push_back(earlier);
  }
  return days;
}

LocalDate SchoolCalendar::NextSchoolDay(LocalDate day) const {
  for (int32_t ahead = 0; ahead <= kYearDays; ++ahead) {
    const LocalDate later = {day.days + ahead};
    if (IsSchoolDay(later)) return later;
  }
  return day;
}

}  // namespace milkway::planning
