// What a gift became, put together from what the books and the class records say.
// Pure.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_IMPACT_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_IMPACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/impact/allocations.h"
#include "services/impact/attribution.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// A gift's part of what one school drank of one lot.
struct SchoolShare {
  std::string school_id;
  int64_t served_g = 0;
  int64_t servings = 0;
};

// A gift's part of one lot. served + lost + remaining = funded.
struct LotShare {
  LotId lot;
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  Label label;
  int64_t funded_g = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t lost_g = 0;
  int64_t remaining_g = 0;
  std::vector<SchoolShare> schools;  // in order of the school
  LotPart part;
};

// What the books say of a lot that was served at schools.
struct BooksOfLot {
  LotId lot;
  LotBooks books;
  struct Served {
    std::string school_id;
    int64_t served_g = 0;  // C, 1 or more
  };
  std::vector<Served> schools;  // in order of the school
};

// A gift with its lots, to which first the grams and then the servings are added.
struct GiftImpact {
  std::string gift_id;
  Money amount;  // in the base currency, as what follows
  Money allocated;
  std::vector<LotShare> lots;  // in order of the lot
  // Different children behind all pairs of a lot and a school of which the gift has
  // served grams.
  int64_t children = 0;
  int64_t as_of_position = 0;
  int64_t as_of_recorded_us = 0;
};

// The gift before any milk was served.
GiftImpact StartImpact(const std::string& gift_id, const rec::GiftRecord& gift,
                       const std::vector<FundedLot>& lots);

// Shares the grams of a lot. INTERNAL if the figures do not add up or cannot be of a
// lot that the gift has so many grams of.
absl::Status AddGrams(const BooksOfLot& books, LotShare* lot);

// One of the gift's lots at one of its schools.
struct LotAtSchool {
  size_t lot = 0;     // place in GiftImpact::lots
  size_t school = 0;  // place in LotShare::schools
};

// The pairs of which the gift has served grams, school by school. (Where it has none
// it has no servings either: a serving is 1 g or more, so there are fewer of them.)
std::vector<LotAtSchool> PairsWithServings(const GiftImpact& impact);

// Where to cut `pairs` so that no piece is longer than `pairs_max` and no school is in
// two of them: the ends of the pieces. A child belongs to one school, so the numbers
// of children of the pieces add up. No school has more than `pairs_max` pairs.
std::vector<size_t> CutBetweenSchools(const GiftImpact& impact,
                                      const std::vector<LotAtSchool>& pairs, size_t pairs_max);

// Shares the servings of a lot at a school.
void AddServings(const LotAtSchool& pair, int64_t servings, GiftImpact* impact);

// What the whole gift comes to, once servings are added.
struct ImpactSums {
  int64_t served_g = 0;
  int64_t servings = 0;
  std::optional<int64_t> children_reached;
  int64_t protein_mg = 0;
  int64_t calcium_mg = 0;
  int64_t energy_kj = 0;
};
ImpactSums SumUp(const GiftImpact& impact);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_IMPACT_H_
