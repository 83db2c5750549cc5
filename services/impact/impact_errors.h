// The named refusals of impact.

#ifndef MILKWAY_SERVICES_IMPACT_IMPACT_ERRORS_H_
#define MILKWAY_SERVICES_IMPACT_IMPACT_ERRORS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// NOT_FOUND: GIFT_UNKNOWN.
absl::Status GiftUnknown(absl::string_view gift_id);

// ALREADY_EXISTS: the id names something else already. `reason` is GIFT_EXISTS or
// ALLOCATION_EXISTS, `what` "the gift".
absl::Status IdTaken(absl::string_view reason, absl::string_view what, absl::string_view id);

// FAILED_PRECONDITION GIFT_OVERSPENT: `left` is not allocated yet, in the gift's
// currency.
absl::Status GiftOverspent(absl::string_view gift_id, const Money& left, const Money& asked);
// FAILED_PRECONDITION LOT_OVERPAID: `left` is what the lot still costs, `worth` what
// was to be spent on it, both in the base currency.
absl::Status LotOverpaid(LotId lot, const Money& left, const Money& worth);
// FAILED_PRECONDITION GIFT_LOTS_TOO_MANY.
absl::Status GiftLotsTooMany(absl::string_view gift_id, int64_t lots_max);

// INTERNAL: what another service answered cannot be. `what` reads on from its name:
// "lists 2 lots instead of 1".
absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_ERRORS_H_
