#include "services/impact/allocations.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

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

// What the next allocation of `amount` is worth in the base currency:
// conv(sum of the first k) − conv(sum of the first k − 1).
absl::StatusOr<int64_t> WorthOfNext(const std::string& gift_id, const rec::GiftRecord& gift,
                                    const Money& amount) {
  if (amount.currency != gift.currency()) {
    return runtime::InvalidField(
        "amount", absl::StrCat("must be in ", gift.currency(), ", the gift's currency"));
  }
  const Money left = {gift.currency(), gift.amount_minor() - gift.allocated_minor()};
  if (amount.minor > left.minor) return GiftOverspent(gift_id, left, amount);
  ASSIGN_OR_RETURN(const int64_t base_minor, InBase(gift, gift.allocated_minor() + amount.minor));
  return base_minor - gift.base_allocated_minor();
}

rec::LotRecord MakeLot(const LotFacts& facts) {
  MILKWAY_CHECK(facts.label.has_value());
  rec::LotRecord lot;
  lot.set_purchase_id(facts.purchase_id);
  lot.set_product_id(facts.product_id);
  lot.set_lot_number(facts.lot_number);
  lot.set_energy_j_100g(facts.label->energy_j_100g);
  lot.set_protein_mg_100g(facts.label->protein_mg_100g);
  lot.set_calcium_ug_100g(facts.label->calcium_ug_100g);
  return lot;
}

// INTERNAL if the facts cannot be those of the lot that earlier allocations paid for.
absl::Status CheckFacts(const LotFacts& facts, const rec::GiftRecord& gift,
                        const rec::LotRecord& lot) {
  if (facts.landed_cost.currency != gift.base_currency()) {
    return AnswerIsWrong("inventory", absl::StrCat("has costs in ", facts.landed_cost.currency,
                                                   " instead of ", gift.base_currency()));
  }
  if (facts.weight_g < lot.bought_g()) {
    return AnswerIsWrong("inventory", absl::StrCat("has a lot of ", facts.weight_g, " g of which ",
                                                   lot.bought_g(), " g are bought"));
  }
  return absl::OkStatus();
}

// The allocation as it will stand. LOT_OVERPAID.
absl::StatusOr<rec::AllocationRecord> Buy(const Allocation& allocation, const LotFacts& facts,
                                          const rec::LotRecord& lot, int64_t worth_minor) {
  const LotForSale sale = {facts.weight_g, facts.landed_cost.minor, lot.paid_minor(),
                           lot.bought_g()};
  if (worth_minor > StillCosts(sale)) {
    const std::string& base_currency = facts.landed_cost.currency;
    return LotOverpaid(allocation.lot, {base_currency, StillCosts(sale)},
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
  return record;
}

// Adds the allocation to what the gift, the lot and the two together add up to.
void AddUp(const rec::AllocationRecord& record, rec::GiftRecord* gift, rec::LotRecord* lot,
           rec::GiftLotRecord* gift_lot) {
  gift->set_allocated_minor(gift->allocated_minor() + record.amount_minor());
  gift->set_base_allocated_minor(gift->base_allocated_minor() + record.base_minor());
  gift->set_allocation_count(gift->allocation_count() + 1);
  lot->set_paid_minor(lot->paid_minor() + record.base_minor());
  lot->set_bought_g(lot->bought_g() + record.bought_g());
  gift_lot->set_bought_g(gift_lot->bought_g() + record.bought_g());
}

absl::StatusOr<int64_t> TakeSequence(storage::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto stored, LastAllocationTable::Find(transaction));
  rec::CounterRecord counter = stored.value_or(rec::CounterRecord());
  counter.set_last(counter.last() + 1);
  RETURN_IF_ERROR(LastAllocationTable::Put(transaction, counter));
  return counter.last();
}

}  // namespace

absl::StatusOr<rec::AllocationRecord> AllocateGift(storage::Transaction& transaction,
                                                   const Allocation& allocation,
                                                   const std::optional<LotFacts>& facts,
                                                   const runtime::Call& call) {
  const std::string& gift_id = allocation.gift_id;
  ASSIGN_OR_RETURN(auto recorded, FindSame(transaction, allocation));
  if (recorded.has_value()) return *std::move(recorded);
  ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(transaction, gift_id));
  ASSIGN_OR_RETURN(const int64_t worth_minor, WorthOfNext(gift_id, gift, allocation.amount));
  MILKWAY_CHECK(facts.has_value());
  ASSIGN_OR_RETURN(const auto known_lot, LotTable::Find(transaction, allocation.lot.value));
  rec::LotRecord lot = known_lot.has_value() ? *known_lot : MakeLot(*facts);
  RETURN_IF_ERROR(CheckFacts(*facts, gift, lot));
  ASSIGN_OR_RETURN(rec::AllocationRecord record, Buy(allocation, *facts, lot, worth_minor));
  ASSIGN_OR_RETURN(const auto known_part,
                   GiftLotTable::Find(transaction, gift_id, allocation.lot.value));
  if (!known_part.has_value()) {
    if (gift.lot_count() == kLotsOfGiftMax) return GiftLotsTooMany(gift_id, kLotsOfGiftMax);
    gift.set_lot_count(gift.lot_count() + 1);
  }

  rec::GiftLotRecord gift_lot = known_part.value_or(rec::GiftLotRecord());
  AddUp(record, &gift, &lot, &gift_lot);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  ASSIGN_OR_RETURN(const int64_t sequence, TakeSequence(transaction));
  record.set_sequence(sequence);
  rec::AllocationPlaceRecord place;
  place.set_gift_id(gift_id);
  place.set_number(gift.allocation_count());
  RETURN_IF_ERROR(GiftTable::Put(transaction, gift, gift_id));
  RETURN_IF_ERROR(LotTable::Put(transaction, lot, allocation.lot.value));
  RETURN_IF_ERROR(GiftLotTable::Put(transaction, gift_lot, gift_id, allocation.lot.value));
  RETURN_IF_ERROR(AllocationTable::Put(transaction, record, gift_id, place.number()));
  RETURN_IF_ERROR(AllocationPlaceTable::Put(transaction, place, allocation.allocation_id));
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

absl::StatusOr<std::vector<FundedLot>> LotsOfGift(const storage::Reader& reader,
                                                  const std::string& gift_id) {
  std::vector<FundedLot> lots;
  RETURN_IF_ERROR(GiftLotTable::Scan(
      reader, GiftLotKey::Range(gift_id),
      [&](const GiftLotKey::Key& key, const rec::GiftLotRecord& part) {
        lots.push_back({LotId{std::get<1>(key)}, part.bought_g(), rec::LotRecord()});
        return true;
      }));
  for (FundedLot& lot : lots) {
    ASSIGN_OR_RETURN(auto record, LotTable::Find(reader, lot.id.value));
    if (!record.has_value()) {
      return absl::DataLossError(absl::StrCat("lot ", lot.id.value, " of gift ", gift_id,
                                              " is gone; restore the store from a backup"));
    }
    lot.record = *std::move(record);
  }
  return lots;
}

}  // namespace milkway::impact
