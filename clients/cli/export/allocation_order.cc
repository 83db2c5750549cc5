#include "clients/cli/export/allocation_order.h"

#include <cstdint>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace milkway::cli {

namespace {

using impact::v1::Allocation;

struct LotState {
  int64_t paid_minor = 0;
  int64_t bought_g = 0;
  // Gifts whose next allocation waits for earlier ones of this lot.
  std::vector<size_t> waiting;
};

// One that is worth nothing changes nothing for others.
bool IsEmpty(const Allocation& allocation) {
  return allocation.base_amount().minor_units() == 0 && allocation.bought_g() == 0;
}

}  // namespace

std::vector<Allocation> InOrderMade(std::vector<std::vector<Allocation>> by_gift) {
  std::vector<Allocation> made;
  std::vector<size_t> next(by_gift.size(), 0);
  absl::flat_hash_map<int64_t, LotState> lots;
  std::deque<size_t> gifts;
  for (size_t gift = 0; gift < by_gift.size(); ++gift) gifts.push_back(gift);
  while (!gifts.empty()) {
    const size_t gift = gifts.front();
    gifts.pop_front();
    while (next[gift] < by_gift[gift].size()) {
      Allocation& allocation = by_gift[gift][next[gift]];
      LotState& lot = lots[allocation.lot_id()];
      const bool fits = IsEmpty(allocation) || (allocation.earlier_paid_minor() == lot.paid_minor &&
                                                allocation.earlier_bought_g() == lot.bought_g);
      if (!fits) {
        lot.waiting.push_back(gift);
        break;
      }
      lot.paid_minor += allocation.base_amount().minor_units();
      lot.bought_g += allocation.bought_g();
      if (!IsEmpty(allocation)) {
        gifts.insert(gifts.end(), lot.waiting.begin(), lot.waiting.end());
        lot.waiting.clear();
      }
      made.push_back(std::move(allocation));
      ++next[gift];
    }
  }
  for (size_t gift = 0; gift < by_gift.size(); ++gift) {
    for (; next[gift] < by_gift[gift].size(); ++next[gift]) {
      made.push_back(std::move(by_gift[gift][next[gift]]));
    }
  }
  return made;
}

}  // namespace milkway::cli
