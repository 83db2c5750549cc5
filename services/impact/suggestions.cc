#include "services/impact/suggestions.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"

namespace milkway::impact {

namespace {

// Whether a pool can still be bought of. Most lots of an old programme cannot.
bool IsForSale(const LotForSale& sale) {
  return StillCosts(sale) > 0 && sale.weight_g > sale.bought_g;
}

// What the gift should buy of the lot, spent on both; nullopt if it is nothing.
absl::StatusOr<std::optional<Suggestion>> SpendOn(OpenGift* gift, OpenLot* lot) {
  const std::string& school_id = gift->record.school_id();
  const std::optional<size_t> pool = FindPool(lot->pools, school_id);
  if (!school_id.empty() && !pool.has_value()) return std::nullopt;
  const LotForSale sale =
      ForSale(lot->pools, pool, lot->facts.weight_g, lot->facts.landed_cost.minor);
  if (!IsForSale(sale)) return std::nullopt;
  ASSIGN_OR_RETURN(const int64_t amount_minor, LargestAmount(*gift, StillCosts(sale)));
  if (amount_minor == 0) return std::nullopt;
  const std::string& currency = gift->record.currency();
  ASSIGN_OR_RETURN(const int64_t worth_minor,
                   WorthOfNext(gift->gift_id, gift->record, {currency, amount_minor}));
  const int64_t bought_g = BoughtBy(sale, worth_minor);
  if (bought_g == 0) return std::nullopt;
  gift->record.set_allocated_minor(gift->record.allocated_minor() + amount_minor);
  gift->record.set_base_allocated_minor(gift->record.base_allocated_minor() + worth_minor);
  lot->pools.paid_minor += worth_minor;
  lot->pools.bought_g += bought_g;
  if (pool.has_value()) {
    lot->pools.schools[*pool].paid_minor += worth_minor;
    lot->pools.schools[*pool].bought_g += bought_g;
  }
  return Suggestion{gift->gift_id, currency,  amount_minor, worth_minor,
                    bought_g,      school_id, lot->lot,     lot->facts};
}

}  // namespace

absl::StatusOr<int64_t> LargestAmount(const OpenGift& gift, int64_t worth_max_minor) {
  int64_t low = 0;
  int64_t high = LeftMinor(gift.record);
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    ASSIGN_OR_RETURN(const int64_t worth_minor,
                     WorthOfNext(gift.gift_id, gift.record, {gift.record.currency(), middle}));
    if (worth_minor <= worth_max_minor) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

absl::StatusOr<Suggestions> Suggest(std::vector<OpenGift> gifts, std::vector<OpenLot> lots,
                                    size_t suggestions_max) {
  std::sort(gifts.begin(), gifts.end(), [](const OpenGift& a, const OpenGift& b) {
    return std::tuple(a.record.received_day(), a.gift_id) <
           std::tuple(b.record.received_day(), b.gift_id);
  });
  std::sort(lots.begin(), lots.end(), [](const OpenLot& a, const OpenLot& b) {
    return std::tuple(a.purchased_on.days, a.lot.value) <
           std::tuple(b.purchased_on.days, b.lot.value);
  });
  Suggestions all;
  for (OpenGift& gift : gifts) {
    for (OpenLot& lot : lots) {
      if (LeftMinor(gift.record) == 0) break;
      ASSIGN_OR_RETURN(auto suggestion, SpendOn(&gift, &lot));
      if (!suggestion.has_value()) continue;
      if (all.suggestions.size() == suggestions_max) {
        all.has_more = true;
        return all;
      }
      all.suggestions.push_back(*std::move(suggestion));
    }
  }
  return all;
}

}  // namespace milkway::impact
