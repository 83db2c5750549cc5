// Milk of a lot that is set aside for one school: what gifts for that school may buy.

#ifndef MILKWAY_SERVICES_IMPACT_SET_ASIDES_H_
#define MILKWAY_SERVICES_IMPACT_SET_ASIDES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/impact/allocations.h"
#include "services/impact/gift_impact.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

// What is set aside, as somebody states it.
struct SetAside {
  std::string set_aside_id;
  LotId lot;
  std::string school_id;
  int64_t quantity_g = 0;
  LocalDate on;           // for display
  int64_t serving_g = 0;  // of a usual cup; 0: that of the label
};

// What the other services say of the lot, and of the school's cups of it.
struct SetAsideFacts {
  LotFacts lot;  // with its label
  BooksOfLot books;
  int64_t servings = 0;
};

// Sets milk aside. The same again returns what is stored. Refused in this order:
//   ALREADY_EXISTS       SET_ASIDE_EXISTS
//   FAILED_PRECONDITION  LOT_GRAMS_TAKEN, POOL_IN_USE, LOT_POOLS_TOO_MANY
// `facts` may be absent for what is stored.
//
// Once gifts have bought of the general pool, what the school has drunk by now stays
// theirs: the new pool has only what it drinks from now on. A pool of which gifts have
// bought and the school has drunk does not grow. So setting aside takes nothing from a
// gift.
absl::StatusOr<rec::SetAsideRecord> SetMilkAside(storage::Transaction& transaction,
                                                 const SetAside& set_aside,
                                                 const std::optional<SetAsideFacts>& facts,
                                                 const runtime::Call& call);

// True if the id is taken, by whatever content.
absl::StatusOr<bool> KnowsSetAside(const storage::Reader& reader, const std::string& set_aside_id);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_SET_ASIDES_H_
