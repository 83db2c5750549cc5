// Everything that is recorded of gifts stands in one order, so that any report can count
// what was known then: a gift, an allocation, a fee, a refund, milk set aside.

#ifndef MILKWAY_SERVICES_IMPACT_EVENTS_H_
#define MILKWAY_SERVICES_IMPACT_EVENTS_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

// The numbers are on disk.
enum class EventKind : uint32_t {
  kGift = 1,  // of a gift in kind also its grams
  kAllocation = 2,
  kFee = 3,
  kRefund = 4,
  kSetAside = 5,
};

struct Event {
  EventKind kind = EventKind::kGift;
  std::string id;       // of the allocation, the fee, …; of a gift its own
  std::string gift_id;  // empty where milk is set aside
  LotId lot = {};       // none where no lot is concerned
};

// Counts everything.
inline constexpr int64_t kUpToNow = std::numeric_limits<int64_t>::max();

// Gives the event the next place in the order, from 1. What a report counts ends at one.
absl::StatusOr<int64_t> RecordEvent(storage::Transaction& transaction, const Event& event,
                                    int64_t now_us);

// The last place that is taken; 0 before the first.
absl::StatusOr<int64_t> LastSequence(const storage::Reader& reader);

// The last place that was taken at `recorded_us` or before; 0 if none was.
absl::StatusOr<int64_t> SequenceAt(const storage::Reader& reader, int64_t recorded_us);

// Writes a lot as the event at `sequence` leaves it.
absl::Status PutLot(storage::Transaction& transaction, LotId lot, const rec::LotRecord& record,
                    int64_t sequence);

// A lot as the events up to `sequence` left it. DATA_LOSS if it is not there.
absl::StatusOr<rec::LotRecord> ReadLotThen(const storage::Reader& reader, LotId lot,
                                           int64_t sequence);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_EVENTS_H_
