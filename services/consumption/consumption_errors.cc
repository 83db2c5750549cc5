#include "services/consumption/consumption_errors.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/growth/growth_reference.h"
#include "milkway/consumption/v1/consents.pb.h"
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

absl::Status StudentChangedTooOften(absl::string_view school_id, int32_t student_number) {
  return AboutStudents(Code::kFailedPrecondition, "STUDENT_CHANGED_TOO_OFTEN", school_id,
                       {student_number},
                       "has changed 40 times already; enrol the child under a new number");
}

absl::Status ClassesNotMapped(absl::string_view school_id, const std::set<std::string>& classes) {
  const std::string names = absl::StrJoin(classes, ", ");
  return Refuse(Code::kFailedPrecondition, "CLASS_NOT_MAPPED",
                absl::StrCat("nothing says where these classes of ", school_id, " go: ", names,
                             "; name each of them, also one that stays or graduates"),
                {{"school_id", std::string(school_id)}, {"class_names", names}});
}

absl::Status RolledOverAlready(absl::string_view school_id, LocalDate on) {
  return Refuse(Code::kFailedPrecondition, "ROLLED_OVER_ALREADY",
                absl::StrCat("the classes of ", school_id, " were rolled over for ", FormatDate(on),
                             " already; change single students if a class is wrong"),
                {{"school_id", std::string(school_id)}, {"on_day", FormatDate(on)}});
}

absl::Status SchoolTooLarge(absl::string_view school_id, size_t students_max) {
  return Refuse(Code::kFailedPrecondition, "SCHOOL_TOO_LARGE",
                absl::StrCat(school_id, " has more than ", students_max,
                             " students; change their classes one by one"),
                {{"school_id", std::string(school_id)}});
}

absl::Status TermUnknown(absl::string_view school_id, absl::string_view term_id) {
  return Refuse(Code::kNotFound, "TERM_UNKNOWN",
                absl::StrCat(school_id, " has no term ", term_id, "; list its terms"),
                {{"school_id", std::string(school_id)}, {"term_id", std::string(term_id)}});
}

absl::Status TermExists(absl::string_view school_id, absl::string_view term_id) {
  return Refuse(
      Code::kAlreadyExists, "TERM_EXISTS",
      absl::StrCat(school_id, " has a term ", term_id, " already; send its etag to replace it"),
      {{"school_id", std::string(school_id)}, {"term_id", std::string(term_id)}});
}

absl::Status TermOverlaps(absl::string_view term_id, absl::string_view other_id, LocalDate first,
                          LocalDate last) {
  return Refuse(Code::kAlreadyExists, "TERM_OVERLAPS",
                absl::StrCat("term ", term_id, " overlaps term ", other_id, ", which lasts from ",
                             FormatDate(first), " to ", FormatDate(last), "; change one of them"),
                {{"term_id", std::string(term_id)}, {"other_term_id", std::string(other_id)}});
}

absl::Status EtagChanged(absl::string_view term_id) {
  return Refuse(
      Code::kAborted, "ETAG_CHANGED",
      absl::StrCat("term ", term_id, " is not what it was; look at it again, then change it"),
      {{"term_id", std::string(term_id)}});
}

absl::Status TooManyTerms(absl::string_view school_id, size_t terms_max) {
  return Refuse(Code::kFailedPrecondition, "TOO_MANY_TERMS",
                absl::StrCat(school_id, " has ", terms_max, " terms already; replace one of them"),
                {{"school_id", std::string(school_id)}});
}

absl::Status TooManyPolicies(absl::string_view school_id, size_t policies_max) {
  return Refuse(
      Code::kFailedPrecondition, "TOO_MANY_POLICIES",
      absl::StrCat(school_id, " has ", policies_max, " policies already; replace one of them"),
      {{"school_id", std::string(school_id)}});
}

absl::Status RecordTooOld(LocalDate on, LocalDate oldest) {
  return Refuse(
      Code::kFailedPrecondition, "RECORD_TOO_OLD",
      absl::StrCat(FormatDate(on), " is too long ago; a school records days from ",
                   FormatDate(oldest), " on, and asks the administration for earlier ones"),
      {{"served_on", FormatDate(on)}, {"oldest", FormatDate(oldest)}});
}

absl::Status ClassTooLarge(absl::string_view class_name, size_t students_max) {
  return Refuse(Code::kFailedPrecondition, "CLASS_TOO_LARGE",
                absl::StrCat("class ", class_name, " has more than ", students_max,
                             " students, which no sheet holds; print it by groups"),
                {{"class_name", std::string(class_name)}});
}

absl::Status SheetCountDiffers(absl::string_view day, int32_t counted, int32_t ticked) {
  return Refuse(Code::kFailedPrecondition, "SHEET_COUNT_DIFFERS",
                absl::StrCat("the sheet counts ", counted, " children who drank on ", day, ", but ",
                             ticked, " are ticked; compare the day's column with the paper"),
                {{"day", std::string(day)}, {"counted", Text(counted)}, {"ticked", Text(ticked)}});
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

absl::Status TooManyRevisions(int64_t distribution_id) {
  return Refuse(Code::kFailedPrecondition, "TOO_MANY_REVISIONS",
                absl::StrCat("distribution ", distribution_id,
                             " was corrected as often as a record can be; withdraw it and "
                             "record it anew"),
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

absl::Status MeasurementRecorded(absl::string_view school_id, int32_t student_number,
                                 LocalDate on) {
  return Refuse(Code::kAlreadyExists, "MEASUREMENT_RECORDED",
                absl::StrCat("student ", student_number, " of ", school_id, " was measured on ",
                             FormatDate(on),
                             " already, with other figures; correct that measurement if it is "
                             "wrong"),
                {{"school_id", std::string(school_id)}, {"student_numbers", Text(student_number)}});
}

absl::Status MeasurementUnknown(absl::string_view school_id, int32_t student_number, LocalDate on) {
  return Refuse(Code::kNotFound, "MEASUREMENT_UNKNOWN",
                absl::StrCat("student ", student_number, " of ", school_id, " was not measured on ",
                             FormatDate(on), "; check number and day"),
                {{"school_id", std::string(school_id)}, {"student_numbers", Text(student_number)}});
}

absl::Status MeasurementChanged(int32_t student_number, LocalDate on, int32_t seen,
                                int32_t standing) {
  return Refuse(Code::kAborted, "MEASUREMENT_CHANGED",
                absl::StrCat("the measurement of student ", student_number, " on ", FormatDate(on),
                             " is at version ", standing, " by now, not at ", seen,
                             "; look at it again, then correct it"),
                {{"version", Text(standing)}});
}

absl::Status MeasurementCorrectedTooOften(int32_t student_number, LocalDate on, int32_t versions) {
  return Refuse(Code::kFailedPrecondition, "MEASUREMENT_CORRECTED_TOO_OFTEN",
                absl::StrCat("the measurement of student ", student_number, " on ", FormatDate(on),
                             " has ", versions, " versions; measure the child anew"),
                {{"student_numbers", Text(student_number)}});
}

absl::Status MeasuredNotEnrolled(absl::string_view school_id, LocalDate on,
                                 const std::vector<int32_t>& students) {
  return AboutStudents(
      Code::kFailedPrecondition, "STUDENT_NOT_ENROLLED", school_id, students,
      absl::StrCat("cannot have been measured on ", FormatDate(on),
                   ": not enrolled yet, or gone; correct the day, the numbers or the roster"));
}

absl::Status GrowthReferenceMissing() {
  return Refuse(Code::kFailedPrecondition, "GROWTH_REFERENCE_MISSING",
                absl::StrCat("the server was started without --growth-reference DIR; ",
                             growth::kWhereToGetTables));
}

absl::Status MeasuringPeriodTooLarge(int64_t measurements_max) {
  return Refuse(Code::kFailedPrecondition, "PERIOD_TOO_LARGE",
                absl::StrCat("a period has more than ", measurements_max,
                             " measurements; ask for fewer days"),
                {{"measurements_max", Text(measurements_max)}});
}

absl::Status NutritionPeriodTooLarge(size_t records_max) {
  return Refuse(Code::kFailedPrecondition, "PERIOD_TOO_LARGE",
                absl::StrCat("the days asked for have more than ", records_max,
                             " class records; ask for fewer days, or for a class"),
                {{"records_max", Text(static_cast<int64_t>(records_max))}});
}

absl::Status ChildKeysMissing() {
  return Refuse(Code::kFailedPrecondition, "CHILD_KEYS_MISSING",
                "names are kept only encrypted, and this server has no master key or no place for "
                "the keys of children; start milkwayd with --master-key FILE (and --child-keys DIR "
                "if they are not to lie in the data folder)");
}

absl::Status ChildKeyChanged(absl::string_view school_id, int32_t student_number) {
  return AboutStudents(Code::kAborted, "CHILD_KEY_CHANGED", school_id, {student_number},
                       "was cleared or erased at the same moment; look, and send it again");
}

absl::Status ChildKeyDestroyed(absl::string_view school_id, uint32_t student_number) {
  return AboutStudents(Code::kFailedPrecondition, "CHILD_KEY_DESTROYED", school_id,
                       {static_cast<int32_t>(student_number)},
                       "was cleared or erased before, which this data, restored from an older "
                       "backup, does not know; restart the server, so that it learns of it");
}

absl::Status PersonalUnreadable(absl::string_view school_id, int32_t student_number) {
  return AboutStudents(Code::kFailedPrecondition, "PERSONAL_UNREADABLE", school_id,
                       {student_number},
                       "has a name or a note that opens under no key; restore the store of keys, "
                       "or set the name together with the note");
}

absl::Status StudentErased(absl::string_view school_id, int32_t student_number) {
  return AboutStudents(Code::kFailedPrecondition, "STUDENT_ERASED", school_id, {student_number},
                       "was erased, and the number is nobody's any more; enrol a child who comes "
                       "back under a new number");
}

absl::Status ConsentMissing(absl::string_view school_id, uint32_t purpose, LocalDate on,
                            const std::vector<int32_t>& students) {
  const bool is_name = purpose == v1::CONSENT_PURPOSE_NAME;
  return AboutStudents(
      Code::kFailedPrecondition, "CONSENT_MISSING", school_id, students,
      absl::StrCat("has no guardian's consent to ", is_name ? "the name" : "measurements",
                   " that holds on ", FormatDate(on),
                   "; ask a guardian and record the consent first (milkway consent record), or "
                   "leave the child out"));
}

absl::Status ConsentUnknown(absl::string_view school_id, int32_t student_number,
                            uint32_t consent_number) {
  return AboutStudents(Code::kNotFound, "CONSENT_UNKNOWN", school_id, {student_number},
                       absl::StrCat("has no consent number ", consent_number,
                                    "; the list of consents shows those there are"));
}

absl::Status ConsentWithdrawn(absl::string_view school_id, int32_t student_number,
                              uint32_t consent_number, LocalDate on) {
  return AboutStudents(Code::kFailedPrecondition, "CONSENT_WITHDRAWN", school_id, {student_number},
                       absl::StrCat("has its consent ", consent_number, " taken back on ",
                                    FormatDate(on), " already; there is nothing to do"));
}

absl::Status TooManyConsents(absl::string_view school_id, int32_t student_number,
                             uint32_t consents_max) {
  return AboutStudents(Code::kFailedPrecondition, "TOO_MANY_CONSENTS", school_id, {student_number},
                       absl::StrCat("has ", consents_max, " consents, as many as can be kept"));
}

absl::Status PlanChanged() {
  return Refuse(Code::kAborted, "PLAN_CHANGED",
                "the purge would erase something else than its plan says, for data has come or "
                "gone since; plan anew, look, and run that plan");
}

}  // namespace milkway::consumption
