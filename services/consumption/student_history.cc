#include "services/consumption/student_history.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/served_days.h"
#include "services/consumption/student.h"

namespace milkway::consumption {

namespace {

absl::StatusOr<StudentServing> StandingIn(int64_t distribution_id,
                                          const rec::DistributionRecord& record,
                                          int32_t student_number, bool is_excluded) {
  StudentServing serving;
  serving.distribution_id = distribution_id;
  serving.class_name = record.class_name();
  serving.session = record.session();
  serving.presence = is_excluded ? Presence::kExcluded : Presence::kNotStated;
  ASSIGN_OR_RETURN(const Attendance attendance, AttendanceOf(StandingOf(record)));
  if (Holds(attendance.absent, student_number)) serving.presence = Presence::kAbsent;
  if (Holds(attendance.refused, student_number)) serving.presence = Presence::kRefused;
  serving.is_incident = Holds(attendance.incident, student_number);
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> lines, LinesOf(StandingOf(record)));
  for (const DistributionLine& line : lines) {
    if (!Holds(line.students, student_number)) continue;
    serving.presence = Presence::kServed;
    serving.lot = line.lot;
    serving.served_g = line.serving_g;
    serving.take_home_packs = line.take_home_packs;
  }
  return serving;
}

}  // namespace

absl::StatusOr<std::vector<StudentServing>> FindStudentDay(const storage::Reader& reader,
                                                           uint32_t school_number, LocalDate day,
                                                           const rec::DayRecord& record,
                                                           int32_t student_number,
                                                           const rec::StudentRecord& student,
                                                           size_t* records_read) {
  std::vector<StudentServing> servings;
  if (!IsEnrolledOn(student, day)) return servings;
  const bool is_excluded = ExclusionOn(student, day) != 0;
  bool was_served = false;
  RETURN_IF_ERROR(ForEachStanding(
      reader, school_number, day, ClassOn(student, day),
      [&](int64_t distribution_id, const rec::DistributionRecord& distribution) {
        ++*records_read;
        auto serving = StandingIn(distribution_id, distribution, student_number, is_excluded);
        if (!serving.ok()) return serving.status();
        was_served |= serving->presence == Presence::kServed;
        servings.push_back(*std::move(serving));
        return absl::OkStatus();
      }));
  ASSIGN_OR_RETURN(const DaySums sums, SumsOf(record));
  const bool is_elsewhere = Holds(sums.served_twice, student_number) ||
                            (!was_served && Holds(sums.students, student_number));
  if (!is_elsewhere) return servings;
  servings.clear();
  RETURN_IF_ERROR(ForEachStanding(
      reader, school_number, day, "",
      [&](int64_t distribution_id, const rec::DistributionRecord& distribution) {
        ++*records_read;
        auto serving = StandingIn(distribution_id, distribution, student_number, is_excluded);
        if (!serving.ok()) return serving.status();
        const bool is_about_child = serving->presence == Presence::kServed ||
                                    distribution.class_name() == ClassOn(student, day);
        if (is_about_child) servings.push_back(*std::move(serving));
        return absl::OkStatus();
      }));
  return servings;
}

}  // namespace milkway::consumption
