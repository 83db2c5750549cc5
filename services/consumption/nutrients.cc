#include "services/consumption/nutrients.h"

#include <limits>

#include "services/runtime/check.h"

namespace milkway::consumption {

namespace {

// Of the label's units in 100 g, for each nutrient: how many make one of its amount in a
// gram.
constexpr std::array<uint64_t, kNutrients> kLabelUnits = {100'000, 100, 100, 100, 100'000, 100'000};
constexpr uint64_t kPerMille = 1000;

int64_t AtMost64Bits(absl::uint128 number) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return number > absl::uint128(kMax) ? kMax : static_cast<int64_t>(number);
}

}  // namespace

void NutrientSum::Add(int64_t grams, const Label& label) {
  MILKWAY_CHECK(grams >= 0);
  for (size_t index = 0; index < kNutrients; ++index) {
    const int64_t in_100g = label[static_cast<Nutrient>(index)];
    MILKWAY_CHECK(in_100g >= 0);
    sums_[index] += absl::uint128(grams) * absl::uint128(in_100g);
  }
}

void NutrientSum::Add(const NutrientSum& other) {
  for (size_t index = 0; index < kNutrients; ++index) sums_[index] += other.sums_[index];
}

Amounts NutrientSum::Of(int64_t parts) const {
  Amounts amounts;
  if (parts <= 0) return amounts;
  for (size_t index = 0; index < kNutrients; ++index) {
    const absl::uint128 units = absl::uint128(kLabelUnits[index]) * absl::uint128(parts);
    amounts[static_cast<Nutrient>(index)] = AtMost64Bits(sums_[index] / units);
  }
  return amounts;
}

Shares NutrientSum::ShareOf(const Amounts& need, int64_t days) const {
  Shares shares;
  if (days <= 0) return shares;
  for (size_t index = 0; index < kNutrients; ++index) {
    const Nutrient nutrient = static_cast<Nutrient>(index);
    if (need[nutrient] <= 0) continue;
    const absl::uint128 needed =
        absl::uint128(kLabelUnits[index]) * absl::uint128(need[nutrient]) * absl::uint128(days);
    shares[nutrient] = AtMost64Bits(sums_[index] * kPerMille / needed);
  }
  return shares;
}

}  // namespace milkway::consumption
