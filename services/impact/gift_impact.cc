#include "services/impact/gift_impact.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/impact_errors.h"
#include "services/runtime/check.h"
#include "services/runtime/money.h"

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
    const Served& school = books.schools[index];
    const bool is_in_order = index == 0 || books.schools[index - 1].school_id < school.school_id;
    if (!is_in_order || school.served_g <= 0 || school.served_g > books.books.served_g - served_g) {
      return false;
    }
    served_g += school.served_g;
  }
  return served_g == books.books.served_g;
}

// What one gift has of the lot but for its schools.
absl::Status SharePart(const BooksOfLot& books, LotShare* lot, GiftPart* gift) {
  if (!gift->school_id.empty()) {
    gift->pool = FindPool(lot->pools, gift->school_id);
    if (!gift->pool.has_value()) {
      return absl::DataLossError(absl::StrCat("the pool of ", gift->school_id, " in lot ",
                                              lot->lot.value,
                                              " is gone; restore the store from a backup"));
    }
  }
  const int64_t kept_g = KeptOf(gift->runs, lot->split.KeptG(gift->pool));
  gift->part = lot->split.PartOf(gift->pool, kept_g);
  lot->lost_g += gift->part.lost_g();
  lot->returned_g += gift->funded_g - kept_g;
  if (books.landed_cost_minor.has_value()) {
    lot->refund_due_minor += RefundDue(gift->runs, *books.landed_cost_minor);
  }
  return absl::OkStatus();
}

}  // namespace

GiftMoney MoneyOf(const rec::GiftRecord& gift) {
  return {gift.base_currency(), gift.base_minor(), gift.base_allocated_minor(),
          gift.base_fees_minor(), gift.base_refunded_minor()};
}

void AddMoney(const GiftMoney& gift, GiftMoney* sum) {
  sum->currency = gift.currency;
  sum->amount_minor += gift.amount_minor;
  sum->allocated_minor += gift.allocated_minor;
  sum->fees_minor += gift.fees_minor;
  sum->refunded_minor += gift.refunded_minor;
}

LotShare StartLot(LotId lot, const rec::LotRecord& record) {
  LotShare share;
  share.lot = lot;
  share.purchase_id = record.purchase_id();
  share.product_id = record.product_id();
  share.lot_number = record.lot_number();
  share.label = {record.energy_j_100g(), record.protein_mg_100g(), record.calcium_ug_100g()};
  share.pools = PoolsOf(record);
  return share;
}

void AddPart(const std::string& school_id, const FundedLot& funded, LotShare* lot) {
  lot->parts.push_back({school_id, funded.bought_g, funded.runs, std::nullopt, LotPart()});
  lot->funded_g += funded.bought_g;
  lot->remaining_g += funded.bought_g;
}

GiftImpact StartImpact(const std::string& gift_id, const rec::GiftRecord& gift,
                       const std::vector<FundedLot>& lots) {
  GiftImpact impact;
  impact.gift_id = gift_id;
  impact.kind = KindOf(gift);
  impact.school_id = gift.school_id();
  impact.money = MoneyOf(gift);
  impact.lots.reserve(lots.size());
  for (const FundedLot& lot : lots) {
    LotShare share = StartLot(lot.id, lot.record);
    AddPart(gift.school_id(), lot, &share);
    impact.lots.push_back(std::move(share));
  }
  return impact;
}

absl::Status CheckBooks(const BooksOfLot& books, LotId lot) {
  const bool is_of_lot = books.lot == lot && books.books.purchased_g > 0;
  if (is_of_lot && AddsUp(books.books) && SchoolsAddUp(books)) return absl::OkStatus();
  return AnswerIsWrong("inventory", absl::StrCat("has figures of lot ", books.lot.value,
                                                 " that do not add up; verify the books"));
}

absl::Status AddGrams(const BooksOfLot& books, LotShare* lot) {
  RETURN_IF_ERROR(CheckBooks(books, lot->lot));
  lot->books = books.books;
  lot->landed_cost_minor = books.landed_cost_minor.value_or(0);
  lot->split = LotSplit(books.books, lot->pools, books.schools);
  for (GiftPart& gift : lot->parts) RETURN_IF_ERROR(SharePart(books, lot, &gift));
  for (size_t place = 0; place < books.schools.size(); ++place) {
    SchoolShare school = {books.schools[place].school_id, 0, 0, place};
    bool is_told = false;
    for (const GiftPart& gift : lot->parts) {
      school.served_g += gift.part.Of(lot->split.ServedG(gift.pool, place));
      is_told = is_told || gift.school_id.empty() || gift.school_id == school.school_id;
    }
    if (!is_told) continue;
    lot->served_g += school.served_g;
    lot->schools.push_back(std::move(school));
  }
  lot->remaining_g = lot->funded_g - lot->served_g - lot->lost_g - lot->returned_g;
  return absl::OkStatus();
}

std::vector<LotAtSchool> PairsWithServings(const GiftImpact& impact) {
  std::vector<LotAtSchool> pairs;
  for (size_t lot = 0; lot < impact.lots.size(); ++lot) {
    const std::vector<SchoolShare>& schools = impact.lots[lot].schools;
    for (size_t school = 0; school < schools.size(); ++school) {
      if (impact.of_whole_lots || schools[school].served_g > 0) pairs.push_back({lot, school});
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
  for (const GiftPart& gift : lot.parts) {
    school.servings += gift.part.Of(lot.split.Servings(gift.pool, school.place, servings));
  }
  lot.servings += school.servings;
  lot.all_servings += servings;
}

ImpactSums SumUp(const GiftImpact& impact) {
  ImpactSums sums;
  NutrientSum nutrients;
  for (const LotShare& lot : impact.lots) {
    sums.served_g += lot.served_g;
    sums.servings += lot.servings;
    sums.refund_due_minor += lot.refund_due_minor;
    nutrients.Add(lot.served_g, lot.label);
  }
  sums.children_reached = ChildrenReached(impact.children, sums.servings);
  sums.protein_mg = nutrients.protein_mg();
  sums.calcium_mg = nutrients.calcium_mg();
  sums.energy_kj = nutrients.energy_kj();
  return sums;
}

std::optional<int64_t> CostPerServing(const GiftImpact& impact) {
  int64_t cost_minor = 0;
  int64_t servings = 0;
  for (const LotShare& lot : impact.lots) {
    int64_t paid_minor = 0;
    for (const GiftPart& gift : lot.parts) {
      for (const BoughtRun& run : gift.runs) paid_minor += run.paid_minor;
    }
    servings += lot.servings;
    if (lot.served_g > 0) cost_minor += MulDivFloor(paid_minor, lot.served_g, lot.funded_g);
  }
  if (servings == 0) return std::nullopt;
  return cost_minor / servings;
}

}  // namespace milkway::impact
