#include "services/impact/told_lot.h"

#include <algorithm>

#include "google/protobuf/util/message_differencer.h"

namespace milkway::impact {

rec::LotStatementRecord FiguresOf(const BooksOfLot& lot) {
  rec::LotStatementRecord figures;
  figures.set_purchased_g(lot.books.purchased_g);
  figures.set_found_g(lot.books.found_g);
  figures.set_lost_g(lot.books.damaged_g + lot.books.lost_g + lot.books.destroyed_g);
  figures.set_returned_g(lot.books.returned_g);
  figures.set_landed_cost_minor(lot.landed_cost_minor.value_or(0));
  return figures;
}

// Whether two tell the same; when they were read says nothing of the lot.
bool TellTheSame(rec::LotStatementRecord a, rec::LotStatementRecord b) {
  for (rec::LotStatementRecord* figures : {&a, &b}) {
    figures->clear_as_of_position();
    figures->clear_last_event();
  }
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

LotPools PoolsAsTold(const rec::LotStatementRecord& figures) {
  LotPools pools;
  pools.bought_g = figures.general_bought_g();
  for (const rec::ToldPoolRecord& pool : figures.pools()) {
    pools.bought_g += pool.bought_g();
    pools.schools.push_back({pool.school_id(), pool.set_aside_g(), 0, pool.bought_g(),
                             pool.earlier_served_g(), pool.earlier_servings(), pool.serving_g()});
  }
  return pools;
}

void TellPools(const LotPools& pools, const rec::LotStatementRecord& before,
               const std::vector<ToldServings>& servings, rec::LotStatementRecord* figures) {
  figures->set_general_bought_g(GeneralBoughtG(pools));
  figures->clear_pools();
  for (const Pool& pool : pools.schools) {
    rec::ToldPoolRecord& told = *figures->add_pools();
    told.set_school_id(pool.school_id);
    told.set_set_aside_g(pool.set_aside_g);
    told.set_bought_g(pool.bought_g);
    told.set_serving_g(pool.serving_g);
    told.set_untold_served_g(pool.earlier_served_g);
    if (pool.earlier_served_g == 0) continue;
    const auto known = std::find_if(
        before.pools().begin(), before.pools().end(),
        [&](const rec::ToldPoolRecord& other) { return other.school_id() == pool.school_id; });
    const bool is_settled = known != before.pools().end() &&
                            known->untold_served_g() == pool.earlier_served_g &&
                            known->earlier_served_g() >= pool.earlier_served_g;
    if (is_settled) {
      told.set_earlier_served_g(known->earlier_served_g());
      told.set_earlier_servings(known->earlier_servings());
      continue;
    }
    const auto school =
        std::find_if(servings.begin(), servings.end(),
                     [&](const ToldServings& other) { return other.school_id == pool.school_id; });
    if (school == servings.end()) continue;
    told.set_earlier_served_g(school->figures.served_g());
    told.set_earlier_servings(school->figures.servings());
  }
}

BooksOfLot BooksAsTold(LotId lot, const rec::LotStatementRecord& figures,
                       const std::vector<ToldServings>& servings) {
  BooksOfLot told;
  told.lot = lot;
  told.landed_cost_minor = figures.landed_cost_minor();
  LotBooks& books = told.books;
  for (const ToldServings& school : servings) {
    if (school.figures.served_g() == 0) continue;
    told.schools.push_back({school.school_id, school.figures.served_g()});
    books.served_g += school.figures.served_g();
  }
  books.purchased_g = figures.purchased_g();
  books.returned_g = figures.returned_g();
  // What was served was there: told before it was found, it counts as found.
  const int64_t gone_g = books.served_g + books.returned_g;
  books.found_g = std::max(figures.found_g(), gone_g - books.purchased_g);
  books.lost_g = std::min(figures.lost_g(), books.purchased_g + books.found_g - gone_g);
  return told;
}

}  // namespace milkway::impact
