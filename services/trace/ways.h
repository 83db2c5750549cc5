// The ways that shipments made: where a lot came from. Pure.

#ifndef MILKWAY_SERVICES_TRACE_WAYS_H_
#define MILKWAY_SERVICES_TRACE_WAYS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace milkway::trace {

// What a way is made of.
struct Leg {
  std::string shipment_id;
  std::string origin_id;
  std::string destination_id;
  int64_t dispatched_us = 0;  // 0: not yet
};

inline constexpr size_t kLegsBackMax = 200;

// The indexes of the legs that can have brought something to `location_id` by
// `until_us`: legs to it, then legs to where those left (dispatched no later), and so
// on; the last dispatched first, at most kLegsBackMax. A leg that was not dispatched
// brought nothing. Circles are followed once.
std::vector<size_t> LegsBack(const std::vector<Leg>& legs, const std::string& location_id,
                             int64_t until_us);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_WAYS_H_
