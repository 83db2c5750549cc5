// Sums of served days by period, and the comparison of cups with bags.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PERIOD_SUMS_H_
#define MILKWAY_SERVICES_CONSUMPTION_PERIOD_SUMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/calendar.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/served_days.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

// What is added up together: numbers of the public Period.
enum class Period { kDay = 1, kWeek = 2, kTerm = 3 };

// Sums of the days of a period within the range asked for.
struct PeriodSums {
  LocalDate first_day;
  LocalDate last_day;
  std::string term_id;  // empty unless a term
  int64_t days = 0;     // with a record
  DaySums sums;
};

// In order of their first days, those outside of all terms last.
absl::StatusOr<std::vector<PeriodSums>> SumUpPeriods(const storage::Reader& reader,
                                                     uint32_t school_number,
                                                     const std::string& class_name,
                                                     const DaysAsked& asked, Period period);

// Cups and bags of a lot.
struct CupsAndBags {
  LotId lot;
  int64_t servings = 0;
  int64_t served_g = 0;
  int64_t wasted_g = 0;
  int64_t opened_packs = 0;
  int64_t opened_g = 0;
  int64_t pack_g = 0;  // of the largest

  int64_t difference_g() const { return served_g + wasted_g - opened_g; }
  // True if they differ by more than 15 % of the bags and by more than one of them.
  bool IsFlagged() const;
};

// Lots of which opened packs were counted, in order.
absl::StatusOr<std::vector<CupsAndBags>> CompareCupsAndBags(const storage::Reader& reader,
                                                            uint32_t school_number,
                                                            const std::string& class_name,
                                                            const DaysAsked& asked);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PERIOD_SUMS_H_
