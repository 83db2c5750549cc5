// Which grams a gift bought and what became of them, exactly. Pure: functions of
// whole numbers.
//
// The letters are those of milkway.impact.v1: an allocation worth `a` buys `g` grams
// of a lot that weighs `T` and costs `L`, of which earlier allocations bought `G` for
// `A`. Everything is rounded down, so that all gifts together never get more than
// there was.

#ifndef MILKWAY_SERVICES_IMPACT_ATTRIBUTION_H_
#define MILKWAY_SERVICES_IMPACT_ATTRIBUTION_H_

#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"

namespace milkway::impact {

// A lot that money is about to be spent on. Money is in minor units of the base
// currency.
struct LotForSale {
  int64_t weight_g = 0;    // T
  int64_t cost_minor = 0;  // L, as known by now
  int64_t paid_minor = 0;  // A
  int64_t bought_g = 0;    // G, at most T
};

// L − A; 0 where more is paid than the lot costs.
int64_t StillCosts(const LotForSale& lot);

// floor((T − G) · a / (L − A)), and 0 for an `a` of 0. `worth_minor` (a) is from 0 to
// what the lot still costs; who pays all of that gets all the rest.
int64_t BoughtBy(const LotForSale& lot, int64_t worth_minor);

// What the books say of a lot, in grams.
struct LotBooks {
  int64_t purchased_g = 0;  // T
  int64_t found_g = 0;
  int64_t damaged_g = 0;  // spoilt, still there
  int64_t lost_g = 0;     // in loss accounts
  int64_t destroyed_g = 0;
  int64_t served_g = 0;    // at all schools
  int64_t returned_g = 0;  // to the supplier
};

// More than the books of a lot can hold, and little enough to add up in 64 bits.
inline constexpr int64_t kBooksGMax = 100'000'000'000'000'000;

// True if every figure is from 0 to kBooksGMax and there was as much as was served,
// lost and returned.
// Conservation implies it (DESIGN section 2):
//   served + lost + returned = T + found − usable − quarantined − in transit ≤ T + found,
// where lost is damaged, in loss accounts and destroyed together.
bool AddsUp(const LotBooks& books);

// lost − found where that is above 0: found and lost grams net against each other.
int64_t NetLostG(const LotBooks& books);
// found − lost where that is above 0.
int64_t NetFoundG(const LotBooks& books);

// A gift's part of a pool of a lot (pools.h): `kept_g` of its `weight_g` (T′) grams.
class LotPart {
 public:
  LotPart() = default;
  // 0 ≤ kept ≤ weight, 0 ≤ lost ≤ weight; a weight of 0 is one of a part of nothing.
  LotPart(int64_t kept_g, int64_t weight_g, int64_t pool_lost_g);

  // floor(amount · g / T′) of what a school drank of the pool: its grams (C), its
  // servings. `amount` is 0 or more.
  int64_t Of(int64_t amount) const;

  // floor(lost′ · g / T′).
  int64_t lost_g() const { return Of(pool_lost_g_); }
  int64_t kept_g() const { return kept_g_; }
  int64_t weight_g() const { return weight_g_; }

 private:
  int64_t kept_g_ = 0;
  int64_t weight_g_ = 1;
  int64_t pool_lost_g_ = 0;
};

// The part of a product's label that donors are told, per 100 g of powder.
struct Label {
  int64_t energy_j_100g = 0;
  int64_t protein_mg_100g = 0;
  int64_t calcium_ug_100g = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

// Nutrients of served grams, summed exactly and rounded down once.
class NutrientSum {
 public:
  // `served_g` is 0 or more.
  void Add(int64_t served_g, const Label& label);

  // What does not fit in 64 bits (labels at their upper limit on the milk of a whole
  // country) is told as the largest number that does: never too much.
  int64_t protein_mg() const;
  int64_t calcium_mg() const;
  int64_t energy_kj() const;

 private:
  // In hundredths of the label's unit. 10,000 lots of 10^13 g at 10^9 a hundred
  // grams come to 10^26.
  absl::uint128 energy_j_ = 0;
  absl::uint128 protein_mg_ = 0;
  absl::uint128 calcium_ug_ = 0;
};

// A smaller number of children is not told.
inline constexpr int64_t kChildrenToldMin = 10;

// How many children a gift reached: those who drank of its lots, at most its
// servings.
std::optional<int64_t> ChildrenReached(int64_t children, int64_t servings);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_ATTRIBUTION_H_
