#include "tests/impact/impact_model.h"

#include <algorithm>
#include <utility>

namespace milkway::impact {

namespace {

Wide TenTo(int exponent) { return exponent == 0 ? Wide{1} : 10 * TenTo(exponent - 1); }

int64_t LostG(const ImpactModel::Lot& lot) { return lot.damaged_g + lot.lost_g + lot.destroyed_g; }

}  // namespace

Wide DivideDown(Wide dividend, Wide divisor) {
  Wide quotient = 0;
  Wide rest = 0;
  for (int bit = 127; bit >= 0; --bit) {
    rest = 2 * rest + (dividend >> bit) % 2;
    quotient *= 2;
    if (rest >= divisor) {
      rest -= divisor;
      ++quotient;
    }
  }
  return quotient;
}

Wide DivideHalfToEven(Wide dividend, Wide divisor) {
  const Wide down = DivideDown(dividend, divisor);
  const Wide below = dividend - down * divisor;
  const Wide above = divisor - below;
  if (below != above) return below < above ? down : down + 1;
  return down % 2 == 0 ? down : down + 1;
}

Wide ImpactModel::InBase(const Gift& gift, int64_t minor) const {
  // minor / 10^digits · units / 10^scale · 10^2
  const Wide dividend =
      static_cast<Wide>(minor) * static_cast<Wide>(gift.rate.units) * TenTo(MinorDigits("AUD"));
  return DivideHalfToEven(dividend, TenTo(MinorDigits(gift.amount.currency) + gift.rate.scale));
}

int64_t ImpactModel::AllocatedMinor(size_t gift) const {
  int64_t minor = 0;
  for (const Allocation& allocation : allocations) {
    if (allocation.gift == gift) minor += allocation.minor;
  }
  return minor;
}

int64_t ImpactModel::AllocatedWorth(size_t gift) const {
  int64_t minor = 0;
  for (const Allocation& allocation : allocations) {
    if (allocation.gift == gift) minor += allocation.worth_minor;
  }
  return minor;
}

int64_t ImpactModel::PaidMinor(size_t lot) const {
  int64_t minor = 0;
  for (const Allocation& allocation : allocations) {
    if (allocation.lot == lot) minor += allocation.worth_minor;
  }
  return minor;
}

int64_t ImpactModel::BoughtG(size_t lot) const {
  int64_t grams = 0;
  for (const Allocation& allocation : allocations) {
    if (allocation.lot == lot) grams += allocation.bought_g;
  }
  return grams;
}

ImpactModel::Verdict ImpactModel::Allocate(size_t gift, size_t lot, int64_t minor) {
  const int64_t before = AllocatedMinor(gift);
  if (before + minor > gifts[gift].amount.minor) return {"GIFT_OVERSPENT"};
  const Wide worth = InBase(gifts[gift], before + minor) - InBase(gifts[gift], before);
  const Wide still_costs = static_cast<Wide>(lots[lot].cost_minor - PaidMinor(lot));
  if (worth > still_costs) return {"LOT_OVERPAID"};
  const Wide left_g = static_cast<Wide>(lots[lot].weight_g - BoughtG(lot));
  const Wide grams = worth == 0 ? 0 : DivideDown(left_g * worth, still_costs);
  const Verdict verdict = {"", static_cast<int64_t>(worth), static_cast<int64_t>(grams)};
  allocations.push_back({gift, lot, minor, verdict.worth_minor, verdict.bought_g});
  return verdict;
}

int64_t ImpactModel::ServedG(size_t lot, const std::string& school) const {
  int64_t grams = 0;
  for (const Served& record : served) {
    const bool counts = record.stands && record.lot == lot && record.school == school;
    if (counts) grams += static_cast<int64_t>(record.children.size()) * record.serving_g;
  }
  return grams;
}

int64_t ImpactModel::Servings(size_t lot, const std::string& school) const {
  int64_t servings = 0;
  for (const Served& record : served) {
    const bool counts = record.stands && record.lot == lot && record.school == school;
    if (counts) servings += static_cast<int64_t>(record.children.size());
  }
  return servings;
}

std::set<std::string> ImpactModel::SchoolsOf(size_t lot) const {
  std::set<std::string> schools;
  for (const Served& record : served) {
    if (record.stands && record.lot == lot) schools.insert(record.school);
  }
  return schools;
}

int64_t ImpactModel::FundedG(size_t gift, size_t lot) const {
  int64_t grams = 0;
  for (const Allocation& allocation : allocations) {
    if (allocation.gift == gift && allocation.lot == lot) grams += allocation.bought_g;
  }
  return grams;
}

int64_t ImpactModel::NetLostG(size_t lot) const {
  return std::max(int64_t{0}, LostG(lots[lot]) - lots[lot].found_g);
}

int64_t ImpactModel::SharedWeightG(size_t lot) const {
  return lots[lot].weight_g + std::max(int64_t{0}, lots[lot].found_g - LostG(lots[lot]));
}

int64_t ImpactModel::ShareOf(size_t gift, size_t lot, int64_t amount) const {
  const Wide product = static_cast<Wide>(amount) * static_cast<Wide>(FundedG(gift, lot));
  return static_cast<int64_t>(DivideDown(product, static_cast<Wide>(SharedWeightG(lot))));
}

bool ImpactModel::HasShare(size_t gift, size_t lot, const std::string& school) const {
  return ShareOf(gift, lot, ServedG(lot, school)) > 0;
}

int64_t ImpactModel::ChildrenOf(size_t gift) const {
  std::set<std::pair<std::string, int>> children;
  for (const Served& record : served) {
    if (!record.stands || !HasShare(gift, record.lot, record.school)) continue;
    for (const int child : record.children) children.emplace(record.school, child);
  }
  return static_cast<int64_t>(children.size());
}

}  // namespace milkway::impact
