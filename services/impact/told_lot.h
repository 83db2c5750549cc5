// What is told of a lot, and what it is worth for sharing. Pure.

#ifndef MILKWAY_SERVICES_IMPACT_TOLD_LOT_H_
#define MILKWAY_SERVICES_IMPACT_TOLD_LOT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/impact/gift_impact.h"
#include "services/impact/impact_keys.h"
#include "services/impact/pools.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// What is told of a lot at a school.
struct ToldServings {
  std::string school_id;
  int64_t publication = 0;  // that told it
  rec::ServedStatementRecord figures;
};

// What the books say of a lot, but for its pools and when it was read.
rec::LotStatementRecord FiguresOf(const BooksOfLot& lot);

// Whether two tell the same; when they were read says nothing of the lot.
bool TellTheSame(rec::LotStatementRecord a, rec::LotStatementRecord b);

// The pools of a lot as they are told.
LotPools PoolsAsTold(const rec::LotStatementRecord& figures);

// Sets what is told of a lot's pools as they are now, where `before` is what was told of
// the lot until now.
//
// A pool's B (pools.h) is what the school had drunk at the moment when milk was set aside
// for it; told as it is, it would tell what was drunk between that moment and a
// publication. So what is told is the school's figures in the first publication in which
// they are B or more, and in those before it the pool has nothing: a donor is never told
// more of a pool than there is.
void TellPools(const LotPools& pools, const rec::LotStatementRecord& before,
               const std::vector<ToldServings>& servings, rec::LotStatementRecord* figures);

// A lot's books as they are told: servings may be told later than losses, and then lost
// grams are told as far as they are not told as served.
BooksOfLot BooksAsTold(LotId lot, const rec::LotStatementRecord& figures,
                       const std::vector<ToldServings>& servings);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_TOLD_LOT_H_
