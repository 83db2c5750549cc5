// What proves a gift's statement: which leaves of the log to show.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_PROOF_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_PROOF_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/statements.pb.h"
#include "milkway/inventory/v1/log.pb.h"
#include "storage/store.h"

namespace milkway::impact {

struct GiftProofPlan {
  v1::GiftStatement statement;
  inventory::v1::ProveLotsRequest question;  // for the inventory
};

// The gift's last statement; its allocations, the statements of its lots and of these at
// schools, and what the log tells of the lots themselves.
//   INVALID_ARGUMENT     naming gift_id
//   NOT_FOUND            GIFT_UNKNOWN
//   FAILED_PRECONDITION  PROOF_NOT_READY
//   RESOURCE_EXHAUSTED   PROOF_TOO_LARGE
absl::StatusOr<GiftProofPlan> PlanGiftProof(const storage::Reader& reader,
                                            const std::string& gift_id);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_PROOF_H_
