// How the children of a school grew between two periods, as a group.

#ifndef MILKWAY_SERVICES_CONSUMPTION_GROWTH_SUMMARY_H_
#define MILKWAY_SERVICES_CONSUMPTION_GROWTH_SUMMARY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cpp/growth/growth_reference.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/mean_z.h"
#include "storage/store.h"

namespace milkway::consumption {

// Measurements that a period may have.
inline constexpr int64_t kPeriodMeasurementsMax = 50'000;

// nullopt where fewer than kGroupMin children stand behind it.
struct IndicatorSummary {
  std::optional<MeanZ> first;
  std::optional<MeanZ> second;
  std::optional<MeanZ> change;  // of the children who have both
};

struct GrowthSummary {
  IndicatorSummary height_for_age;
  IndicatorSummary weight_for_age;
  IndicatorSummary bmi_for_age;
};

// Takes of each child the last plausible score in each period. NOT_FOUND
// (SCHOOL_UNKNOWN); FAILED_PRECONDITION (PERIOD_TOO_LARGE).
absl::StatusOr<GrowthSummary> SummarizeGrowth(const storage::Reader& reader,
                                              const growth::GrowthReference& reference,
                                              const std::string& school_id, const DaysAsked& first,
                                              const DaysAsked& second);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_GROWTH_SUMMARY_H_
