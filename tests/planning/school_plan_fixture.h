// A school of a hundred children in an autumn term, and what it has in stock.

#ifndef MILKWAY_TESTS_PLANNING_SCHOOL_PLAN_FIXTURE_H_
#define MILKWAY_TESTS_PLANNING_SCHOOL_PLAN_FIXTURE_H_

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "services/planning/school_calendar.h"
#include "services/planning/school_plan.h"

namespace milkway::planning {

inline LocalDate Date(const std::string& text) { return *ParseDate("date", text); }

inline Term Autumn() {
  Term term;
  term.first_day = Date("2025-09-01");
  term.last_day = Date("2026-01-16");
  term.holidays = {{Date("2025-10-01"), Date("2025-10-08")}};
  term.extra_days = {Date("2025-09-28")};  // a Sunday
  return term;
}

class SchoolPlanTest : public ::testing::Test {
 protected:
  SchoolPlanTest() {
    facts_.today = Date("2025-09-08");  // a Monday
    facts_.drinking_children = 100;
    facts_.calendar = SchoolCalendar({Autumn()});
    facts_.policies = {{Date("2025-01-01"), 25, 1, 0}};
    facts_.lead_time = LeadTime{30, 4, 8, kDomesticPrior};
  }

  void Stock(int64_t grams, const std::string& expires_on = "2026-06-30") {
    facts_.stock.push_back({grams, Date(expires_on), facts_.today});
  }

  SchoolFacts facts_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_TESTS_PLANNING_SCHOOL_PLAN_FIXTURE_H_
