// Between the messages of schools and rosters and their records. INVALID_ARGUMENT
// names the field from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/students.h"

namespace milkway::consumption {

absl::StatusOr<std::vector<Enrolment>> ParseEnrolments(const v1::EnrolStudentsRequest& message);
absl::StatusOr<StudentChange> ParseStudentChange(const v1::UpdateStudentRequest& message);

absl::StatusOr<Transfer> ParseTransfer(const v1::TransferStudentRequest& message);
// Classes that go somewhere; counts of students are 0.
absl::StatusOr<std::vector<ClassMove>> ParseMoves(const v1::RollOverClassesRequest& message);
// Everything else of the request.
absl::StatusOr<RollOver> ParseRollOver(const v1::RollOverClassesRequest& message);

v1::School ToMessage(const std::string& school_id, const rec::SchoolRecord& school,
                     int64_t student_count, int64_t drinking_count);
// As it stands, in the class of `on`.
v1::Student ToMessage(int32_t student_number, const rec::StudentRecord& student, LocalDate on);
v1::StudentChange ToMessage(int32_t student_number, const rec::StudentRecord& student,
                            const rec::StudentChangeRecord& change);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SCHOOL_CONVERT_H_
