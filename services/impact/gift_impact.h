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
#include "services/impact/gifts.h"
#include "services/impact/pools.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// The part of one school's cups of a lot that one or more gifts have.
struct SchoolShare {
  std::string school_id;
  int64_t served_g = 0;
  int64_t servings = 0;
  size_t place = 0;  // among the schools of the lot's books
};

// What one gift bought or brought of a lot.
struct GiftPart {
  std::string school_id;  // whose pool; empty: the general one
  int64_t funded_g = 0;
  std::vector<BoughtRun> runs;
  // Once the books are known:
  std::optional<size_t> pool;
  LotPart part;
};

// A lot, and the parts that gifts have of it: one for each gift that is asked about.
// served + lost + returned + remaining = funded.
struct LotShare {
  LotId lot;
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  Label label;
  LotPools pools;
  std::vector<GiftPart> parts;
  int64_t funded_g = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t lost_g = 0;
  int64_t returned_g = 0;
  int64_t remaining_g = 0;
  int64_t refund_due_minor = 0;      // in the base currency
  int64_t landed_cost_minor = 0;     // L; 0 if it is not told
  std::vector<SchoolShare> schools;  // in order of the school
  // Of the whole lot:
  LotSplit split;
  LotBooks books;
  int64_t all_servings = 0;  // of the pairs that were asked about
};

// What the books say of a lot that was served at schools.
struct BooksOfLot {
  LotId lot;
  LotBooks books;
  std::vector<Served> schools;               // in order of the school
  std::optional<int64_t> landed_cost_minor;  // L now; absent if it is not told
};

// Money of one or more gifts, in minor units of the base currency.
struct GiftMoney {
  std::string currency;
  int64_t amount_minor = 0;
  int64_t allocated_minor = 0;
  int64_t fees_minor = 0;
  int64_t refunded_minor = 0;

  int64_t UnspentMinor() const {
    return amount_minor - allocated_minor - fees_minor - refunded_minor;
  }
};
GiftMoney MoneyOf(const rec::GiftRecord& gift);
// Adds a gift's to those of others. All gifts of a store have one base currency.
void AddMoney(const GiftMoney& gift, GiftMoney* sum);

// One gift or several with their lots, to which first the grams and then the servings
// are added.
struct GiftImpact {
  std::string gift_id;  // empty for several
  GiftKind kind = GiftKind::kMoney;
  std::string school_id;
  GiftMoney money;
  std::vector<LotShare> lots;  // in order of the lot
  // True where the whole lots are asked about, not only what gifts have of them.
  bool of_whole_lots = false;
  // Different children behind all pairs of a lot and a school of which the gift has
  // served grams.
  int64_t children = 0;
  // What the figures include: up to a position of the inventory's log, and up to a place
  // in the order of impact's own events.
  int64_t as_of_position = 0;
  int64_t as_of_recorded_us = 0;
  int64_t as_of_sequence = 0;
};

// The gift before any milk was served.
GiftImpact StartImpact(const std::string& gift_id, const rec::GiftRecord& gift,
                       const std::vector<FundedLot>& lots);

// A lot without any part.
LotShare StartLot(LotId lot, const rec::LotRecord& record);
// Adds what a gift has of the lot.
void AddPart(const std::string& school_id, const FundedLot& funded, LotShare* lot);

// INTERNAL if the figures do not add up, or are of another lot.
absl::Status CheckBooks(const BooksOfLot& books, LotId lot);

// Shares the grams of a lot. INTERNAL if the figures do not add up.
absl::Status AddGrams(const BooksOfLot& books, LotShare* lot);

// One of the gift's lots at one of its schools.
struct LotAtSchool {
  size_t lot = 0;     // place in GiftImpact::lots
  size_t school = 0;  // place in LotShare::schools
};

// The pairs of which the gift has served grams, school by school; of whole lots, all.
// (Where it has none it has no servings either: a serving is 1 g or more, so there are
// fewer of them.)
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
  int64_t refund_due_minor = 0;
};
ImpactSums SumUp(const GiftImpact& impact);

// What a cup cost, in the base currency, rounded down: of each lot the part of what was
// paid that its served grams are of those bought. Nothing without servings.
std::optional<int64_t> CostPerServing(const GiftImpact& impact);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_IMPACT_H_
