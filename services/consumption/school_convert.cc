#include "services/consumption/school_convert.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/each_child.h"
#include "services/consumption/roster.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kStudentsMax = 5'000;
constexpr int kMovesMax = 200;
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

v1::StudentElsewhere ToMessage(const rec::StudentElsewhereRecord& record) {
  v1::StudentElsewhere message;
  message.set_school_id(record.school_id());
  message.set_student_number(static_cast<int32_t>(record.student_number()));
  return message;
}

}  // namespace

absl::StatusOr<std::vector<Enrolment>> ParseEnrolments(const v1::EnrolStudentsRequest& message) {
  return ParseEachChild<Enrolment>("students", message.students(), kStudentsMax, ParseStudent);
}

absl::StatusOr<StudentChange> ParseStudentChange(const v1::UpdateStudentRequest& message) {
  StudentChange change;
  ASSIGN_OR_RETURN(const int64_t number,
                   ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  change.student_number = static_cast<int32_t>(number);
  ASSIGN_OR_RETURN(change.left_on, ParseLeftOn(message.left_on()));
  ASSIGN_OR_RETURN(change.exclusion, ParseExclusion(message.exclusion()));
  ASSIGN_OR_RETURN(change.class_name,
                   ParseText("class_name", message.class_name(), 0, kClassBytesMax));
  if (!message.from_day().empty()) {
    ASSIGN_OR_RETURN(change.from_day, ParseDate("from_day", message.from_day()));
  }
  change.keep_exclusion = message.keep_exclusion();
  return change;
}

absl::StatusOr<Transfer> ParseTransfer(const v1::TransferStudentRequest& message) {
  Transfer transfer;
  ASSIGN_OR_RETURN(transfer.from_school_id, ParseId("school_id", message.school_id()));
  ASSIGN_OR_RETURN(transfer.to_school_id, ParseId("to_school_id", message.to_school_id()));
  if (transfer.from_school_id == transfer.to_school_id) {
    return InvalidField("to_school_id", "must be another school; a class is changed by itself");
  }
  ASSIGN_OR_RETURN(const int64_t from,
                   ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  ASSIGN_OR_RETURN(const int64_t to, ParseNumber("to_student_number", message.to_student_number(),
                                                 1, kStudentNumberMax));
  transfer.from_number = static_cast<int32_t>(from);
  transfer.to_number = static_cast<int32_t>(to);
  ASSIGN_OR_RETURN(transfer.to_class,
                   ParseText("to_class_name", message.to_class_name(), 1, kClassBytesMax));
  ASSIGN_OR_RETURN(transfer.on, ParseDate("on_day", message.on_day()));
  return transfer;
}

absl::StatusOr<std::vector<ClassMove>> ParseMoves(const v1::RollOverClassesRequest& message) {
  RETURN_IF_ERROR(CheckCount("moves", message.moves_size(), 1, kMovesMax));
  std::vector<ClassMove> moves;
  absl::flat_hash_set<std::string> seen;
  for (int index = 0; index < message.moves_size(); ++index) {
    const std::string item = Item("moves", index);
    ClassMove move;
    ASSIGN_OR_RETURN(
        move.from_class,
        ParseText(item + ".from_class", message.moves(index).from_class(), 1, kClassBytesMax));
    ASSIGN_OR_RETURN(move.to_class, ParseText(item + ".to_class", message.moves(index).to_class(),
                                              0, kClassBytesMax));
    if (!seen.insert(move.from_class).second) {
      return InvalidField(item + ".from_class", "is of an earlier move; a class goes one way");
    }
    moves.push_back(std::move(move));
  }
  return moves;
}

absl::StatusOr<RollOver> ParseRollOver(const v1::RollOverClassesRequest& message) {
  RollOver roll_over;
  roll_over.school_id = message.school_id();
  ASSIGN_OR_RETURN(roll_over.on, ParseDate("on_day", message.on_day()));
  RETURN_IF_ERROR(CheckCount("student_numbers", message.student_numbers_size(), 0,
                             static_cast<int>(kRollOverStudentsMax)));
  for (int index = 0; index < message.student_numbers_size(); ++index) {
    const std::string item = Item("student_numbers", index);
    ASSIGN_OR_RETURN(const int64_t number,
                     ParseNumber(item, message.student_numbers(index), 1, kStudentNumberMax));
    if (!roll_over.only.insert(static_cast<uint32_t>(number)).second) {
      return InvalidField(item, absl::StrCat("is ", number, ", which is there before"));
    }
  }
  roll_over.is_dry_run = message.dry_run();
  return roll_over;
}

v1::School ToMessage(const std::string& school_id, const rec::SchoolRecord& school,
                     int64_t student_count, int64_t drinking_count) {
  v1::School message;
  message.set_school_id(school_id);
  message.set_time_zone(school.time_zone());
  message.set_name_en(school.name_en());
  message.set_name_zh(school.name_zh());
  message.set_student_count(student_count);
  message.set_drinking_count(drinking_count);
  return message;
}

v1::Student ToMessage(int32_t student_number, const rec::StudentRecord& student, LocalDate on) {
  v1::Student message;
  message.set_student_number(student_number);
  message.set_class_name(ClassOn(student, on));
  message.set_birth_month(FormatBirthMonth(student.birth_month()));
  message.set_sex(static_cast<v1::Sex>(student.sex()));
  message.set_enrolled_on(FormatDate({student.enrolled_day()}));
  if (const auto left_on = LeftOn(student)) message.set_left_on(FormatDate(*left_on));
  message.set_exclusion(static_cast<v1::Exclusion>(ExclusionOf(student)));
  if (const auto from = StudentOf(student_number, student).excluded_from) {
    message.set_excluded_from(FormatDate(*from));
  }
  message.set_leaving(static_cast<v1::Leaving>(student.leaving()));
  if (student.has_went_to()) *message.mutable_went_to() = ToMessage(student.went_to());
  if (student.has_came_from()) *message.mutable_came_from() = ToMessage(student.came_from());
  message.set_erased(student.erased());
  return message;
}

v1::StudentChange ToMessage(int32_t student_number, const rec::StudentRecord& student,
                            const rec::StudentChangeRecord& change) {
  rec::StudentRecord then = AsEnrolled(student);
  if (!change.class_name().empty()) then.set_class_name(change.class_name());
  then.clear_left_day();
  if (change.has_left_day()) then.set_left_day(change.left_day());
  then.set_exclusion(change.exclusion());
  then.set_leaving(change.leaving());
  v1::StudentChange message;
  const LocalDate from{change.from_day()};
  *message.mutable_student() = ToMessage(student_number, then, from);
  message.mutable_student()->clear_excluded_from();
  message.set_from_day(FormatDate(from));
  message.set_recorded_us(change.recorded_us());
  message.set_kind(static_cast<v1::StudentChangeKind>(change.kind()));
  message.set_earlier_class(change.earlier_class());
  message.set_states_class(change.states_class());
  message.set_states_exclusion(change.states_exclusion());
  if (change.has_went_to()) *message.mutable_went_to() = ToMessage(change.went_to());
  message.set_class_there(change.class_there());
  return message;
}

}  // namespace milkway::consumption
