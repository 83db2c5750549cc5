#include "services/trace/ways.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace milkway::trace {

std::vector<size_t> LegsBack(const std::vector<Leg>& legs, const std::string& location_id,
                             int64_t until_us) {
  // How late a place was already followed: again only if later legs matter now.
  std::map<std::string, int64_t> followed;
  std::deque<std::pair<std::string, int64_t>> places = {{location_id, until_us}};
  std::set<size_t> found;
  while (!places.empty()) {
    const auto [place, until] = places.front();
    places.pop_front();
    const auto earlier = followed.find(place);
    if (earlier != followed.end() && earlier->second >= until) continue;
    followed[place] = until;
    for (size_t index = 0; index < legs.size(); ++index) {
      const Leg& leg = legs[index];
      const bool brought =
          leg.destination_id == place && leg.dispatched_us != 0 && leg.dispatched_us <= until;
      if (!brought) continue;
      found.insert(index);
      places.emplace_back(leg.origin_id, leg.dispatched_us);
    }
  }
  std::vector<size_t> back(found.begin(), found.end());
  std::sort(back.begin(), back.end(), [&legs](size_t a, size_t b) {
    return std::pair(-legs[a].dispatched_us, legs[a].shipment_id) <
           std::pair(-legs[b].dispatched_us, legs[b].shipment_id);
  });
  if (back.size() > kLegsBackMax) back.resize(kLegsBackMax);
  return back;
}

}  // namespace milkway::trace
