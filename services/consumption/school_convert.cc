#include "services/consumption/school_convert.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kStudentsMax = 5'000;
constexpr size_t kClassBytesMax = 64;
constexpr int kFirstYear = 1970;

// "YYYY-MM" as months since 1970-01.
absl::StatusOr<int32_t> ParseBirthMonth(const std::string& text) {
  constexpr char kField[] = "birth_month";
  // The month is real if its first day is.
  const auto first_day = ParseDate(kField, absl::StrCat(text, "-01"));
  int year = 0;
  int month = 0;
  const bool is_month = text.size() == 7 && first_day.ok() &&
                        absl::SimpleAtoi(text.substr(0, 4), &year) &&
                        absl::SimpleAtoi(text.substr(5, 2), &month);
  if (!is_month) return InvalidField(kField, "must be a month, such as 2018-09");
  return (year - kFirstYear) * 12 + month - 1;
}

std::string FormatBirthMonth(int32_t months) {
  // Months before 1970 are negative, and division rounds towards zero.
  const int32_t year = kFirstYear + (months >= 0 ? months / 12 : (months - 11) / 12);
  return absl::StrFormat("%04d-%02d", year, months - (year - kFirstYear) * 12 + 1);
}

absl::StatusOr<std::optional<LocalDate>> ParseLeftOn(const std::string& text) {
  if (text.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const LocalDate left_on, ParseDate("left_on", text));
  return std::optional(left_on);
}

absl::StatusOr<uint32_t> ParseExclusion(v1::Exclusion exclusion) {
  if (!v1::Exclusion_IsValid(exclusion)) {
    return InvalidField("exclusion", "must be milk allergy, lactose intolerance or declined");
  }
  return static_cast<uint32_t>(exclusion);
}

absl::StatusOr<Enrolment> ParseStudent(const v1::Student& message) {
  Enrolment enrolment;
  ASSIGN_OR_RETURN(const int64_t number,
                   ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  enrolment.student_number = static_cast<int32_t>(number);
  rec::StudentRecord& student = enrolment.student;
  ASSIGN_OR_RETURN(*student.mutable_class_name(),
                   ParseText("class_name", message.class_name(), 1, kClassBytesMax));
  ASSIGN_OR_RETURN(const int32_t birth_month, ParseBirthMonth(message.birth_month()));
  student.set_birth_month(birth_month);
  if (message.sex() != v1::SEX_FEMALE && message.sex() != v1::SEX_MALE) {
    return InvalidField("sex", "must be female or male");
  }
  student.set_sex(static_cast<uint32_t>(message.sex()));
  ASSIGN_OR_RETURN(const LocalDate enrolled_on, ParseDate("enrolled_on", message.enrolled_on()));
  student.set_enrolled_day(enrolled_on.days);
  ASSIGN_OR_RETURN(const std::optional<LocalDate> left_on, ParseLeftOn(message.left_on()));
  if (left_on.has_value() && *left_on < enrolled_on) {
    return InvalidField("left_on", "must not be before enrolled_on");
  }
  if (left_on.has_value()) student.set_left_day(left_on->days);
  ASSIGN_OR_RETURN(const uint32_t exclusion, ParseExclusion(message.exclusion()));
  student.set_exclusion(exclusion);
  return enrolment;
}

}  // namespace

absl::StatusOr<std::vector<Enrolment>> ParseEnrolments(const v1::EnrolStudentsRequest& message) {
  RETURN_IF_ERROR(CheckCount("students", message.students_size(), 1, kStudentsMax));
  std::vector<Enrolment> enrolments;
  absl::flat_hash_set<int32_t> seen;
  for (int index = 0; index < message.students_size(); ++index) {
    absl::StatusOr<Enrolment> enrolment = ParseStudent(message.students(index));
    if (!enrolment.ok()) return InField(Item("students", index), enrolment.status());
    if (!seen.insert(enrolment->student_number).second) {
      return InvalidField(Item("students", index) + ".student_number",
                          absl::StrCat("is ", enrolment->student_number,
                                       ", as of an earlier student; each number is one child"));
    }
    enrolments.push_back(*std::move(enrolment));
  }
  return enrolments;
}

absl::StatusOr<StudentChange> ParseStudentChange(const v1::UpdateStudentRequest& message) {
  StudentChange change;
  ASSIGN_OR_RETURN(const int64_t number,
                   ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  change.student_number = static_cast<int32_t>(number);
  ASSIGN_OR_RETURN(change.left_on, ParseLeftOn(message.left_on()));
  ASSIGN_OR_RETURN(change.exclusion, ParseExclusion(message.exclusion()));
  return change;
}

v1::School ToMessage(const std::string& school_id, const rec::SchoolRecord& school,
                     int64_t student_count) {
  v1::School message;
  message.set_school_id(school_id);
  message.set_time_zone(school.time_zone());
  message.set_name_en(school.name_en());
  message.set_name_zh(school.name_zh());
  message.set_student_count(student_count);
  return message;
}

v1::Student ToMessage(int32_t student_number, const rec::StudentRecord& student) {
  v1::Student message;
  message.set_student_number(student_number);
  message.set_class_name(student.class_name());
  message.set_birth_month(FormatBirthMonth(student.birth_month()));
  message.set_sex(static_cast<v1::Sex>(student.sex()));
  message.set_enrolled_on(FormatDate({student.enrolled_day()}));
  if (const auto left_on = LeftOn(student)) message.set_left_on(FormatDate(*left_on));
  message.set_exclusion(static_cast<v1::Exclusion>(ExclusionOf(student)));
  return message;
}

}  // namespace milkway::consumption
