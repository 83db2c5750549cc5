// What a child got, day by day.

#ifndef MILKWAY_SERVICES_CONSUMPTION_STUDENT_HISTORY_H_
#define MILKWAY_SERVICES_CONSUMPTION_STUDENT_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "storage/store.h"

namespace milkway::consumption {

// How a child stands in a record: numbers of the public Presence.
enum class Presence { kServed = 1, kAbsent = 2, kRefused = 3, kExcluded = 4, kNotStated = 5 };

// A child in a class record.
struct StudentServing {
  int64_t distribution_id = 0;
  std::string class_name;
  std::string session;
  Presence presence = Presence::kNotStated;
  LotId lot;
  int64_t served_g = 0;
  uint32_t take_home_packs = 0;
  bool is_incident = false;
};

// The child in the records of its class on a day, and in those of other classes that
// served it; none if it was not enrolled then. `record` is the row of the day: the
// records of other classes are read only if it says that the child was served and the
// class does not. `*records_read` goes up by the records that were read.
absl::StatusOr<std::vector<StudentServing>> FindStudentDay(const storage::Reader& reader,
                                                           uint32_t school_number, LocalDate day,
                                                           const rec::DayRecord& record,
                                                           int32_t student_number,
                                                           const rec::StudentRecord& student,
                                                           size_t* records_read);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_STUDENT_HISTORY_H_
