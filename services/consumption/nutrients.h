// Nutrients of milk powder by its label, exact. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_NUTRIENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_NUTRIENTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/numeric/int128.h"

namespace milkway::consumption {

enum class Nutrient { kEnergy, kProtein, kFat, kCarbohydrate, kCalcium, kSodium };
inline constexpr size_t kNutrients = 6;

// A number for each nutrient.
class ByNutrient {
 public:
  int64_t& operator[](Nutrient nutrient) { return numbers_[static_cast<size_t>(nutrient)]; }
  int64_t operator[](Nutrient nutrient) const { return numbers_[static_cast<size_t>(nutrient)]; }

  friend bool operator==(const ByNutrient&, const ByNutrient&) = default;

 private:
  std::array<int64_t, kNutrients> numbers_{};
};

// A label, in 100 g of powder: J of energy, mg of protein, fat and carbohydrate, µg of
// calcium and sodium; 0 to 1,000,000,000 each.
using Label = ByNutrient;
// kJ of energy, mg of all others.
using Amounts = ByNutrient;
// Per mille.
using Shares = ByNutrient;

// Nutrients of powder of several labels, in 128 bits: nothing is rounded before it is
// asked for, and then down, once. What 64 bits cannot hold is their largest number.
class NutrientSum {
 public:
  void Add(int64_t grams, const Label& label);
  void Add(const NutrientSum& other);

  Amounts Total() const { return Of(1); }
  // A part, if all are the same; nothing of 0 parts.
  Amounts Of(int64_t parts) const;
  // Share of what `days` days need at `need` a day; 0 where there is no need.
  Shares ShareOf(const Amounts& need, int64_t days) const;

 private:
  // In 1/100 of the label's units.
  std::array<absl::uint128, kNutrients> sums_{};
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_NUTRIENTS_H_
