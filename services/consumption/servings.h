// What the distributions add up to: servings by lot and school, and how often each
// child was served from a lot at a school.
//
// The counts per child stand in pages of 64 students. They are counts and not
// marks, so that a correction can take a child out again; the set of those with a
// count stands with the servings, so that a question reads one row a pair.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_
#define MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

// What was served of a lot at a school; nothing if nobody drank of it.
absl::StatusOr<rec::ServingTotalsRecord> ReadServings(const storage::Reader& reader, LotId lot,
                                                      uint32_t school_number);

// Different children behind several lots and schools together.
class ChildrenReached {
 public:
  // DATA_LOSS if the set of students cannot be read.
  absl::Status Add(uint32_t school_number, const rec::ServingTotalsRecord& servings);
  int64_t count() const;

 private:
  absl::flat_hash_map<uint32_t, StudentSet> by_school_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_
