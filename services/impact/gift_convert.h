// Between the messages of gifts and their domain types. All input checks are here.
// INVALID_ARGUMENT names the field from the message given on ("amount"); the caller
// says what stands before it. Fields that the server keeps are not looked at.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_CONVERT_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "services/impact/allocations.h"
#include "services/impact/deductions.h"
#include "services/impact/gift_impact.h"
#include "services/impact/gifts.h"

namespace milkway::impact {

absl::StatusOr<Gift> ParseGift(const v1::Gift& message);
v1::Gift ToMessage(const std::string& gift_id, const rec::GiftRecord& gift);

absl::StatusOr<Allocation> ParseAllocation(const v1::Allocation& message);
// `gift` is the allocation's, for its currencies.
v1::Allocation ToMessage(const std::string& gift_id, const rec::GiftRecord& gift,
                         const rec::AllocationRecord& allocation);

// A fee or a refund; `gift` is its gift.
absl::StatusOr<Deduction> ParseFee(const v1::Fee& message);
absl::StatusOr<Deduction> ParseRefund(const v1::Refund& message);
v1::Fee ToFee(const std::string& fee_id, const rec::GiftRecord& gift,
              const rec::DeductionRecord& fee);
v1::Refund ToRefund(const std::string& refund_id, const rec::GiftRecord& gift,
                    const rec::DeductionRecord& refund);

// What a gift bought or brought of a lot.
v1::LotGift ToLotGift(const std::string& gift_id, const rec::GiftRecord& gift,
                      const rec::AllocationRecord& bought);

v1::GiftImpact ToMessage(const GiftImpact& impact);
// `base_currency` is that of what is owed for it.
v1::LotShare ToMessage(const LotShare& lot, const std::string& base_currency);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_CONVERT_H_
