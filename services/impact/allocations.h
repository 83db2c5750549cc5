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
#include "services/impact/pools.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

// So that a gift's impact stays a question that can be asked.
inline constexpr int64_t kLotsOfGiftMax = 10'000;
// Runs of one gift's allocations to one lot between which others bought of it.
inline constexpr int64_t kRunsOfGiftLotMax = 1'000;

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
  int64_t serving_g = 0;       // on the label
};

// Spends a part of a gift on a lot. Allocating it again returns what is stored.
// Refused in this order:
//   ALREADY_EXISTS       ALLOCATION_EXISTS
//   NOT_FOUND            GIFT_UNKNOWN
//   INVALID_ARGUMENT     naming `amount`, if it is not in the gift's currency
//   FAILED_PRECONDITION  GIFT_IN_KIND, GIFT_OVERSPENT, POOL_MISSING, LOT_OVERPAID,
//                        GIFT_LOTS_TOO_MANY, GIFT_RUNS_TOO_MANY
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

// What is kept of a lot before the first gift pays for it. CHECKs that the facts have a
// label.
rec::LotRecord MakeLot(const LotFacts& facts);

// INTERNAL if the facts cannot be those of the lot that earlier gifts paid for.
absl::Status CheckFacts(const LotFacts& facts, const std::string& base_currency,
                        const rec::LotRecord& lot);

// Adds what a gift bought or brought of a lot to the gift's, the lot's and their common
// row; `base_minor` is what it paid, `sequence` the event. FAILED_PRECONDITION GIFT_LOTS_TOO_MANY,
// GIFT_RUNS_TOO_MANY; then nothing may be kept. Writes the lot's and the common row; the
// gift's is the caller's to write.
absl::Status TakeGrams(storage::Transaction& transaction, const std::string& gift_id, LotId lot_id,
                       int64_t bought_g, int64_t base_minor, int64_t sequence,
                       rec::GiftRecord* gift, rec::LotRecord* lot);

// The pools of a lot as it is kept.
LotPools PoolsOf(const rec::LotRecord& lot);

// A lot that a gift has a part of.
struct FundedLot {
  LotId id;
  int64_t bought_g = 0;  // g, of all that the gift bought or brought
  rec::LotRecord record;
  std::vector<BoughtRun> runs;
};
// In order of the lot. Without records: of many gifts each lot is read once.
absl::StatusOr<std::vector<FundedLot>> PartsOfGift(const storage::Reader& reader,
                                                   const std::string& gift_id);
// The parts with their records.
absl::StatusOr<std::vector<FundedLot>> LotsOfGift(const storage::Reader& reader,
                                                  const std::string& gift_id);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_ALLOCATIONS_H_
