#include "services/impact/gifts.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/impact/impact_errors.h"
#include "services/runtime/check.h"

namespace milkway::impact {

namespace {

bool IsSame(const rec::GiftRecord& recorded, const Gift& gift) {
  return recorded.donor_id() == gift.donor_id && recorded.received_day() == gift.received_on.days &&
         Money{recorded.currency(), recorded.amount_minor()} == gift.amount;
}

absl::StatusOr<rec::GiftRecord> MakeGift(const Gift& gift, const Conversion& conversion,
                                         const runtime::Call& call) {
  rec::GiftRecord record;
  record.set_donor_id(gift.donor_id);
  record.set_received_day(gift.received_on.days);
  record.set_currency(gift.amount.currency);
  record.set_amount_minor(gift.amount.minor);
  record.set_base_currency(conversion.base_currency);
  record.set_rate_units(conversion.rate.units);
  record.set_rate_scale(static_cast<uint32_t>(conversion.rate.scale));
  record.set_rate_day(conversion.rate_on.days);
  ASSIGN_OR_RETURN(const int64_t base_minor, InBase(record, gift.amount.minor));
  record.set_base_minor(base_minor);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  return record;
}

}  // namespace

absl::StatusOr<rec::GiftRecord> RecordGift(storage::Transaction& transaction, const Gift& gift,
                                           const std::optional<Conversion>& conversion,
                                           const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto recorded, GiftTable::Find(transaction, gift.gift_id));
  if (recorded.has_value()) {
    if (!IsSame(*recorded, gift)) return IdTaken("GIFT_EXISTS", "the gift", gift.gift_id);
    return *std::move(recorded);
  }
  MILKWAY_CHECK(conversion.has_value());
  ASSIGN_OR_RETURN(rec::GiftRecord record, MakeGift(gift, *conversion, call));
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

absl::StatusOr<int64_t> InBase(const rec::GiftRecord& gift, int64_t amount_minor) {
  const Decimal rate = {gift.rate_units(), static_cast<int>(gift.rate_scale())};
  ASSIGN_OR_RETURN(const Money base,
                   Convert({gift.currency(), amount_minor}, rate, gift.base_currency()));
  return base.minor;
}

}  // namespace milkway::impact
