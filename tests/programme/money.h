// Money of the programme: dollars, and yuan at one rate. Exact.

#ifndef MILKWAY_TESTS_PROGRAMME_MONEY_H_
#define MILKWAY_TESTS_PROGRAMME_MONEY_H_

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"

namespace milkway::programme {

inline constexpr char kRateOfYuan[] = "0.2137";

// In dollars, halves to even.
inline int64_t InDollars(const std::string& currency, int64_t minor) {
  if (currency == "AUD") return minor;
  const int64_t scaled = minor * 2137;
  const int64_t whole = scaled / 10'000;
  const int64_t rest = scaled % 10'000;
  const bool rounds_up = rest > 5'000 || (rest == 5'000 && whole % 2 == 1);
  return whole + (rounds_up ? 1 : 0);
}

// An amount shared by weight: the largest remainders get what is left, of equal ones
// the earlier.
inline std::vector<int64_t> ShareByWeight(int64_t minor, const std::vector<int64_t>& weights_g) {
  const absl::uint128 all = std::accumulate(weights_g.begin(), weights_g.end(), int64_t{0});
  const auto product_with = [minor](int64_t weight_g) {
    return absl::uint128(minor) * absl::uint128(weight_g);
  };
  std::vector<int64_t> shares;
  std::vector<size_t> order;
  int64_t left = minor;
  for (const int64_t weight_g : weights_g) {
    shares.push_back(static_cast<int64_t>(product_with(weight_g) / all));
    left -= shares.back();
    order.push_back(order.size());
  }
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return product_with(weights_g[a]) % all > product_with(weights_g[b]) % all;
  });
  for (int64_t index = 0; index < left; ++index) ++shares[order[static_cast<size_t>(index)]];
  return shares;
}

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_MONEY_H_
