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
  uint32_t opened_packs = 0;     // 0: not counted
  int64_t pack_g = 0;            // 0: not stated
  uint32_t take_home_packs = 0;  // not 0: closed packs to each, serving_g in all of them

  int64_t served_g() const { return serving_g * static_cast<int64_t>(students.size()); }
};

// What else is said of a class: who got none, and whether somebody should not have.
struct Attendance {
  StudentSet absent;
  StudentSet refused;
  StudentSet incident;  // excluded children who were served
  std::string incident_note;

  friend bool operator==(const Attendance&, const Attendance&) = default;
};

struct Distribution {
  std::string school_id;
  LocalDate served_on;
  std::string class_name;
  std::string session;
  std::optional<OccurredAt> served_at;
  std::vector<DistributionLine> lines;
  Attendance attendance;
};

// A class record among all others.
struct RecordPlace {
  uint32_t school_number = 0;
  LocalDate day;
  std::string class_name;
  std::string session;
  int64_t distribution_id = 0;
};
RecordPlace PlaceOf(const rec::DistributionRecord& record, int64_t distribution_id);

// Everybody who drank, whichever lot.
StudentSet EverybodyOf(const std::vector<DistributionLine>& lines);

rec::LineRecord ToRecord(const DistributionLine& line);
// Adds to `*revision`.
void SetAttendance(const Attendance& attendance, rec::RevisionRecord* revision);
// DATA_LOSS if a set of students cannot be read.
absl::StatusOr<std::vector<DistributionLine>> LinesOf(const rec::RevisionRecord& revision);
absl::StatusOr<Attendance> AttendanceOf(const rec::RevisionRecord& revision);
// The version that stands.
const rec::RevisionRecord& StandingOf(const rec::DistributionRecord& record);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_H_
