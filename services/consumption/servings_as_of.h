// What the distributions added up to when the inventory's log ended at a position.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SERVINGS_AS_OF_H_
#define MILKWAY_SERVICES_CONSUMPTION_SERVINGS_AS_OF_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

// Reads every class record of a school once, with all its versions: a record counts as
// its last version with a posting up to the position. Keeps the schools it read.
class ServingsAsOf {
 public:
  // `reader` must outlive this.
  ServingsAsOf(const storage::Reader& reader, int64_t position)
      : reader_(reader), position_(position) {}

  // Servings, grams and students of a lot at a school; nothing if nobody drank of it.
  // What the sums know besides is not set.
  absl::StatusOr<rec::ServingTotalsRecord> Find(LotId lot, uint32_t school_number);

 private:
  struct Totals {
    int64_t servings = 0;
    int64_t served_g = 0;
    StudentSet students;
  };
  using School = absl::flat_hash_map<LotId, Totals>;

  absl::Status ReadSchool(uint32_t school_number, School* school) const;
  absl::Status AddRecord(int64_t distribution_id, School* school) const;

  const storage::Reader& reader_;
  const int64_t position_;
  absl::flat_hash_map<uint32_t, School> schools_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SERVINGS_AS_OF_H_
