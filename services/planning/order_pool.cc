#include "services/planning/order_pool.h"

#include <algorithm>

namespace milkway::planning {

void OrderPool::Add(const std::string& origin_id, const std::string& product_id, int64_t grams,
                    LocalDate expires_on) {
  std::vector<Lot>& lots = lots_[product_id][origin_id];
  const auto later =
      std::upper_bound(lots.begin(), lots.end(), expires_on,
                       [](LocalDate day, const Lot& lot) { return day < lot.expires_on; });
  lots.insert(later, {grams, expires_on});
}

std::vector<Portion> OrderPool::Take(const std::string& preferred_id, const std::string& product_id,
                                     int64_t packs, int64_t pack_g, LocalDate good_until) {
  std::vector<Portion> portions;
  const auto take_from = [&](const std::string& origin_id, std::vector<Lot>& lots) {
    int64_t taken = 0;
    for (Lot& lot : lots) {
      if (lot.expires_on < good_until) continue;
      const int64_t of_lot = std::min(packs, lot.grams / pack_g);
      lot.grams -= of_lot * pack_g;
      packs -= of_lot;
      taken += of_lot;
    }
    if (taken > 0) portions.push_back({origin_id, taken});
  };
  const auto product = lots_.find(product_id);
  if (product == lots_.end()) return portions;
  const auto preferred = product->second.find(preferred_id);
  if (preferred != product->second.end()) take_from(preferred_id, preferred->second);
  for (auto& [origin_id, lots] : product->second) {
    if (origin_id != preferred_id) take_from(origin_id, lots);
  }
  return portions;
}

}  // namespace milkway::planning
