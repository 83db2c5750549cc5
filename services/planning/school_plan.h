// The plan of one school: what it needs, how long its milk lasts, what to order. Pure.
//
// Need of a school day: ceil(children x serving_g x sessions x use / 1,000,000), and on
// the first school day of a week also ceil(children x take_home_g x use / 1,000,000).
// `use` is in parts per million what was used (wasted milk too) on the last 20 school
// days with records over what the policy meant, at most 1,500,000. Without a policy the
// need is what was used on those days on average, rounded up.
//
// The order comes by p95 lead time after it was placed. It covers the need from then
// until the next one, kReviewDays later, has come by p95 as well, plus a safety stock of
// 1.645 standard deviations of that need (days taken as independent), less what will be
// left by then. So it is needed kHandlingDays + p95 before the run-out day at the latest.
// For orders, what is on the way counts as if it were there: a gap before it comes can
// be warned of, but no order made now closes it, and none must be made twice.

#ifndef MILKWAY_SERVICES_PLANNING_SCHOOL_PLAN_H_
#define MILKWAY_SERVICES_PLANNING_SCHOOL_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/planning/lead_time.h"
#include "services/planning/school_calendar.h"
#include "services/planning/stock_walk.h"
#include "services/runtime/dates.h"

namespace milkway::planning {

inline constexpr size_t kUseDays = 20;
inline constexpr int64_t kPpm = 1'000'000;
inline constexpr int64_t kUsePpmMax = 1'500'000;
inline constexpr int32_t kHandlingDays = 2;
inline constexpr int32_t kReviewDays = 28;

// What each child is meant to get, from a day on.
struct Policy {
  LocalDate from_day;
  int64_t serving_g = 0;
  int64_t sessions = 1;
  int64_t take_home_g = 0;
};

// What was used on a day with records.
struct UsedDay {
  LocalDate day;
  int64_t used_g = 0;
};

// What is known of a school.
struct SchoolFacts {
  LocalDate today;
  int64_t drinking_children = 0;
  SchoolCalendar calendar;
  std::vector<Policy> policies;  // by from_day
  std::vector<UsedDay> used;     // the last kUseDays with records, oldest first
  std::vector<StockLot> stock;   // there_from is today
  std::vector<StockLot> arrivals;
  std::optional<LeadTime> lead_time;  // absent: no place is known that supplies it
};

// What days need.
class Need {
 public:
  explicit Need(const SchoolFacts& facts);

  // In grams; 0 where there is no school. `day` may lie in the past.
  int64_t Of(LocalDate day) const;
  // A school day's, take-home bags aside, by the policy of that day.
  int64_t OfSchoolDay(LocalDate day) const;
  bool is_known() const { return is_known_; }
  bool has_policy() const { return !policies_.empty(); }
  int64_t use_ppm() const { return use_ppm_; }
  // Standard deviation of a school day's need.
  int64_t deviation_g() const { return deviation_g_; }

 private:
  // Of `grams_each` to every child, as used.
  int64_t Scaled(int64_t grams_each) const;
  int64_t MeantOn(LocalDate day) const;  // without use
  const Policy* PolicyOn(LocalDate day) const;
  bool IsFirstOfWeek(LocalDate day) const;
  void LearnUse(const std::vector<UsedDay>& used);
  void LearnDeviation(const std::vector<UsedDay>& used);

  const SchoolCalendar& calendar_;
  const std::vector<Policy>& policies_;
  const int64_t children_;
  int64_t use_ppm_ = kPpm;
  int64_t flat_g_ = 0;  // without a policy
  int64_t deviation_g_ = 0;
  bool is_known_ = false;
};

struct Plan {
  bool need_is_known = false;
  bool has_policy = false;
  int64_t daily_need_g = 0;
  int64_t use_ppm = kPpm;
  int64_t deviation_g = 0;
  int64_t usable_g = 0;     // unexpired
  StockWalk without;        // of stock
  StockWalk with_arrivals;  // of stock, and arrivals from the day they are there
  StockWalk covered;        // of stock and arrivals, as if all were there
  // The day a lead time before with_arrivals runs out: the last one to act.
  std::optional<LocalDate> act_by;
  std::optional<LocalDate> order_by;  // the same before `covered` runs out
  LocalDate order_there_by;           // if it is placed at order_by, or today if that is past
  LocalDate order_lasts_until;
  int64_t order_need_g = 0;  // of the days covered
  int64_t safety_g = 0;
  int64_t order_g = 0;  // 0: none is needed, or nothing is known
};

Plan MakePlan(const SchoolFacts& facts);

// The largest whole number whose square is at most `number`.
int64_t SquareRoot(int64_t number);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_SCHOOL_PLAN_H_
