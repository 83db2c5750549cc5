#include "services/impact/gift_then.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "services/impact/pools.h"

namespace milkway::impact {

namespace {

// The parts of lots that those allocations bought, in order of the lot.
absl::StatusOr<std::vector<FundedLot>> PartsOf(const storage::Reader& reader,
                                               const std::vector<rec::AllocationRecord>& bought,
                                               int64_t sequence) {
  std::map<int64_t, FundedLot> parts;
  for (const rec::AllocationRecord& allocation : bought) {
    FundedLot& part = parts[allocation.lot_id()];
    part.id = LotId{allocation.lot_id()};
    part.bought_g += allocation.bought_g();
    AddRun({allocation.earlier_bought_g(), allocation.bought_g(), allocation.lot_paid_minor(),
            allocation.base_minor()},
           &part.runs);
  }
  std::vector<FundedLot> lots;
  for (auto& [lot, part] : parts) {
    ASSIGN_OR_RETURN(part.record, ReadLotThen(reader, part.id, sequence));
    lots.push_back(std::move(part));
  }
  return lots;
}

// What is taken out of a gift by deductions of one kind up to a place among all.
template <typename Table, typename OfGiftTable, typename OfGiftKey>
absl::StatusOr<int64_t> DeductedUpTo(const storage::Reader& reader, const std::string& gift_id,
                                     int64_t sequence) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(
      OfGiftTable::Scan(reader, OfGiftKey::Range(gift_id),
                        [&](const typename OfGiftKey::Key& key, const rec::IndexRecord&) {
                          ids.push_back(std::get<1>(key));
                          return true;
                        }));
  int64_t base_minor = 0;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const auto deduction, Table::Find(reader, id));
    if (!deduction.has_value()) {
      return absl::DataLossError(absl::StrCat("deduction ", id, " of gift ", gift_id,
                                              " is gone; restore the store from a backup"));
    }
    if (deduction->sequence() <= sequence) base_minor += deduction->base_minor();
  }
  return base_minor;
}

}  // namespace

absl::StatusOr<GiftThen> ReadGiftThen(const storage::Reader& reader, const std::string& gift_id,
                                      int64_t sequence) {
  GiftThen then;
  ASSIGN_OR_RETURN(then.gift, ReadGift(reader, gift_id));
  if (sequence == kUpToNow) {
    ASSIGN_OR_RETURN(then.lots, LotsOfGift(reader, gift_id));
    return then;
  }
  if (then.gift.sequence() > sequence) return GiftUnknown(gift_id);
  ASSIGN_OR_RETURN(const std::vector<rec::AllocationRecord> bought,
                   BoughtUpTo(reader, gift_id, then.gift, sequence));
  int64_t allocated_minor = 0;
  for (const rec::AllocationRecord& allocation : bought) allocated_minor += allocation.base_minor();
  then.gift.set_base_allocated_minor(allocated_minor);
  ASSIGN_OR_RETURN(const int64_t fees_minor, (DeductedUpTo<FeeTable, FeeOfGiftTable, FeeOfGiftKey>(
                                                 reader, gift_id, sequence)));
  then.gift.set_base_fees_minor(fees_minor);
  ASSIGN_OR_RETURN(
      const int64_t refunded_minor,
      (DeductedUpTo<RefundTable, RefundOfGiftTable, RefundOfGiftKey>(reader, gift_id, sequence)));
  then.gift.set_base_refunded_minor(refunded_minor);
  ASSIGN_OR_RETURN(then.lots, PartsOf(reader, bought, sequence));
  return then;
}

absl::StatusOr<std::vector<rec::AllocationRecord>> BoughtUpTo(const storage::Reader& reader,
                                                              const std::string& gift_id,
                                                              const rec::GiftRecord& gift,
                                                              int64_t sequence) {
  std::vector<rec::AllocationRecord> bought;
  if (KindOf(gift) == GiftKind::kInKind) {
    if (gift.sequence() <= sequence) bought.push_back(InKindAllocation(gift));
    return bought;
  }
  RETURN_IF_ERROR(AllocationTable::Scan(
      reader, AllocationKey::Range(gift_id),
      [&](const AllocationKey::Key&, const rec::AllocationRecord& allocation) {
        if (allocation.sequence() > sequence) return false;
        bought.push_back(allocation);
        return true;
      }));
  return bought;
}

}  // namespace milkway::impact
