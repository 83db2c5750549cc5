// What a class drank on a day. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/student_set.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"

namespace milkway::consumption {

// What a class drank of one lot: serving_g to each of the students.
struct DistributionLine {
  LotId lot;
  int64_t serving_g = 0;
  StudentSet students;
  int64_t wasted_g = 0;

  int64_t served_g() const { return serving_g * static_cast<int64_t>(students.size()); }
};

struct Distribution {
  std::string school_id;
  LocalDate served_on;
  std::string class_name;
  std::string session;
  std::optional<OccurredAt> served_at;
  std::vector<DistributionLine> lines;
};

// Everybody who drank, whichever lot.
StudentSet EverybodyOf(const std::vector<DistributionLine>& lines);

rec::LineRecord ToRecord(const DistributionLine& line);
// DATA_LOSS if a set of students cannot be read.
absl::StatusOr<std::vector<DistributionLine>> LinesOf(const rec::RevisionRecord& revision);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_H_
