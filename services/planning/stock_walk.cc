#include "services/planning/stock_walk.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace milkway::planning {

StockWalk WalkStock(const std::vector<StockLot>& lots, LocalDate from,
                    absl::FunctionRef<int64_t(LocalDate)> need) {
  StockWalk walk;
  walk.expired_g.resize(lots.size());
  for (const StockLot& lot : lots) walk.left_g.push_back(lot.grams);
  std::vector<size_t> order(lots.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&lots](size_t a, size_t b) { return lots[a].expires_on < lots[b].expires_on; });
  LocalDate day = from;
  for (; day.days < from.days + kWalkDaysMax && walk.days_served < kWalkSchoolDaysMax; ++day.days) {
    int64_t missing = need(day);
    if (missing == 0) continue;
    for (const size_t index : order) {
      const StockLot& lot = lots[index];
      if (day < lot.there_from || lot.expires_on < day) continue;
      const int64_t taken = std::min(missing, walk.left_g[index]);
      walk.left_g[index] -= taken;
      missing -= taken;
      if (missing == 0) break;
    }
    if (missing > 0) {
      walk.run_out_day = day;
      break;
    }
    ++walk.days_served;
  }
  for (size_t index = 0; index < lots.size(); ++index) {
    if (lots[index].expires_on < day) {
      walk.expired_g[index] = std::exchange(walk.left_g[index], 0);
    }
  }
  return walk;
}

}  // namespace milkway::planning
