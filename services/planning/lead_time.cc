#include "services/planning/lead_time.h"

#include <algorithm>

#include "services/runtime/dates.h"

namespace milkway::planning {

namespace {

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The smallest sample below which at least `percent` of the next ones will stay.
int32_t OrderStatistic(const std::vector<int32_t>& sorted, int64_t percent) {
  const int64_t n = static_cast<int64_t>(sorted.size());
  const int64_t rank = std::min(CeilDiv(percent * (n + 1), 100), n);
  return sorted[static_cast<size_t>(rank - 1)];
}

int32_t Lean(int64_t samples, int32_t measured, int32_t prior) {
  return static_cast<int32_t>(
      CeilDiv(samples * measured + kPriorWeight * prior, samples + kPriorWeight));
}

}  // namespace

int32_t DaysBetween(int64_t dispatched_us, int64_t received_us) {
  const int64_t us = std::max<int64_t>(received_us - dispatched_us, 1);
  return static_cast<int32_t>(CeilDiv(us, kMicrosPerDay));
}

LeadTime EstimateLeadTime(std::vector<int32_t> days, LeadPrior prior) {
  LeadTime result{static_cast<int32_t>(days.size()), prior.p50_days, prior.p95_days, prior};
  if (days.empty()) return result;
  std::sort(days.begin(), days.end());
  const int64_t n = static_cast<int64_t>(days.size());
  const int32_t median = OrderStatistic(days, 50);
  if (days.size() >= kSamplesEnough) {
    result.p50_days = median;
    result.p95_days = OrderStatistic(days, 95);
    return result;
  }
  result.p50_days = Lean(n, median, prior.p50_days);
  result.p95_days = std::max(days.back(), Lean(n, days.back(), prior.p95_days));
  return result;
}

}  // namespace milkway::planning
