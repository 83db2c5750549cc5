// Where a lot was drunk: an index of class records by lot, school and day, kept in the
// transaction of each record, and what a recall asks of it.

#ifndef MILKWAY_SERVICES_CONSUMPTION_LOT_DAYS_H_
#define MILKWAY_SERVICES_CONSUMPTION_LOT_DAYS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

enum class Direction { kAdd, kTakeAway };

// Adds a line of a record to the index, or takes it out again, and lets the number of
// records, the first day and the last day in `*totals` (of the line's lot at the school)
// follow. `line` has students; `is_mixed`: the record has other such lines. INTERNAL if
// more is taken out than was added.
absl::Status IndexLine(storage::Transaction& transaction, const RecordPlace& place,
                       const DistributionLine& line, bool is_mixed, Direction direction,
                       rec::ServingTotalsRecord* totals);

// Class records of some lots.
struct LotDaysAsked {
  std::vector<LotId> lots;     // each once
  uint32_t school_number = 0;  // 0: all schools
  LocalDate from = {std::numeric_limits<int32_t>::min()};
  LocalDate to = {std::numeric_limits<int32_t>::max()};
};
// The rows of the index in which they are, a range a lot. At one school, rows of other
// days are in none of them; of all schools, IsAsked leaves them out.
std::vector<storage::KeyRange> RangesOf(const LotDaysAsked& asked);
bool IsAsked(const LotDaysAsked& asked, const LotDayKey::Key& key);

// What a school drank of some lots together.
struct LotSchoolSums {
  uint32_t school_number = 0;
  int64_t servings = 0;
  int64_t served_g = 0;
  int64_t children = 0;
  int64_t class_records = 0;
  LocalDate first_day;
  LocalDate last_day;
};
struct LotSchoolPage {
  std::vector<LotSchoolSums> schools;   // in order of their numbers
  std::optional<uint32_t> go_on_after;  // there may be more after this school
};
// The next schools after `after_school` that drank of one of `lots` (ascending, each
// once), at most `schools_max`. Reads a row a lot and school, and never a class record.
absl::StatusOr<LotSchoolPage> FindLotSchools(const storage::Reader& reader,
                                             const std::vector<LotId>& lots, uint32_t after_school,
                                             size_t schools_max);

// How often a child was served from some lots.
struct LotStudentCount {
  int32_t student_number = 0;
  int64_t servings = 0;
};
struct LotStudentPage {
  std::vector<LotStudentCount> students;  // in order of their numbers
  bool has_more = false;
};
// The next children of a school after `after_student`, at most `students_max`.
absl::StatusOr<LotStudentPage> FindLotStudents(const storage::Reader& reader, uint32_t school,
                                               const std::vector<LotId>& lots,
                                               int32_t after_student, size_t students_max);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_LOT_DAYS_H_
