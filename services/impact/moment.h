// The moment of which a report is told: now, or one of the past.

#ifndef MILKWAY_SERVICES_IMPACT_MOMENT_H_
#define MILKWAY_SERVICES_IMPACT_MOMENT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "services/impact/events.h"
#include "services/impact/gift_impact.h"
#include "services/impact/questions.h"
#include "storage/store.h"

namespace milkway::impact {

struct Moment {
  int64_t position = 0;         // of the inventory's log; 0: now
  int64_t sequence = kUpToNow;  // of impact's own events
};

// Says which moment is meant; an absent one is now. `done` is called exactly once, on
// some thread; both must live until then. INVALID_ARGUMENT names `field`, OUT_OF_RANGE
// (LOG_YOUNGER) before the first entry of the log.
void ResolveMoment(const v1::AsOf& as_of, const char* field, storage::Store& store,
                   const Questions& questions, Questions::Done<Moment> done);

// What the answer says that it counts: now, the last event there is.
absl::StatusOr<int64_t> SequenceOf(const storage::Reader& reader, const Moment& moment);

// A gift and its lots at a moment, before the books are asked. NOT_FOUND (GIFT_UNKNOWN).
absl::StatusOr<GiftImpact> StartGift(const storage::Reader& reader, const std::string& gift_id,
                                     const Moment& moment);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_MOMENT_H_
