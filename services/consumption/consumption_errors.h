// The named refusals of consumption.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// NOT_FOUND SCHOOL_UNKNOWN.
absl::Status SchoolUnknown(absl::string_view school_id);
// FAILED_PRECONDITION LOCATION_KIND_WRONG.
absl::Status NotASchool(absl::string_view location_id);
// ALREADY_EXISTS STUDENT_EXISTS.
absl::Status StudentExists(absl::string_view school_id, int32_t student_number);
// NOT_FOUND STUDENT_UNKNOWN; `students` are those that are not on the roster.
absl::Status StudentsUnknown(absl::string_view school_id, const std::vector<int32_t>& students);
// FAILED_PRECONDITION STUDENT_NOT_ENROLLED.
absl::Status StudentsNotEnrolled(absl::string_view school_id, LocalDate on,
                                 const std::vector<int32_t>& students);
// FAILED_PRECONDITION STUDENT_EXCLUDED.
absl::Status StudentsExcluded(absl::string_view school_id, LocalDate on,
                              const std::vector<int32_t>& students);

// ALREADY_EXISTS DISTRIBUTION_RECORDED: correct that one instead.
absl::Status DistributionRecorded(int64_t distribution_id, absl::string_view school_id,
                                  LocalDate on, absl::string_view class_name,
                                  absl::string_view session);
// ABORTED DISTRIBUTION_UNDER_WAY: the same class and session is being recorded.
absl::Status DistributionUnderWay(absl::string_view class_name, LocalDate on);
// NOT_FOUND DISTRIBUTION_UNKNOWN.
absl::Status DistributionUnknown(absl::string_view school_id, int64_t distribution_id);
// FAILED_PRECONDITION DISTRIBUTION_WITHDRAWN: record it anew instead.
absl::Status DistributionWithdrawn(int64_t distribution_id);
// ABORTED REVISION_CHANGED.
absl::Status RevisionChanged(int64_t distribution_id, int32_t seen, int32_t standing);
// ABORTED CORRECTION_UNDER_WAY.
absl::Status CorrectionUnderWay(int64_t distribution_id);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_
