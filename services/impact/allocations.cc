#include "services/impact/allocations.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/events.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "services/impact/leaf_outbox.h"
#include "services/runtime/check.h"

namespace milkway::impact {

namespace {

bool IsSame(const std::string& gift_id, const rec::GiftRecord& gift,
            const rec::AllocationRecord& recorded, const Allocation& allocation) {
  return gift_id == allocation.gift_id && recorded.lot_id() == allocation.lot.value &&
         recorded.allocated_day() == allocation.allocated_on.days &&
         Money{gift.currency(), recorded.amount_minor()} == allocation.amount;
}

// The allocation with this id, if there is one. ALREADY_EXISTS if its content differs.
absl::StatusOr<std::optional<rec::AllocationRecord>> FindSame(const storage::Reader& reader,
                                                              const Allocation& allocation) {
  ASSIGN_OR_RETURN(const auto place, AllocationPlaceTable::Find(reader, allocation.allocation_id));
  if (!place.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, place->gift_id()));
  ASSIGN_OR_RETURN(auto recorded, AllocationTable::Find(reader, place->gift_id(), place->number()));
  if (!recorded.has_value()) {
    return absl::DataLossError(absl::StrCat("allocation ", allocation.allocation_id,
                                            " is gone; restore the store from a backup"));
  }
  if (!IsSame(place->gift_id(), gift, *recorded, allocation)) {
    return IdTaken("ALLOCATION_EXISTS", "the allocation", allocation.allocation_id);
  }
  return recorded;
}

// The pool that the gift buys from. POOL_MISSING.
absl::StatusOr<std::optional<size_t>> PoolOf(const rec::GiftRecord& gift, LotId lot,
                                             const LotPools& pools) {
  if (gift.school_id().empty()) return std::nullopt;
  const std::optional<size_t> pool = FindPool(pools, gift.school_id());
  if (!pool.has_value()) return PoolMissing(lot, gift.school_id());
  return pool;
}

// The allocation as it will stand. POOL_MISSING, LOT_OVERPAID.
absl::StatusOr<rec::AllocationRecord> Buy(const Allocation& allocation, const LotFacts& facts,
                                          const rec::GiftRecord& gift, const rec::LotRecord& lot,
                                          int64_t worth_minor) {
  const LotPools pools = PoolsOf(lot);
  ASSIGN_OR_RETURN(const auto pool, PoolOf(gift, allocation.lot, pools));
  const LotForSale sale = ForSale(pools, pool, facts.weight_g, facts.landed_cost.minor);
  if (worth_minor > StillCosts(sale)) {
    const std::string& base_currency = facts.landed_cost.currency;
    return LotOverpaid(allocation.lot, gift.school_id(), {base_currency, StillCosts(sale)},
                       {base_currency, worth_minor});
  }
  rec::AllocationRecord record;
  record.set_allocation_id(allocation.allocation_id);
  record.set_lot_id(allocation.lot.value);
  record.set_allocated_day(allocation.allocated_on.days);
  record.set_amount_minor(allocation.amount.minor);
  record.set_base_minor(worth_minor);
  record.set_bought_g(BoughtBy(sale, worth_minor));
  record.set_lot_weight_g(sale.weight_g);
  record.set_lot_cost_minor(sale.cost_minor);
  record.set_earlier_paid_minor(sale.paid_minor);
  record.set_earlier_bought_g(sale.bought_g);
  record.set_lot_paid_minor(lot.paid_minor());
  return record;
}

// What a gift bought of lots, from its allocations: for rows of earlier programs, which
// had neither runs nor pools, so that what a lot had been paid is A of the allocation.
absl::StatusOr<std::map<int64_t, std::vector<BoughtRun>>> RunsOfAllocations(
    const storage::Reader& reader, const std::string& gift_id) {
  std::map<int64_t, std::vector<BoughtRun>> runs;
  RETURN_IF_ERROR(AllocationTable::Scan(
      reader, AllocationKey::Range(gift_id),
      [&](const AllocationKey::Key&, const rec::AllocationRecord& allocation) {
        AddRun({allocation.earlier_bought_g(), allocation.bought_g(),
                allocation.earlier_paid_minor(), allocation.base_minor()},
               &runs[allocation.lot_id()]);
        return true;
      }));
  return runs;
}

std::vector<BoughtRun> RunsOf(const rec::GiftLotRecord& part) {
  std::vector<BoughtRun> runs;
  for (const rec::BoughtRunRecord& run : part.runs()) {
    runs.push_back(
        {run.earlier_bought_g(), run.bought_g(), run.earlier_paid_minor(), run.paid_minor()});
  }
  return runs;
}

void SetRuns(const std::vector<BoughtRun>& runs, rec::GiftLotRecord* part) {
  part->clear_runs();
  for (const BoughtRun& run : runs) {
    rec::BoughtRunRecord& record = *part->add_runs();
    record.set_earlier_bought_g(run.earlier_bought_g);
    record.set_bought_g(run.bought_g);
    record.set_earlier_paid_minor(run.earlier_paid_minor);
    record.set_paid_minor(run.paid_minor);
  }
}

bool IsOfEarlierProgram(const rec::GiftLotRecord& part) {
  return part.runs().empty() && part.bought_g() > 0;
}

}  // namespace

rec::LotRecord MakeLot(const LotFacts& facts) {
  MILKWAY_CHECK(facts.label.has_value());
  rec::LotRecord lot;
  lot.set_purchase_id(facts.purchase_id);
  lot.set_product_id(facts.product_id);
  lot.set_lot_number(facts.lot_number);
  lot.set_energy_j_100g(facts.label->energy_j_100g);
  lot.set_protein_mg_100g(facts.label->protein_mg_100g);
  lot.set_calcium_ug_100g(facts.label->calcium_ug_100g);
  lot.set_serving_g(facts.serving_g);
  return lot;
}

absl::Status CheckFacts(const LotFacts& facts, const std::string& base_currency,
                        const rec::LotRecord& lot) {
  if (facts.landed_cost.currency != base_currency) {
    return AnswerIsWrong("inventory", absl::StrCat("has costs in ", facts.landed_cost.currency,
                                                   " instead of ", base_currency));
  }
  if (facts.weight_g < lot.bought_g()) {
    return AnswerIsWrong("inventory", absl::StrCat("has a lot of ", facts.weight_g, " g of which ",
                                                   lot.bought_g(), " g are bought"));
  }
  return absl::OkStatus();
}

LotPools PoolsOf(const rec::LotRecord& lot) {
  LotPools pools = {lot.paid_minor(), lot.bought_g(), {}};
  for (const rec::PoolRecord& pool : lot.pools()) {
    pools.schools.push_back({pool.school_id(), pool.set_aside_g(), pool.paid_minor(),
                             pool.bought_g(), pool.earlier_served_g(), pool.earlier_servings(),
                             pool.serving_g()});
  }
  return pools;
}

absl::Status TakeGrams(storage::Transaction& transaction, const std::string& gift_id, LotId lot_id,
                       int64_t bought_g, int64_t base_minor, int64_t sequence,
                       rec::GiftRecord* gift, rec::LotRecord* lot) {
  ASSIGN_OR_RETURN(const auto known_part, GiftLotTable::Find(transaction, gift_id, lot_id.value));
  if (!known_part.has_value()) {
    if (gift->lot_count() == kLotsOfGiftMax) return GiftLotsTooMany(gift_id, kLotsOfGiftMax);
    gift->set_lot_count(gift->lot_count() + 1);
  }
  rec::GiftLotRecord part = known_part.value_or(rec::GiftLotRecord());
  std::vector<BoughtRun> runs = RunsOf(part);
  if (IsOfEarlierProgram(part)) {
    ASSIGN_OR_RETURN(auto runs_by_lot, RunsOfAllocations(transaction, gift_id));
    runs = std::move(runs_by_lot[lot_id.value]);
  }
  const LotPools pools = PoolsOf(*lot);
  const std::optional<size_t> pool = FindPool(pools, gift->school_id());
  const int64_t earlier_bought_g =
      pool.has_value() ? pools.schools[*pool].bought_g : GeneralBoughtG(pools);
  AddRun({earlier_bought_g, bought_g, lot->paid_minor(), base_minor}, &runs);
  if (runs.size() > static_cast<size_t>(kRunsOfGiftLotMax)) {
    return GiftRunsTooMany(gift_id, lot_id, kRunsOfGiftLotMax);
  }
  SetRuns(runs, &part);
  part.set_bought_g(part.bought_g() + bought_g);
  lot->set_paid_minor(lot->paid_minor() + base_minor);
  lot->set_bought_g(lot->bought_g() + bought_g);
  if (pool.has_value()) {
    rec::PoolRecord& record = *lot->mutable_pools(static_cast<int>(*pool));
    record.set_paid_minor(record.paid_minor() + base_minor);
    record.set_bought_g(record.bought_g() + bought_g);
  }
  RETURN_IF_ERROR(PutLot(transaction, lot_id, *lot, sequence));
  return GiftLotTable::Put(transaction, part, gift_id, lot_id.value);
}

absl::StatusOr<rec::AllocationRecord> AllocateGift(storage::Transaction& transaction,
                                                   const Allocation& allocation,
                                                   const std::optional<LotFacts>& facts,
                                                   const runtime::Call& call) {
  const std::string& gift_id = allocation.gift_id;
  ASSIGN_OR_RETURN(auto recorded, FindSame(transaction, allocation));
  if (recorded.has_value()) return *std::move(recorded);
  ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(transaction, gift_id));
  if (gift.in_kind_g() > 0) return IsInKind(gift_id);
  ASSIGN_OR_RETURN(const int64_t worth_minor, WorthOfNext(gift_id, gift, allocation.amount));
  MILKWAY_CHECK(facts.has_value());
  ASSIGN_OR_RETURN(const auto known_lot, LotTable::Find(transaction, allocation.lot.value));
  rec::LotRecord lot = known_lot.has_value() ? *known_lot : MakeLot(*facts);
  RETURN_IF_ERROR(CheckFacts(*facts, gift.base_currency(), lot));
  ASSIGN_OR_RETURN(rec::AllocationRecord record, Buy(allocation, *facts, gift, lot, worth_minor));
  ASSIGN_OR_RETURN(
      const int64_t sequence,
      RecordEvent(transaction,
                  {EventKind::kAllocation, allocation.allocation_id, gift_id, allocation.lot},
                  call.now_us));
  record.set_sequence(sequence);
  RETURN_IF_ERROR(TakeGrams(transaction, gift_id, allocation.lot, record.bought_g(), worth_minor,
                            sequence, &gift, &lot));

  gift.set_allocated_minor(gift.allocated_minor() + record.amount_minor());
  gift.set_base_allocated_minor(gift.base_allocated_minor() + record.base_minor());
  gift.set_allocation_count(gift.allocation_count() + 1);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  rec::AllocationPlaceRecord place;
  place.set_gift_id(gift_id);
  place.set_number(gift.allocation_count());
  RETURN_IF_ERROR(GiftTable::Put(transaction, gift, gift_id));
  RETURN_IF_ERROR(AllocationTable::Put(transaction, record, gift_id, place.number()));
  RETURN_IF_ERROR(AllocationPlaceTable::Put(transaction, place, allocation.allocation_id));
  RETURN_IF_ERROR(PutIntoOutbox(transaction, gift_id, place.number(), sequence));
  return record;
}

absl::StatusOr<bool> KnowsAllocation(const storage::Reader& reader,
                                     const std::string& allocation_id) {
  ASSIGN_OR_RETURN(const auto place, AllocationPlaceTable::Find(reader, allocation_id));
  return place.has_value();
}

absl::StatusOr<bool> KnowsLot(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(const auto record, LotTable::Find(reader, lot.value));
  return record.has_value();
}

absl::StatusOr<std::vector<FundedLot>> PartsOfGift(const storage::Reader& reader,
                                                   const std::string& gift_id) {
  std::vector<FundedLot> lots;
  bool has_earlier_rows = false;
  RETURN_IF_ERROR(GiftLotTable::Scan(
      reader, GiftLotKey::Range(gift_id),
      [&](const GiftLotKey::Key& key, const rec::GiftLotRecord& part) {
        has_earlier_rows = has_earlier_rows || IsOfEarlierProgram(part);
        lots.push_back({LotId{std::get<1>(key)}, part.bought_g(), rec::LotRecord(), RunsOf(part)});
        return true;
      }));
  if (!has_earlier_rows) return lots;
  ASSIGN_OR_RETURN(auto runs, RunsOfAllocations(reader, gift_id));
  for (FundedLot& lot : lots) {
    if (lot.runs.empty()) lot.runs = std::move(runs[lot.id.value]);
  }
  return lots;
}

absl::StatusOr<std::vector<FundedLot>> LotsOfGift(const storage::Reader& reader,
                                                  const std::string& gift_id) {
  ASSIGN_OR_RETURN(std::vector<FundedLot> lots, PartsOfGift(reader, gift_id));
  for (FundedLot& lot : lots) {
    ASSIGN_OR_RETURN(lot.record, ReadLotThen(reader, lot.id, kUpToNow));
  }
  return lots;
}

}  // namespace milkway::impact
