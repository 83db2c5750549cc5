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
#include "services/consumption/lot_days.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

// Adds what the lines of a record say to the sums and to the index of lots by day
// (lot_days.h), or takes it away again. INTERNAL if more is taken away than was added.
absl::Status CountServings(storage::Transaction& transaction, const RecordPlace& place,
                           const std::vector<DistributionLine>& lines, Direction direction);

// What was served of a lot at a school; nothing if nobody drank of it.
absl::StatusOr<rec::ServingTotalsRecord> ReadServings(const storage::Reader& reader, LotId lot,
                                                      uint32_t school_number);

// How often single students of a school were served from a lot. Keeps the last page of
// each lot, so ask for students in order.
class ServingCountsReader {
 public:
  // `reader` must outlive this.
  ServingCountsReader(const storage::Reader& reader, uint32_t school_number)
      : reader_(reader), school_number_(school_number) {}

  // 0 if the student never was.
  absl::StatusOr<uint32_t> Find(LotId lot, int32_t student);
  size_t rows_read() const { return rows_read_; }

 private:
  struct Page {
    uint32_t number = 0;
    rec::ServingCountsRecord counts;
  };

  const storage::Reader& reader_;
  const uint32_t school_number_;
  size_t rows_read_ = 0;
  absl::flat_hash_map<int64_t, Page> pages_;
};

// Different children behind several lots and schools together.
class ChildrenReached {
 public:
  // DATA_LOSS if the set of students cannot be read.
  absl::Status Add(uint32_t school_number, const rec::ServingTotalsRecord& servings);
  int64_t count() const;
  // Those of one school.
  const StudentSet& of_school(uint32_t school_number) { return by_school_[school_number]; }

 private:
  absl::flat_hash_map<uint32_t, StudentSet> by_school_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SERVINGS_H_
