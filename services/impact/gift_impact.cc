#include "services/impact/gift_impact.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/impact/impact_errors.h"
#include "services/runtime/check.h"

namespace milkway::impact {

namespace {

const std::string& SchoolOf(const GiftImpact& impact, const LotAtSchool& pair) {
  return impact.lots[pair.lot].schools[pair.school].school_id;
}

// True if the schools are those of the books: each once, in order, with grams that add
// up to what was served.
bool SchoolsAddUp(const BooksOfLot& books) {
  int64_t served_g = 0;
  for (size_t index = 0; index < books.schools.size(); ++index) {
    const BooksOfLot::Served& school = books.schools[index];
    const bool is_in_order = index == 0 || books.schools[index - 1].school_id < school.school_id;
    if (!is_in_order || school.served_g <= 0 || school.served_g > books.books.served_g - served_g) {
      return false;
    }
    served_g += school.served_g;
  }
  return served_g == books.books.served_g;
}

}  // namespace

GiftImpact StartImpact(const std::string& gift_id, const rec::GiftRecord& gift,
                       const std::vector<FundedLot>& lots) {
  GiftImpact impact;
  impact.gift_id = gift_id;
  impact.amount = {gift.base_currency(), gift.base_minor()};
  impact.allocated = {gift.base_currency(), gift.base_allocated_minor()};
  impact.lots.reserve(lots.size());
  for (const FundedLot& lot : lots) {
    LotShare share;
    share.lot = lot.id;
    share.purchase_id = lot.record.purchase_id();
    share.product_id = lot.record.product_id();
    share.lot_number = lot.record.lot_number();
    share.label = {lot.record.energy_j_100g(), lot.record.protein_mg_100g(),
                   lot.record.calcium_ug_100g()};
    share.funded_g = lot.bought_g;
    share.remaining_g = lot.bought_g;
    impact.lots.push_back(std::move(share));
  }
  return impact;
}

absl::Status AddGrams(const BooksOfLot& books, LotShare* lot) {
  const bool is_of_lot = books.lot == lot->lot && books.books.purchased_g > 0 &&
                         books.books.purchased_g >= lot->funded_g;
  if (!is_of_lot || !AddsUp(books.books) || !SchoolsAddUp(books)) {
    return AnswerIsWrong("inventory", absl::StrCat("has figures of lot ", books.lot.value,
                                                   " that do not add up; verify the books"));
  }
  lot->part = LotPart(books.books, lot->funded_g);
  lot->lost_g = lot->part.lost_g();
  lot->schools.reserve(books.schools.size());
  for (const BooksOfLot::Served& school : books.schools) {
    const int64_t served_g = lot->part.Of(school.served_g);
    lot->schools.push_back({school.school_id, served_g, 0});
    lot->served_g += served_g;
  }
  lot->remaining_g = lot->funded_g - lot->served_g - lot->lost_g;
  return absl::OkStatus();
}

std::vector<LotAtSchool> PairsWithServings(const GiftImpact& impact) {
  std::vector<LotAtSchool> pairs;
  for (size_t lot = 0; lot < impact.lots.size(); ++lot) {
    const std::vector<SchoolShare>& schools = impact.lots[lot].schools;
    for (size_t school = 0; school < schools.size(); ++school) {
      if (schools[school].served_g > 0) pairs.push_back({lot, school});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [&](const LotAtSchool& a, const LotAtSchool& b) {
    return SchoolOf(impact, a) < SchoolOf(impact, b);
  });
  return pairs;
}

std::vector<size_t> CutBetweenSchools(const GiftImpact& impact,
                                      const std::vector<LotAtSchool>& pairs, size_t pairs_max) {
  std::vector<size_t> ends;
  for (size_t begin = 0; begin < pairs.size(); begin = ends.back()) {
    size_t end = std::min(begin + pairs_max, pairs.size());
    const auto cuts_a_school = [&] {
      return end < pairs.size() && SchoolOf(impact, pairs[end - 1]) == SchoolOf(impact, pairs[end]);
    };
    while (end > begin && cuts_a_school()) --end;
    MILKWAY_CHECK(end > begin);
    ends.push_back(end);
  }
  return ends;
}

void AddServings(const LotAtSchool& pair, int64_t servings, GiftImpact* impact) {
  LotShare& lot = impact->lots[pair.lot];
  SchoolShare& school = lot.schools[pair.school];
  school.servings = lot.part.Of(servings);
  lot.servings += school.servings;
}

ImpactSums SumUp(const GiftImpact& impact) {
  ImpactSums sums;
  NutrientSum nutrients;
  for (const LotShare& lot : impact.lots) {
    sums.served_g += lot.served_g;
    sums.servings += lot.servings;
    nutrients.Add(lot.served_g, lot.label);
  }
  sums.children_reached = ChildrenReached(impact.children, sums.servings);
  sums.protein_mg = nutrients.protein_mg();
  sums.calcium_mg = nutrients.calcium_mg();
  sums.energy_kj = nutrients.energy_kj();
  return sums;
}

}  // namespace milkway::impact
