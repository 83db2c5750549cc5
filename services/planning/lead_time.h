// How long deliveries take, from few and from many past shipments. Pure.
//
// Method. Days are whole and rounded up. With at least kSamplesEnough samples the
// p-quantile is the order statistic number ceil(p (n + 1)): the chance that the next
// shipment takes longer is then at most 1 - p. With fewer, no order statistic says that
// much, so the estimate leans on the prior as if it were kPriorWeight samples:
//   ceil((n x longest + w x prior) / (n + w)), and never less than the longest seen.
// Without a sample it is the prior.

#ifndef MILKWAY_SERVICES_PLANNING_LEAD_TIME_H_
#define MILKWAY_SERVICES_PLANNING_LEAD_TIME_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace milkway::planning {

inline constexpr size_t kLeadSamplesMax = 100;
inline constexpr size_t kSamplesEnough = 19;  // the least n with ceil(0.95 (n + 1)) <= n
inline constexpr int64_t kPriorWeight = 4;

struct LeadPrior {
  int32_t p50_days = 0;
  int32_t p95_days = 0;
};
// To a school within the country, and for anything bought abroad.
inline constexpr LeadPrior kDomesticPrior = {7, 21};
inline constexpr LeadPrior kPurchasePrior = {60, 120};

struct LeadTime {
  int32_t samples = 0;
  int32_t p50_days = 0;
  int32_t p95_days = 0;
  LeadPrior prior;
};

// Days from one instant to another, rounded up; at least 1.
int32_t DaysBetween(int64_t dispatched_us, int64_t received_us);

// `days`: how long past shipments took, in any order.
LeadTime EstimateLeadTime(std::vector<int32_t> days, LeadPrior prior);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_LEAD_TIME_H_
