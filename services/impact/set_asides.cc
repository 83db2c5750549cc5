#include "services/impact/set_asides.h"

#include <algorithm>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/impact/events.h"
#include "services/impact/impact_errors.h"
#include "services/impact/pools.h"
#include "services/runtime/check.h"

namespace milkway::impact {

namespace {

bool IsSame(const rec::SetAsideRecord& recorded, const SetAside& set_aside) {
  return recorded.lot_id() == set_aside.lot.value && recorded.school_id() == set_aside.school_id &&
         recorded.quantity_g() == set_aside.quantity_g && recorded.on_day() == set_aside.on.days &&
         recorded.serving_g() == set_aside.serving_g;
}

// The school's pool, made at its place if there is none. LOT_POOLS_TOO_MANY.
absl::StatusOr<rec::PoolRecord*> TakePool(const SetAside& set_aside, int64_t label_serving_g,
                                          rec::LotRecord* lot) {
  int place = 0;
  while (place < lot->pools_size() && lot->pools(place).school_id() < set_aside.school_id) ++place;
  const bool is_known =
      place < lot->pools_size() && lot->pools(place).school_id() == set_aside.school_id;
  if (is_known) return lot->mutable_pools(place);
  if (lot->pools_size() == kPoolsOfLotMax) return LotPoolsTooMany(set_aside.lot, kPoolsOfLotMax);
  rec::PoolRecord& pool = *lot->add_pools();
  pool.set_school_id(set_aside.school_id);
  const int64_t serving_g = set_aside.serving_g > 0 ? set_aside.serving_g : label_serving_g;
  pool.set_serving_g(std::max(int64_t{1}, serving_g));
  for (int last = lot->pools_size() - 1; last > place; --last) {
    lot->mutable_pools()->SwapElements(last, last - 1);
  }
  return lot->mutable_pools(place);
}

// What of the lot the school has drunk by now, and how much of that is its pool's.
struct Drunk {
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t pool_served_g = 0;
  int64_t pool_servings = 0;
};
Drunk DrunkBy(const std::string& school_id, const SetAsideFacts& facts, const LotPools& pools) {
  const auto& schools = facts.books.schools;
  const auto school = std::find_if(schools.begin(), schools.end(), [&](const Served& served) {
    return served.school_id == school_id;
  });
  if (school == schools.end()) return {};
  Drunk drunk = {school->served_g, facts.servings, 0, 0};
  const std::optional<size_t> pool = FindPool(pools, school_id);
  if (!pool.has_value()) return drunk;
  const size_t place = static_cast<size_t>(school - schools.begin());
  const LotSplit split(facts.books.books, pools, schools);
  drunk.pool_served_g = split.ServedG(pool, place);
  drunk.pool_servings = split.Servings(pool, place, facts.servings);
  return drunk;
}

// LOT_GRAMS_TAKEN, POOL_IN_USE.
absl::Status CheckGrams(const SetAside& set_aside, const LotFacts& facts, const LotPools& pools,
                        const Drunk& drunk) {
  const int64_t free_g = FreeG(pools, facts.weight_g);
  if (set_aside.quantity_g > free_g) {
    return LotGramsTaken(set_aside.lot, free_g, set_aside.quantity_g);
  }
  // More grams would make what the pool's gifts have of the same milk less.
  const std::optional<size_t> pool = FindPool(pools, set_aside.school_id);
  const bool is_in_use =
      pool.has_value() && pools.schools[*pool].bought_g > 0 && drunk.pool_served_g > 0;
  return is_in_use ? PoolInUse(set_aside.lot, set_aside.school_id) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<rec::SetAsideRecord> SetMilkAside(storage::Transaction& transaction,
                                                 const SetAside& set_aside,
                                                 const std::optional<SetAsideFacts>& facts,
                                                 const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto recorded, SetAsideTable::Find(transaction, set_aside.set_aside_id));
  if (recorded.has_value()) {
    if (IsSame(*recorded, set_aside)) return *std::move(recorded);
    return IdTaken("SET_ASIDE_EXISTS", "what is set aside as", set_aside.set_aside_id);
  }
  MILKWAY_CHECK(facts.has_value());
  ASSIGN_OR_RETURN(const auto known_lot, LotTable::Find(transaction, set_aside.lot.value));
  rec::LotRecord lot = known_lot.has_value() ? *known_lot : MakeLot(facts->lot);
  RETURN_IF_ERROR(CheckFacts(facts->lot, facts->lot.landed_cost.currency, lot));
  RETURN_IF_ERROR(CheckBooks(facts->books, set_aside.lot));
  const LotPools before = PoolsOf(lot);
  const Drunk drunk = DrunkBy(set_aside.school_id, *facts, before);
  RETURN_IF_ERROR(CheckGrams(set_aside, facts->lot, before, drunk));
  ASSIGN_OR_RETURN(rec::PoolRecord* const pool, TakePool(set_aside, facts->lot.serving_g, &lot));
  if (GeneralBoughtG(before) > 0 && drunk.served_g > 0) {
    pool->set_earlier_served_g(drunk.served_g - drunk.pool_served_g);
    pool->set_earlier_servings(drunk.servings - drunk.pool_servings);
  }
  pool->set_set_aside_g(pool->set_aside_g() + set_aside.quantity_g);

  rec::SetAsideRecord record;
  record.set_lot_id(set_aside.lot.value);
  record.set_school_id(set_aside.school_id);
  record.set_quantity_g(set_aside.quantity_g);
  record.set_on_day(set_aside.on.days);
  record.set_serving_g(set_aside.serving_g);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  ASSIGN_OR_RETURN(
      const int64_t sequence,
      RecordEvent(transaction, {EventKind::kSetAside, set_aside.set_aside_id, "", set_aside.lot},
                  call.now_us));
  record.set_sequence(sequence);
  RETURN_IF_ERROR(PutLot(transaction, set_aside.lot, lot, sequence));
  RETURN_IF_ERROR(SetAsideTable::Put(transaction, record, set_aside.set_aside_id));
  RETURN_IF_ERROR(SetAsideOfLotTable::Put(transaction, rec::IndexRecord(), set_aside.lot.value,
                                          set_aside.set_aside_id));
  return record;
}

absl::StatusOr<bool> KnowsSetAside(const storage::Reader& reader, const std::string& set_aside_id) {
  ASSIGN_OR_RETURN(const auto record, SetAsideTable::Find(reader, set_aside_id));
  return record.has_value();
}

}  // namespace milkway::impact
