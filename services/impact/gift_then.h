// A gift as it was: what was recorded of it up to a place in the order of events.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_THEN_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_THEN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/impact/allocations.h"
#include "services/impact/events.h"
#include "services/impact/impact_keys.h"
#include "storage/store.h"

namespace milkway::impact {

// The gift, with its sums in the base currency, and its lots, in order.
struct GiftThen {
  rec::GiftRecord gift;
  std::vector<FundedLot> lots;
};
// kUpToNow costs a row a lot; else every allocation, fee and refund is read. NOT_FOUND
// (GIFT_UNKNOWN), also of one that was recorded later.
absl::StatusOr<GiftThen> ReadGiftThen(const storage::Reader& reader, const std::string& gift_id,
                                      int64_t sequence);

// The allocations of a gift up to a place, in their order; of a gift in kind, what it is
// (InKindAllocation).
absl::StatusOr<std::vector<rec::AllocationRecord>> BoughtUpTo(const storage::Reader& reader,
                                                              const std::string& gift_id,
                                                              const rec::GiftRecord& gift,
                                                              int64_t sequence);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_THEN_H_
