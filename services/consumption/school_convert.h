// Between the messages of schools and rosters and their records. INVALID_ARGUMENT
// names the field from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/schools.h"

namespace milkway::consumption {

absl::StatusOr<std::vector<Enrolment>> ParseEnrolments(const v1::EnrolStudentsRequest& message);
absl::StatusOr<StudentChange> ParseStudentChange(const v1::UpdateStudentRequest& message);

v1::School ToMessage(const std::string& school_id, const rec::SchoolRecord& school,
                     int64_t student_count);
v1::Student ToMessage(int32_t student_number, const rec::StudentRecord& student);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_
