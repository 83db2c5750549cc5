#include "services/impact/gifts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/allocations.h"
#include "services/impact/events.h"
#include "services/impact/impact_errors.h"
#include "services/impact/leaf_outbox.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

namespace milkway::impact {

namespace {

bool IsSame(const rec::GiftRecord& recorded, const Gift& gift) {
  const bool is_of_donor =
      recorded.donor_id() == gift.donor_id && recorded.received_day() == gift.received_on.days;
  if (!is_of_donor || recorded.school_id() != gift.school_id) return false;
  const bool is_in_kind = recorded.in_kind_g() > 0;
  if (is_in_kind != gift.in_kind.has_value()) return false;
  if (!is_in_kind) return Money{recorded.currency(), recorded.amount_minor()} == gift.amount;
  return recorded.in_kind_lot_id() == gift.in_kind->lot.value &&
         recorded.in_kind_g() == gift.in_kind->quantity_g &&
         Money{recorded.stated_currency(), recorded.stated_minor()} ==
             gift.in_kind->stated_value.value_or(Money());
}

// What a gift in kind is on top of one of no money.
void AddInKind(const InKind& in_kind, rec::GiftRecord* record) {
  record->set_kind(static_cast<uint32_t>(GiftKind::kInKind));
  record->set_in_kind_lot_id(in_kind.lot.value);
  record->set_in_kind_g(in_kind.quantity_g);
  if (!in_kind.stated_value.has_value()) return;
  record->set_stated_currency(in_kind.stated_value->currency);
  record->set_stated_minor(in_kind.stated_value->minor);
}

absl::StatusOr<rec::GiftRecord> MakeGift(const Gift& gift, const Conversion& conversion,
                                         const runtime::Call& call) {
  rec::GiftRecord record;
  record.set_donor_id(gift.donor_id);
  record.set_received_day(gift.received_on.days);
  record.set_currency(gift.in_kind.has_value() ? conversion.base_currency : gift.amount.currency);
  record.set_amount_minor(gift.amount.minor);
  record.set_base_currency(conversion.base_currency);
  record.set_rate_units(conversion.rate.units);
  record.set_rate_scale(static_cast<uint32_t>(conversion.rate.scale));
  record.set_rate_day(conversion.rate_on.days);
  ASSIGN_OR_RETURN(const int64_t base_minor, InBase(record, gift.amount.minor));
  record.set_base_minor(base_minor);
  record.set_school_id(gift.school_id);
  record.set_kind(
      static_cast<uint32_t>(gift.school_id.empty() ? GiftKind::kMoney : GiftKind::kSchool));
  if (gift.in_kind.has_value()) AddInKind(*gift.in_kind, &record);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  return record;
}

// Gives the gift its grams of the lot. LOT_GRAMS_TAKEN.
absl::Status BringMilk(storage::Transaction& transaction, const std::string& gift_id,
                       const InKind& in_kind, const LotFacts& facts, rec::GiftRecord* gift) {
  ASSIGN_OR_RETURN(const auto known_lot, LotTable::Find(transaction, in_kind.lot.value));
  rec::LotRecord lot = known_lot.has_value() ? *known_lot : MakeLot(facts);
  RETURN_IF_ERROR(CheckFacts(facts, gift->base_currency(), lot));
  const int64_t free_g = FreeG(PoolsOf(lot), facts.weight_g);
  if (in_kind.quantity_g > free_g) return LotGramsTaken(in_kind.lot, free_g, in_kind.quantity_g);
  const LotForSale general =
      ForSale(PoolsOf(lot), std::nullopt, facts.weight_g, facts.landed_cost.minor);
  RETURN_IF_ERROR(TakeGrams(transaction, gift_id, in_kind.lot, in_kind.quantity_g, 0,
                            gift->sequence(), gift, &lot));
  gift->set_in_kind_lot_weight_g(general.weight_g);
  gift->set_in_kind_earlier_bought_g(general.bought_g);
  return PutIntoOutbox(transaction, gift_id, kGiftInKindItself, gift->sequence());
}

}  // namespace

absl::StatusOr<rec::GiftRecord> RecordGift(storage::Transaction& transaction, const Gift& gift,
                                           const std::optional<Conversion>& conversion,
                                           const std::optional<LotFacts>& lot,
                                           const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto recorded, GiftTable::Find(transaction, gift.gift_id));
  if (recorded.has_value()) {
    if (!IsSame(*recorded, gift)) return IdTaken("GIFT_EXISTS", "the gift", gift.gift_id);
    return *std::move(recorded);
  }
  MILKWAY_CHECK(conversion.has_value());
  ASSIGN_OR_RETURN(rec::GiftRecord record, MakeGift(gift, *conversion, call));
  const LotId in_kind_lot = gift.in_kind.has_value() ? gift.in_kind->lot : LotId{};
  ASSIGN_OR_RETURN(
      const int64_t sequence,
      RecordEvent(transaction, {EventKind::kGift, gift.gift_id, gift.gift_id, in_kind_lot},
                  call.now_us));
  record.set_sequence(sequence);
  if (gift.in_kind.has_value()) {
    MILKWAY_CHECK(lot.has_value());
    RETURN_IF_ERROR(BringMilk(transaction, gift.gift_id, *gift.in_kind, *lot, &record));
  }
  RETURN_IF_ERROR(GiftTable::Put(transaction, record, gift.gift_id));
  RETURN_IF_ERROR(
      GiftByDonorTable::Put(transaction, rec::IndexRecord(), gift.donor_id, gift.gift_id));
  return record;
}

absl::StatusOr<rec::GiftRecord> ReadGift(const storage::Reader& reader,
                                         const std::string& gift_id) {
  ASSIGN_OR_RETURN(auto gift, GiftTable::Find(reader, gift_id));
  if (!gift.has_value()) return GiftUnknown(gift_id);
  return *std::move(gift);
}

GiftKind KindOf(const rec::GiftRecord& gift) {
  return gift.kind() == 0 ? GiftKind::kMoney : static_cast<GiftKind>(gift.kind());
}

rec::AllocationRecord InKindAllocation(const rec::GiftRecord& gift) {
  rec::AllocationRecord allocation;
  allocation.set_lot_id(gift.in_kind_lot_id());
  allocation.set_sequence(gift.sequence());
  allocation.set_lot_weight_g(gift.in_kind_lot_weight_g());
  allocation.set_earlier_bought_g(gift.in_kind_earlier_bought_g());
  allocation.set_bought_g(gift.in_kind_g());
  allocation.set_log_position(gift.in_kind_log_position());
  return allocation;
}

int64_t LeftMinor(const rec::GiftRecord& gift) {
  return gift.amount_minor() - gift.allocated_minor() - gift.fees_minor() - gift.refunded_minor();
}

absl::StatusOr<int64_t> WorthOfNext(const std::string& gift_id, const rec::GiftRecord& gift,
                                    const Money& amount) {
  if (amount.currency != gift.currency()) {
    return runtime::InvalidField(
        "amount", absl::StrCat("must be in ", gift.currency(), ", the gift's currency"));
  }
  const Money left = {gift.currency(), LeftMinor(gift)};
  if (amount.minor > left.minor) return GiftOverspent(gift_id, left, amount);
  const int64_t spent_minor = gift.amount_minor() - left.minor;
  ASSIGN_OR_RETURN(const int64_t base_minor, InBase(gift, spent_minor + amount.minor));
  return base_minor - gift.base_allocated_minor() - gift.base_fees_minor() -
         gift.base_refunded_minor();
}

absl::StatusOr<int64_t> InBase(const rec::GiftRecord& gift, int64_t amount_minor) {
  const Decimal rate = {gift.rate_units(), static_cast<int>(gift.rate_scale())};
  ASSIGN_OR_RETURN(const Money base,
                   Convert({gift.currency(), amount_minor}, rate, gift.base_currency()));
  return base.minor;
}

}  // namespace milkway::impact
