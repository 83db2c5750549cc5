#include "services/impact/deductions.h"

#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/impact/events.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"

namespace milkway::impact {

namespace {

bool IsSame(const rec::DeductionRecord& recorded, const Deduction& deduction) {
  return recorded.gift_id() == deduction.gift_id && recorded.on_day() == deduction.on.days &&
         recorded.amount_minor() == deduction.amount.minor && recorded.reason() == deduction.reason;
}

// What is stored under the id, or nullopt. `reason` and `what` as for IdTaken.
template <typename Table>
absl::StatusOr<std::optional<rec::DeductionRecord>> FindSame(const storage::Reader& reader,
                                                             const Deduction& deduction,
                                                             absl::string_view reason,
                                                             absl::string_view what) {
  ASSIGN_OR_RETURN(auto recorded, Table::Find(reader, deduction.id));
  if (!recorded.has_value()) return recorded;
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, recorded->gift_id()));
  const bool is_same = IsSame(*recorded, deduction) && gift.currency() == deduction.amount.currency;
  if (!is_same) return IdTaken(reason, what, deduction.id);
  return recorded;
}

// Reads the gift and works out the deduction as it will stand.
absl::StatusOr<rec::DeductionRecord> Take(storage::Transaction& transaction, EventKind kind,
                                          const Deduction& deduction, const rec::GiftRecord& gift,
                                          const runtime::Call& call) {
  if (KindOf(gift) == GiftKind::kInKind) return IsInKind(deduction.gift_id);
  ASSIGN_OR_RETURN(const int64_t base_minor,
                   WorthOfNext(deduction.gift_id, gift, deduction.amount));
  rec::DeductionRecord record;
  record.set_gift_id(deduction.gift_id);
  record.set_on_day(deduction.on.days);
  record.set_amount_minor(deduction.amount.minor);
  record.set_base_minor(base_minor);
  record.set_reason(deduction.reason);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  ASSIGN_OR_RETURN(const int64_t sequence,
                   RecordEvent(transaction, {kind, deduction.id, deduction.gift_id}, call.now_us));
  record.set_sequence(sequence);
  return record;
}

}  // namespace

absl::StatusOr<rec::DeductionRecord> RecordFee(storage::Transaction& transaction,
                                               const Deduction& fee, const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto recorded, FindSame<FeeTable>(transaction, fee, "FEE_EXISTS", "the fee"));
  if (recorded.has_value()) return *std::move(recorded);
  ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(transaction, fee.gift_id));
  ASSIGN_OR_RETURN(const rec::DeductionRecord record,
                   Take(transaction, EventKind::kFee, fee, gift, call));
  gift.set_fees_minor(gift.fees_minor() + record.amount_minor());
  gift.set_base_fees_minor(gift.base_fees_minor() + record.base_minor());
  RETURN_IF_ERROR(GiftTable::Put(transaction, gift, fee.gift_id));
  RETURN_IF_ERROR(FeeTable::Put(transaction, record, fee.id));
  RETURN_IF_ERROR(FeeOfGiftTable::Put(transaction, rec::IndexRecord(), fee.gift_id, fee.id));
  return record;
}

absl::StatusOr<rec::DeductionRecord> RefundGift(storage::Transaction& transaction,
                                                const Deduction& refund,
                                                const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto recorded,
                   FindSame<RefundTable>(transaction, refund, "REFUND_EXISTS", "the refund"));
  if (recorded.has_value()) return *std::move(recorded);
  ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(transaction, refund.gift_id));
  ASSIGN_OR_RETURN(const rec::DeductionRecord record,
                   Take(transaction, EventKind::kRefund, refund, gift, call));
  gift.set_refunded_minor(gift.refunded_minor() + record.amount_minor());
  gift.set_base_refunded_minor(gift.base_refunded_minor() + record.base_minor());
  RETURN_IF_ERROR(GiftTable::Put(transaction, gift, refund.gift_id));
  RETURN_IF_ERROR(RefundTable::Put(transaction, record, refund.id));
  RETURN_IF_ERROR(
      RefundOfGiftTable::Put(transaction, rec::IndexRecord(), refund.gift_id, refund.id));
  return record;
}

}  // namespace milkway::impact
