// How long stock lasts: a walk along the calendar, first expired first out. Pure.

#ifndef MILKWAY_SERVICES_PLANNING_STOCK_WALK_H_
#define MILKWAY_SERVICES_PLANNING_STOCK_WALK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/runtime/dates.h"

namespace milkway::planning {

inline constexpr int32_t kWalkSchoolDaysMax = 400;
inline constexpr int32_t kWalkDaysMax = 1100;

// Good stock that can be used up to and with its last day, from the day it is there.
struct StockLot {
  int64_t grams = 0;
  LocalDate expires_on;
  LocalDate there_from;  // not used earlier
};

struct StockWalk {
  int32_t days_served = 0;               // school days served in full
  std::optional<LocalDate> run_out_day;  // the first that is not, if the walk met one
  std::vector<int64_t> expired_g;        // by lot, in the order given: unused at its end
  std::vector<int64_t> left_g;           // by lot: unused at the end of the walk
};

// Walks from `from` on. `need(day)` is what the day needs: 0 where there is no school.
// Stops at the first day that cannot be served in full, after kWalkSchoolDaysMax days
// with a need, or after kWalkDaysMax days. Stock still unused then is not expired.
StockWalk WalkStock(const std::vector<StockLot>& lots, LocalDate from,
                    absl::FunctionRef<int64_t(LocalDate)> need);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_STOCK_WALK_H_
