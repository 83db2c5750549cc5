// What a school served on a day: sums kept with each record.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SERVED_DAYS_H_
#define MILKWAY_SERVICES_CONSUMPTION_SERVED_DAYS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/consumption/student_set.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

// Sums of class records of one day. Packs taken home are no second cup: only children
// who were served more than once on site were served twice.
struct DaySums {
  StudentSet students;        // who was served
  StudentSet take_home_only;  // those of them who only took packs home
  StudentSet served_twice;    // those of them who were served more than once on site
  int64_t class_records = 0;
  int64_t servings = 0;
  int64_t served_g = 0;
  int64_t wasted_g = 0;

  // Adds a record, and returns how many of its children had been served on site.
  size_t Add(const std::vector<DistributionLine>& lines);
};

rec::DayRecord ToRecord(const DaySums& sums);
// DATA_LOSS if a set of students cannot be read.
absl::StatusOr<DaySums> SumsOf(const rec::DayRecord& record);

// Adds a record to its day, and returns how many of its children had been served on
// site on that day.
absl::StatusOr<int32_t> AddToDay(storage::Transaction& transaction, uint32_t school_number,
                                 LocalDate day, const std::vector<DistributionLine>& lines);

// The sums of a day from the records that stand.
absl::Status RecomputeDay(storage::Transaction& transaction, uint32_t school_number, LocalDate day);

// Visits the records of a day that stand, in order of class and session: all, or those of
// `class_name` if it is not empty. Reads no others.
using RecordVisitor =
    absl::FunctionRef<absl::Status(int64_t distribution_id, const rec::DistributionRecord& record)>;
absl::Status ForEachStanding(const storage::Reader& reader, uint32_t school_number, LocalDate day,
                             const std::string& class_name, RecordVisitor visit);

// What one class served on a day, from its records.
absl::StatusOr<DaySums> FindClassDay(const storage::Reader& reader, uint32_t school_number,
                                     LocalDate day, const std::string& class_name);

// The row of a day as `class_name` sees it: the whole school's if it is empty.
absl::StatusOr<DaySums> SumsFor(const storage::Reader& reader, uint32_t school_number,
                                LocalDate day, const rec::DayRecord& record,
                                const std::string& class_name);

// Days from `from` to `to`, both included, of a school.
storage::KeyRange DaysBetween(uint32_t school_number, LocalDate from, LocalDate to);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SERVED_DAYS_H_
