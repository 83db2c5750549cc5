// Stock of warehouses that orders can be filled from, each gram once. Pure.

#ifndef MILKWAY_SERVICES_PLANNING_ORDER_POOL_H_
#define MILKWAY_SERVICES_PLANNING_ORDER_POOL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/runtime/dates.h"

namespace milkway::planning {

// So much of a product from one warehouse.
struct Portion {
  std::string origin_id;
  int64_t packs = 0;
};

class OrderPool {
 public:
  // Stock of one lot at a warehouse.
  void Add(const std::string& origin_id, const std::string& product_id, int64_t grams,
           LocalDate expires_on);

  // Takes up to `packs` packs of `pack_g` grams that are good until `good_until`, first
  // those that expire first: from `preferred_id` as far as it goes, then from the others
  // in order of their ids. Opened packs are left. What is missing is what the portions
  // do not add up to.
  std::vector<Portion> Take(const std::string& preferred_id, const std::string& product_id,
                            int64_t packs, int64_t pack_g, LocalDate good_until);

 private:
  struct Lot {
    int64_t grams = 0;
    LocalDate expires_on;
  };
  // By product, then by warehouse; lots by day of expiry.
  std::map<std::string, std::map<std::string, std::vector<Lot>>> lots_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ORDER_POOL_H_
