// Years of a programme, simulated: what happens to schools whose staff read the warnings,
// and to those whose staff follow the suggested orders.
//
// Children come or do not come, whole schools fall ill for a week, lorries are late, and
// there are terms and holidays. The rules under test see only what the real ones see:
// stock, the calendar, the last days of use, and how long past shipments of the lane
// took.

#ifndef MILKWAY_TESTS_PLANNING_SIMULATION_H_
#define MILKWAY_TESTS_PLANNING_SIMULATION_H_

#include <cstdint>
#include <string>

namespace milkway::planning {

struct SimulationOptions {
  uint64_t seed = 1;
  int schools = 200;
  int years = 2;
};

struct SimulationResult {
  // Nobody orders: each time the milk runs out is a case, after which the school gets a
  // new stock.
  int64_t run_outs = 0;
  // Cases in which the warning came so early that an order of that day, with the lead
  // time that it really would have had, came before the milk ran out.
  int64_t warned_in_time = 0;
  int64_t never_warned = 0;
  int64_t warning_days_sum = 0;  // from the warning to running out
  int64_t false_warnings = 0;    // that closed again without an order
  // Orders are placed as suggested, on the last day suggested.
  int64_t deliveries = 0;
  int64_t deliveries_too_late = 0;  // the school ran out before it came
  int64_t school_days = 0;
  int64_t school_days_short = 0;  // not served in full
  int64_t stock_days_sum = 0;     // school days of stock at each delivery, before it
  int64_t expired_g = 0;
  int64_t served_g = 0;
};

SimulationResult Simulate(const SimulationOptions& options);

// A few lines for people.
std::string Describe(const SimulationOptions& options, const SimulationResult& result);

}  // namespace milkway::planning

#endif  // MILKWAY_TESTS_PLANNING_SIMULATION_H_
