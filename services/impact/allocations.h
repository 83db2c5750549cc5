// Allocations: parts of gifts spent on lots, once and for ever.

#ifndef MILKWAY_SERVICES_IMPACT_ALLOCATIONS_H_
#define MILKWAY_SERVICES_IMPACT_ALLOCATIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/impact/attribution.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

// So that a gift's impact stays a question that can be asked.
inline constexpr int64_t kLotsOfGiftMax = 10'000;

// An allocation as somebody states it.
struct Allocation {
  std::string allocation_id;
  std::string gift_id;
  LotId lot;
  LocalDate allocated_on;  // for display
  Money amount;            // in the gift's currency
};

// What the inventory says of a lot. Only its landed cost can change later.
struct LotFacts {
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  int64_t weight_g = 0;        // T
  Money landed_cost;           // L, in the base currency
  std::optional<Label> label;  // absent if it was not asked for
};

// Spends a part of a gift on a lot. Allocating it again returns what is stored.
// Refused in this order:
//   ALREADY_EXISTS       ALLOCATION_EXISTS
//   NOT_FOUND            GIFT_UNKNOWN
//   INVALID_ARGUMENT     naming `amount`, if it is not in the gift's currency
//   FAILED_PRECONDITION  GIFT_OVERSPENT, LOT_OVERPAID, GIFT_LOTS_TOO_MANY
// `lot` may be absent for an allocation that is stored, and its label for a lot that
// is known (KnowsLot).
absl::StatusOr<rec::AllocationRecord> AllocateGift(storage::Transaction& transaction,
                                                   const Allocation& allocation,
                                                   const std::optional<LotFacts>& lot,
                                                   const runtime::Call& call);

// True if the allocation's id is taken, by whatever content.
absl::StatusOr<bool> KnowsAllocation(const storage::Reader& reader,
                                     const std::string& allocation_id);
// True if a gift paid for the lot before, so that its label is kept.
absl::StatusOr<bool> KnowsLot(const storage::Reader& reader, LotId lot);

// A lot that a gift has a part of.
struct FundedLot {
  LotId id;
  int64_t bought_g = 0;  // g, over all allocations of the gift
  rec::LotRecord record;
};
// In order of the lot.
absl::StatusOr<std::vector<FundedLot>> LotsOfGift(const storage::Reader& reader,
                                                  const std::string& gift_id);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_ALLOCATIONS_H_
