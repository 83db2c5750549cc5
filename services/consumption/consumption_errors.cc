#include "services/consumption/consumption_errors.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

using runtime::Refuse;
using Code = absl::StatusCode;

constexpr size_t kStudentsNamedMax = 20;

// "7, 12 and 3 more"
std::string NumbersOf(const std::vector<int32_t>& students) {
  const size_t named = std::min(students.size(), kStudentsNamedMax);
  std::string text = absl::StrJoin(students.begin(), students.begin() + named, ", ");
  if (named < students.size()) absl::StrAppend(&text, " and ", students.size() - named, " more");
  return text;
}

absl::Status AboutStudents(Code code, absl::string_view reason, absl::string_view school_id,
                           const std::vector<int32_t>& students, absl::string_view rule) {
  const std::string numbers = NumbersOf(students);
  return Refuse(code, reason,
                absl::StrCat(students.size() == 1 ? "student " : "students ", numbers, " of ",
                             school_id, " ", rule),
                {{"school_id", std::string(school_id)}, {"student_numbers", numbers}});
}

std::string Text(int64_t number) { return absl::StrCat(number); }

}  // namespace

absl::Status SchoolUnknown(absl::string_view school_id) {
  return Refuse(Code::kNotFound, "SCHOOL_UNKNOWN",
                absl::StrCat("there is no school ", school_id, "; register it first"),
                {{"school_id", std::string(school_id)}});
}

absl::Status NotASchool(absl::string_view location_id) {
  return Refuse(Code::kFailedPrecondition, "LOCATION_KIND_WRONG",
                absl::StrCat("location ", location_id, " is not a school"),
                {{"location_id", std::string(location_id)}});
}

absl::Status StudentExists(absl::string_view school_id, int32_t student_number) {
  return Refuse(Code::kAlreadyExists, "STUDENT_EXISTS",
                absl::StrCat("student ", student_number, " of ", school_id,
                             " is on the roster already with other content; choose another "
                             "number, or change the student"),
                {{"school_id", std::string(school_id)}, {"student_numbers", Text(student_number)}});
}

absl::Status StudentsUnknown(absl::string_view school_id, const std::vector<int32_t>& students) {
  return AboutStudents(Code::kNotFound, "STUDENT_UNKNOWN", school_id, students,
                       "cannot be found on the roster; enrol them first");
}

absl::Status StudentsNotEnrolled(absl::string_view school_id, LocalDate on,
                                 const std::vector<int32_t>& students) {
  return AboutStudents(
      Code::kFailedPrecondition, "STUDENT_NOT_ENROLLED", school_id, students,
      absl::StrCat("cannot have been served on ", FormatDate(on),
                   ": not enrolled yet, or gone; correct the day, the numbers or the roster"));
}

absl::Status StudentsExcluded(absl::string_view school_id, LocalDate on,
                              const std::vector<int32_t>& students) {
  return AboutStudents(Code::kFailedPrecondition, "STUDENT_EXCLUDED", school_id, students,
                       absl::StrCat("must not be given milk on ", FormatDate(on),
                                    " (allergy, intolerance or declined); check the numbers"));
}

absl::Status DistributionRecorded(int64_t distribution_id, absl::string_view school_id,
                                  LocalDate on, absl::string_view class_name,
                                  absl::string_view session) {
  return Refuse(
      Code::kAlreadyExists, "DISTRIBUTION_RECORDED",
      absl::StrCat("class ", class_name, " of ", school_id, " has session \"", session, "\" of ",
                   FormatDate(on), " recorded already, as distribution ", distribution_id,
                   "; correct that one if it is wrong"),
      {{"distribution_id", Text(distribution_id)}, {"school_id", std::string(school_id)}});
}

absl::Status DistributionUnderWay(absl::string_view class_name, LocalDate on) {
  return Refuse(Code::kAborted, "DISTRIBUTION_UNDER_WAY",
                absl::StrCat("class ", class_name, " on ", FormatDate(on),
                             " is being recorded by another request; repeat in a moment"));
}

absl::Status DistributionUnknown(absl::string_view school_id, int64_t distribution_id) {
  return Refuse(
      Code::kNotFound, "DISTRIBUTION_UNKNOWN",
      absl::StrCat(school_id, " has no distribution ", distribution_id, "; check the number"),
      {{"distribution_id", Text(distribution_id)}, {"school_id", std::string(school_id)}});
}

absl::Status DistributionWithdrawn(int64_t distribution_id) {
  return Refuse(Code::kFailedPrecondition, "DISTRIBUTION_WITHDRAWN",
                absl::StrCat("distribution ", distribution_id,
                             " was withdrawn; record the class and day anew instead"),
                {{"distribution_id", Text(distribution_id)}});
}

absl::Status RevisionChanged(int64_t distribution_id, int32_t seen, int32_t standing) {
  return Refuse(Code::kAborted, "REVISION_CHANGED",
                absl::StrCat("distribution ", distribution_id, " is at revision ", standing,
                             " by now, not at ", seen, "; look at it again, then correct it"),
                {{"distribution_id", Text(distribution_id)}, {"revision", Text(standing)}});
}

absl::Status CorrectionUnderWay(int64_t distribution_id) {
  return Refuse(Code::kAborted, "CORRECTION_UNDER_WAY",
                absl::StrCat("distribution ", distribution_id,
                             " is being corrected by another request; repeat in a moment"),
                {{"distribution_id", Text(distribution_id)}});
}

}  // namespace milkway::consumption
