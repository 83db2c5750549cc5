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

// NOT_FOUND: DONOR_UNKNOWN.
absl::Status DonorUnknown(absl::string_view donor_id);
// FAILED_PRECONDITION: DONOR_CHANGED.
absl::Status DonorChanged(absl::string_view donor_id);

// ALREADY_EXISTS: the id names something else already. `reason` is GIFT_EXISTS,
// ALLOCATION_EXISTS, FEE_EXISTS, REFUND_EXISTS or SET_ASIDE_EXISTS, `what` "the gift".
absl::Status IdTaken(absl::string_view reason, absl::string_view what, absl::string_view id);

// FAILED_PRECONDITION GIFT_OVERSPENT: `left` is not spent yet, in the gift's currency.
absl::Status GiftOverspent(absl::string_view gift_id, const Money& left, const Money& asked);
// FAILED_PRECONDITION LOT_OVERPAID: `left` is what the lot still costs, `worth` what
// was to be spent on it, both in the base currency. `school_id` is that of the pool,
// empty for the general one.
absl::Status LotOverpaid(LotId lot, absl::string_view school_id, const Money& left,
                         const Money& worth);
// FAILED_PRECONDITION GIFT_IN_KIND: the gift is no money.
absl::Status IsInKind(absl::string_view gift_id);
// FAILED_PRECONDITION POOL_MISSING: nothing of the lot is set aside for the school.
absl::Status PoolMissing(LotId lot, absl::string_view school_id);
// FAILED_PRECONDITION LOT_GRAMS_TAKEN: `free_g` are neither bought nor set aside.
absl::Status LotGramsTaken(LotId lot, int64_t free_g, int64_t asked_g);
// FAILED_PRECONDITION POOL_IN_USE: gifts bought of the school's pool, and it was drunk of.
absl::Status PoolInUse(LotId lot, absl::string_view school_id);
// FAILED_PRECONDITION LOT_POOLS_TOO_MANY.
absl::Status LotPoolsTooMany(LotId lot, int64_t pools_max);
// FAILED_PRECONDITION GIFT_RUNS_TOO_MANY.
absl::Status GiftRunsTooMany(absl::string_view gift_id, LotId lot, int64_t runs_max);
// FAILED_PRECONDITION LOTS_TOO_MANY: a question about so many lots is not answered.
absl::Status LotsTooMany(size_t lots, int64_t lots_max);
// FAILED_PRECONDITION GIFT_LOTS_TOO_MANY.
absl::Status GiftLotsTooMany(absl::string_view gift_id, int64_t lots_max);

// NOT_FOUND: PUBLICATION_UNKNOWN.
absl::Status PublicationUnknown(int64_t publication);
// FAILED_PRECONDITION PUBLISHED_RECENTLY: the next one may begin at `next_us`.
absl::Status PublishedRecently(int64_t publication, int64_t next_us);
// NOT_FOUND: SHARE_LINK_UNKNOWN.
absl::Status ShareLinkUnknown();
// FAILED_PRECONDITION: PROOF_NOT_READY.
absl::Status ProofNotReady(absl::string_view gift_id);
// RESOURCE_EXHAUSTED: PROOF_TOO_LARGE.
absl::Status GiftProofTooLarge(absl::string_view gift_id, size_t lots, size_t lots_max);
// DATA_LOSS: a statement that was to be written is not there.
absl::Status StatementGone(int64_t publication, LotId lot);

// INTERNAL: what another service answered cannot be. `what` reads on from its name:
// "lists 2 lots instead of 1".
absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_ERRORS_H_
