// Money taken out of gifts without buying milk: payment fees, and refunds to donors.
//
// Each takes of what is left; what is allocated stands.

#ifndef MILKWAY_SERVICES_IMPACT_DEDUCTIONS_H_
#define MILKWAY_SERVICES_IMPACT_DEDUCTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "storage/store.h"

namespace milkway::impact {

// A fee or a refund as somebody states it.
struct Deduction {
  std::string id;
  std::string gift_id;
  LocalDate on;  // for display
  Money amount;  // in the gift's currency
  std::string reason;
};

// Each takes it out of the gift; the same again returns what is stored. Refused in this
// order:
//   ALREADY_EXISTS       FEE_EXISTS, REFUND_EXISTS
//   NOT_FOUND            GIFT_UNKNOWN
//   FAILED_PRECONDITION  GIFT_IN_KIND
//   INVALID_ARGUMENT     naming `amount`, if it is not in the gift's currency
//   FAILED_PRECONDITION  GIFT_OVERSPENT
absl::StatusOr<rec::DeductionRecord> RecordFee(storage::Transaction& transaction,
                                               const Deduction& fee, const runtime::Call& call);
absl::StatusOr<rec::DeductionRecord> RefundGift(storage::Transaction& transaction,
                                                const Deduction& refund, const runtime::Call& call);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_DEDUCTIONS_H_
