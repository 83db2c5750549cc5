// What the distributions add up to: servings by lot and school, and how often each
// child was served from a lot at a school.
//
// The counts per child stand in pages of 64 students. They are counts and not
// marks, so that a correction can take a child out again.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_
#define MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

enum class Direction { kAdd, kTakeAway };

// Adds what `lines` say to the sums of a school, or takes it away again. INTERNAL
// if more is taken away than was added.
absl::Status CountServings(storage::Transaction& transaction, uint32_t school_number,
                           const std::vector<DistributionLine>& lines, Direction direction);

// A lot at a school.
struct LotAtSchool {
  LotId lot;
  uint32_t school_number = 0;
};

absl::StatusOr<rec::ServingTotalsRecord> ReadServings(const storage::Reader& reader,
                                                      const LotAtSchool& pair);

// Different children behind all the pairs together.
absl::StatusOr<int64_t> CountChildren(const storage::Reader& reader,
                                      const std::vector<LotAtSchool>& pairs);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_
