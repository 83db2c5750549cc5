// Every limit of the messages of schools and rosters, and the path of the field that
// breaks it.

#include "services/consumption/school_convert.h"

#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
using ::testing::SizeIs;

v1::Student SomeStudent(int32_t number = 7) {
  v1::Student student;
  student.set_student_number(number);
  student.set_class_name("3A");
  student.set_birth_month("2015-09");
  student.set_sex(v1::SEX_FEMALE);
  student.set_enrolled_on("2025-03-01");
  return student;
}

v1::EnrolStudentsRequest Enrolling(int count) {
  v1::EnrolStudentsRequest request;
  for (int number = 1; number <= count; ++number) *request.add_students() = SomeStudent(number);
  return request;
}

// What becomes of the second of two students after a change.
absl::StatusOr<std::vector<Enrolment>> With(const std::function<void(v1::Student&)>& change) {
  v1::EnrolStudentsRequest request = Enrolling(2);
  change(*request.mutable_students(1));
  return ParseEnrolments(request);
}

// The student who stands there after a change.
rec::StudentRecord Parsed(const std::function<void(v1::Student&)>& change) {
  const auto enrolments = With(change);
  EXPECT_THAT(enrolments, IsOk());
  return enrolments.ok() ? enrolments->at(1).student : rec::StudentRecord();
}

absl::StatusOr<StudentChange> WithChange(
    const std::function<void(v1::UpdateStudentRequest&)>& change) {
  v1::UpdateStudentRequest request;
  request.set_student_number(7);
  change(request);
  return ParseStudentChange(request);
}

TEST(ParseEnrolments, TakesWhatIsStated) {
  v1::EnrolStudentsRequest request;
  v1::Student& stated = *request.add_students() = SomeStudent();
  stated.set_left_on("2025-06-01");
  stated.set_exclusion(v1::EXCLUSION_DECLINED);

  const auto enrolments = ParseEnrolments(request);

  ASSERT_THAT(enrolments, IsOk());
  ASSERT_THAT(*enrolments, SizeIs(1));
  EXPECT_EQ(enrolments->at(0).student_number, 7);
  const rec::StudentRecord& student = enrolments->at(0).student;
  EXPECT_EQ(student.class_name(), "3A");
  EXPECT_EQ(student.birth_month(), 45 * 12 + 8);
  EXPECT_EQ(student.sex(), 1u);
  EXPECT_EQ(FormatDate({student.enrolled_day()}), "2025-03-01");
  EXPECT_EQ(FormatDate({student.left_day()}), "2025-06-01");
  EXPECT_EQ(student.exclusion(), 3u);
  EXPECT_THAT(student.changes(), SizeIs(0));
}

TEST(ParseEnrolments, AStudentWhoIsThereHasNotLeft) {
  EXPECT_FALSE(Parsed([](auto&) {}).has_left_day());
  EXPECT_EQ(Parsed([](auto&) {}).exclusion(), 0u);
}

TEST(ParseEnrolments, TakesOneToFiveThousandStudents) {
  EXPECT_THAT(ParseEnrolments(Enrolling(0)), NamesField("students"));
  EXPECT_THAT(ParseEnrolments(Enrolling(1)), IsOk());
  EXPECT_THAT(ParseEnrolments(Enrolling(5'000)), IsOk());
  EXPECT_THAT(ParseEnrolments(Enrolling(5'001)), NamesField("students"));
}

TEST(ParseEnrolments, ANumberIsOneChild) {
  v1::EnrolStudentsRequest request = Enrolling(3);
  request.mutable_students(2)->set_student_number(1);

  const auto refused = ParseEnrolments(request);

  EXPECT_THAT(refused, NamesField("students[2].student_number"));
  EXPECT_THAT(refused.status().message(), HasSubstr("is 1, as of an earlier row"));
}

TEST(ParseEnrolments, NumbersGoFromOneToAHundredThousand) {
  const auto field = NamesField("students[1].student_number");
  EXPECT_THAT(With([](auto& s) { s.clear_student_number(); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_student_number(-5); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_student_number(100'000); }), IsOk());
  EXPECT_THAT(With([](auto& s) { s.set_student_number(100'001); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_student_number(INT32_MAX); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_student_number(INT32_MIN); }), field);
}

TEST(ParseEnrolments, LimitsTheNameOfTheClass) {
  const auto field = NamesField("students[1].class_name");
  EXPECT_THAT(With([](auto& s) { s.clear_class_name(); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_class_name(std::string(64, 'a')); }), IsOk());
  EXPECT_THAT(With([](auto& s) { s.set_class_name(std::string(65, 'a')); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_class_name(std::string(4 << 20, 'a')); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_class_name("3\rA"); }), field);
}

TEST(ParseEnrolments, IsBornInAMonthThatExists) {
  for (const char* month : {"", "2015", "2015-9", "2015-00", "2015-13", "2015-09-01", "15-09",
                            "2015/09", "+015-09", "2015- 9", "1899-12", "2200-01"}) {
    EXPECT_THAT(With([&](auto& s) { s.set_birth_month(month); }),
                NamesField("students[1].birth_month"))
        << month;
  }
  EXPECT_THAT(With([](auto& s) { s.set_birth_month(std::string(1 << 20, '1')); }),
              NamesField("students[1].birth_month"));
}

TEST(ParseEnrolments, BirthMonthsAreCountedFromJanuary1970) {
  EXPECT_EQ(Parsed([](auto& s) { s.set_birth_month("1970-01"); }).birth_month(), 0);
  EXPECT_EQ(Parsed([](auto& s) { s.set_birth_month("1970-12"); }).birth_month(), 11);
  EXPECT_EQ(Parsed([](auto& s) { s.set_birth_month("1969-12"); }).birth_month(), -1);
  EXPECT_EQ(Parsed([](auto& s) { s.set_birth_month("1900-01"); }).birth_month(), -840);
}

TEST(ParseEnrolments, AStudentIsAGirlOrABoy) {
  EXPECT_EQ(Parsed([](auto& s) { s.set_sex(v1::SEX_MALE); }).sex(), 2u);
  EXPECT_THAT(With([](auto& s) { s.clear_sex(); }), NamesField("students[1].sex"));
  EXPECT_THAT(With([](auto& s) { s.set_sex(v1::Sex(3)); }), NamesField("students[1].sex"));
  EXPECT_THAT(With([](auto& s) { s.set_sex(v1::Sex(-1)); }), NamesField("students[1].sex"));
}

TEST(ParseEnrolments, EnrolmentAndLeavingAreDaysThatExist) {
  EXPECT_THAT(With([](auto& s) { s.clear_enrolled_on(); }), NamesField("students[1].enrolled_on"));
  EXPECT_THAT(With([](auto& s) { s.set_enrolled_on("2025-02-29"); }),
              NamesField("students[1].enrolled_on"));
  EXPECT_THAT(With([](auto& s) { s.set_left_on("2025-06-31"); }),
              NamesField("students[1].left_on"));
  EXPECT_THAT(With([](auto& s) { s.set_left_on("soon"); }), NamesField("students[1].left_on"));
}

TEST(ParseEnrolments, NobodyLeavesBeforeEnrolment) {
  EXPECT_THAT(With([](auto& s) { s.set_left_on("2025-02-28"); }),
              NamesField("students[1].left_on"));
  EXPECT_THAT(With([](auto& s) { s.set_left_on("2025-03-01"); }), IsOk());
}

TEST(ParseEnrolments, AnExclusionIsOneOfThoseThatThereAre) {
  const auto field = NamesField("students[1].exclusion");
  EXPECT_EQ(Parsed([](auto& s) { s.set_exclusion(v1::EXCLUSION_MILK_ALLERGY); }).exclusion(), 1u);
  EXPECT_EQ(Parsed([](auto& s) { s.set_exclusion(v1::EXCLUSION_LACTOSE_INTOLERANCE); }).exclusion(),
            2u);
  EXPECT_THAT(With([](auto& s) { s.set_exclusion(v1::Exclusion(5)); }), field);
  EXPECT_THAT(With([](auto& s) { s.set_exclusion(v1::Exclusion(-1)); }), field);
}

TEST(ParseStudentChange, TakesWhatIsStated) {
  const auto change = WithChange([](auto& r) {
    r.set_left_on("2025-06-01");
    r.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
  });

  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->student_number, 7);
  EXPECT_EQ(FormatDate(*change->left_on), "2025-06-01");
  EXPECT_EQ(change->exclusion, 1u);
}

TEST(ParseStudentChange, NothingStatedIsAChildWhoIsThereAndDrinks) {
  const auto change = WithChange([](auto&) {});

  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->left_on, std::nullopt);
  EXPECT_EQ(change->exclusion, 0u);
}

TEST(ParseStudentChange, NamesTheFieldThatIsWrong) {
  EXPECT_THAT(WithChange([](auto& r) { r.clear_student_number(); }), NamesField("student_number"));
  EXPECT_THAT(WithChange([](auto& r) { r.set_student_number(100'001); }),
              NamesField("student_number"));
  EXPECT_THAT(WithChange([](auto& r) { r.set_left_on("2025-02-29"); }), NamesField("left_on"));
  EXPECT_THAT(WithChange([](auto& r) { r.set_exclusion(v1::Exclusion(5)); }),
              NamesField("exclusion"));
}

TEST(StudentMessage, SaysWhatWasEnrolled) {
  for (const char* month : {"2015-09", "1970-01", "1969-12", "1969-01", "1900-01", "2199-12"}) {
    v1::Student stated = SomeStudent(2);
    stated.set_birth_month(month);
    stated.set_left_on("2025-06-01");
    stated.set_exclusion(v1::EXCLUSION_DECLINED);

    v1::Student shown = ToMessage(2, Parsed([&](auto& student) { student = stated; }),
                                  *ParseDate("day", "2025-03-01"));
    EXPECT_EQ(shown.excluded_from(), "2025-03-01");
    shown.clear_excluded_from();

    EXPECT_EQ(shown.DebugString(), stated.DebugString());
  }
}

TEST(StudentMessage, SaysWhatTheLastChangeLeft) {
  rec::StudentRecord record = Parsed([](auto& s) {
    s.set_left_on("2025-06-01");
    s.set_exclusion(v1::EXCLUSION_DECLINED);
  });
  record.add_changes();

  EXPECT_EQ(ToMessage(7, record, *ParseDate("day", "2025-03-01")).left_on(), "");
  EXPECT_EQ(ToMessage(7, record, *ParseDate("day", "2025-03-01")).exclusion(),
            v1::EXCLUSION_UNSPECIFIED);
  record.add_changes()->set_left_day(ParseDate("day", "2025-07-01")->days);
  record.mutable_changes(1)->set_exclusion(1);
  EXPECT_EQ(ToMessage(7, record, *ParseDate("day", "2025-03-01")).left_on(), "2025-07-01");
  EXPECT_EQ(ToMessage(7, record, *ParseDate("day", "2025-03-01")).exclusion(),
            v1::EXCLUSION_MILK_ALLERGY);
}

TEST(SchoolMessage, SaysWhatWasRegistered) {
  rec::SchoolRecord record;
  record.set_number(3);
  record.set_time_zone("Asia/Shanghai");
  record.set_name_en("Hill School");
  record.set_name_zh("山小学");
  record.set_registered_by("planner");

  const v1::School school = ToMessage("school", record, 120, 118);

  EXPECT_EQ(school.school_id(), "school");
  EXPECT_EQ(school.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(school.name_en(), "Hill School");
  EXPECT_EQ(school.name_zh(), "山小学");
  EXPECT_EQ(school.student_count(), 120);
}

}  // namespace
}  // namespace milkway::consumption
