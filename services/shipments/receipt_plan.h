// How what a receiver saw becomes movements of the ledger. Pure.

#ifndef MILKWAY_SERVICES_SHIPMENTS_RECEIPT_PLAN_H_
#define MILKWAY_SERVICES_SHIPMENTS_RECEIPT_PLAN_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipment.h"

namespace milkway::shipments {

// What a receipt moves, and how its lines stand then.
struct ReceiptPlan {
  std::vector<Movement> movements;
  std::vector<RecordedLine> lines;
};

// Good packs are taken from what is in transit, then damaged ones; then from what was
// declared lost; what neither holds was found at the destination. Missing packs are
// taken from what is left in transit then; refused ones stay there. `statuses`: as if
// the receipt had not been recorded. `weights`: of the lots that are not in `statuses`.
// `good`: where good packs go, usable or quarantined.
//   INVALID_ARGUMENT     naming lines[i] if its packs weigh more than the ledger moves,
//                        or if it calls a lot wrong that was shipped
//   FAILED_PRECONDITION  RECEIPT_MISSING_TOO_MANY, RECEIPT_REFUSED_TOO_MANY,
//                        RECEIPT_TOO_DETAILED
absl::StatusOr<ReceiptPlan> PlanReceipt(const Receipt& receipt, const LotStatuses& statuses,
                                        const PackWeights& weights, Stock good = Stock::kUsable);

// The grams of `packs`; INVALID_ARGUMENT naming `field` if they are more than one
// movement of the ledger holds.
absl::StatusOr<int64_t> GramsOf(absl::string_view field, int64_t packs, int64_t pack_weight_g);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_RECEIPT_PLAN_H_
