// Who may be served on which day.

#include "services/consumption/roster.h"

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Optional;

LocalDate DayOf(absl::string_view text) { return *ParseDate("day", text); }
const LocalDate kMarch = DayOf("2025-03-01");
const LocalDate kJune = DayOf("2025-06-01");

LocalDate DayBefore(LocalDate day) { return {day.days - 1}; }
LocalDate DayAfter(LocalDate day) { return {day.days + 1}; }

// There from March on.
StudentOnRoster NewChild(int32_t number) { return {number, kMarch, std::nullopt, std::nullopt}; }
StudentOnRoster Gone(int32_t number, LocalDate left_on) {
  return {number, kMarch, left_on, std::nullopt};
}
StudentOnRoster Excluded(int32_t number, LocalDate from) {
  return {number, kMarch, std::nullopt, from};
}

absl::Status Check(const Roster& roster, LocalDate on, const StudentSet& served) {
  return roster.CheckServed("school", on, served);
}

std::string StudentsNamed(const absl::Status& refusal) {
  return runtime::PartsOf(refusal).metadata["student_numbers"];
}

TEST(Roster, AChildIsServedFromTheDayOfEnrolmentOn) {
  const Roster roster({NewChild(1)});

  EXPECT_THAT(Check(roster, DayBefore(kMarch), {1}), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Check(roster, kMarch, {1}), IsOk());
  EXPECT_THAT(Check(roster, DayOf("2199-12-31"), {1}), IsOk());
}

TEST(Roster, AChildIsGoneFromTheDayOfLeavingOn) {
  const Roster roster({Gone(1, kJune)});

  EXPECT_THAT(Check(roster, DayBefore(kJune), {1}), IsOk());
  EXPECT_THAT(Check(roster, kJune, {1}), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Check(roster, DayAfter(kJune), {1}), IsRefusal("STUDENT_NOT_ENROLLED"));
}

TEST(Roster, AChildWhoLeftOnTheDayOfEnrolmentWasNeverThere) {
  EXPECT_THAT(Check(Roster({Gone(1, kMarch)}), kMarch, {1}), IsRefusal("STUDENT_NOT_ENROLLED"));
}

TEST(Roster, AnExclusionHoldsFromItsFirstDayOn) {
  const Roster roster({Excluded(1, kJune)});

  EXPECT_THAT(Check(roster, DayBefore(kJune), {1}), IsOk());
  EXPECT_THAT(Check(roster, kJune, {1}), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(Check(roster, DayAfter(kJune), {1}), IsRefusal("STUDENT_EXCLUDED"));
}

TEST(Roster, AnExcludedChildWhoIsGoneIsNotEnrolled) {
  const Roster roster({{1, kMarch, kJune, kMarch}});

  EXPECT_THAT(Check(roster, kMarch, {1}), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(Check(roster, kJune, {1}), IsRefusal("STUDENT_NOT_ENROLLED"));
}

TEST(Roster, RefusesTheUnknownFirstThenThoseNotEnrolledThenTheExcluded) {
  const Roster roster({Excluded(1, kMarch), Gone(2, kMarch), NewChild(3)});

  EXPECT_THAT(Check(roster, kJune, {1, 2, 3, 4}), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Check(roster, kJune, {1, 2, 3}), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Check(roster, kJune, {1, 3}), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(Check(roster, kJune, {3}), IsOk());
}

TEST(Roster, ARefusalSaysWhatKindItIs) {
  const Roster roster({Excluded(1, kMarch), Gone(2, kMarch)});

  EXPECT_THAT(Check(roster, kJune, {3}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Check(roster, kJune, {2}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Check(roster, kJune, {1}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(Roster, ARefusalNamesTheSchoolTheDayAndEveryChildItIsAbout) {
  const Roster roster({Gone(1, kJune), NewChild(2), Gone(3, kJune), Excluded(4, kMarch)});

  const absl::Status refusal = Check(roster, kJune, {1, 2, 3, 4});

  EXPECT_EQ(StudentsNamed(refusal), "1, 3");
  EXPECT_THAT(refusal.message(), HasSubstr("students 1, 3 of school"));
  EXPECT_THAT(refusal.message(), HasSubstr("2025-06-01"));
  EXPECT_EQ(StudentsNamed(Check(roster, kJune, {2, 4})), "4");
  EXPECT_EQ(StudentsNamed(Check(roster, kJune, {1, 5, 6})), "5, 6");
}

TEST(Roster, ARefusalNamesTwentyChildrenAndCountsTheRest) {
  StudentSet twenty;
  for (int32_t number = 1; number <= 20; ++number) twenty.push_back(number);
  StudentSet many = twenty;
  many.insert(many.end(), {30, 31, 32});

  EXPECT_THAT(StudentsNamed(Check(Roster(), kJune, twenty)), ::testing::EndsWith("19, 20"));
  EXPECT_THAT(StudentsNamed(Check(Roster(), kJune, many)),
              ::testing::EndsWith("19, 20 and 3 more"));
}

TEST(Roster, NumbersMayHaveGaps) {
  const Roster roster({NewChild(2), NewChild(3), NewChild(70), NewChild(100'000)});

  EXPECT_THAT(Check(roster, kJune, {2, 3, 70, 100'000}), IsOk());
  EXPECT_EQ(StudentsNamed(Check(roster, kJune, {1, 2, 4, 69, 71, 99'999})), "1, 4, 69, 71, 99999");
}

TEST(Roster, NobodyCanAlwaysBeServed) { EXPECT_THAT(Check(Roster(), kJune, {}), IsOk()); }

rec::StudentRecord RecordOfMarch() {
  rec::StudentRecord record;
  record.set_enrolled_day(kMarch.days);
  return record;
}

TEST(StudentOf, IsAsEnrolledWhileNothingChanged) {
  rec::StudentRecord record = RecordOfMarch();

  EXPECT_EQ(StudentOf(7, record).number, 7);
  EXPECT_EQ(StudentOf(7, record).enrolled_on, kMarch);
  EXPECT_EQ(StudentOf(7, record).left_on, std::nullopt);
  EXPECT_EQ(StudentOf(7, record).excluded_from, std::nullopt);
  record.set_left_day(kJune.days);
  EXPECT_THAT(StudentOf(7, record).left_on, Optional(kJune));
}

TEST(StudentOf, AnExclusionStatedAtEnrolmentHoldsFromTheFirstSchoolDayOn) {
  rec::StudentRecord record = RecordOfMarch();
  record.set_exclusion(2);

  EXPECT_EQ(ExclusionOf(record), 2u);
  EXPECT_THAT(StudentOf(7, record).excluded_from, Optional(kMarch));
}

TEST(StudentOf, TheLastChangeStandsInsteadOfAllBefore) {
  rec::StudentRecord record = RecordOfMarch();
  record.set_left_day(kMarch.days);
  record.set_exclusion(1);
  rec::StudentChangeRecord& first = *record.add_changes();
  first.set_left_day(kJune.days);
  first.set_exclusion(3);
  first.set_excluded_from_day(kJune.days);

  EXPECT_THAT(StudentOf(7, record).left_on, Optional(kJune));
  EXPECT_THAT(StudentOf(7, record).excluded_from, Optional(kJune));
  EXPECT_EQ(ExclusionOf(record), 3u);
  record.add_changes();
  EXPECT_EQ(StudentOf(7, record).left_on, std::nullopt);
  EXPECT_EQ(StudentOf(7, record).excluded_from, std::nullopt);
  EXPECT_EQ(ExclusionOf(record), 0u);
}

TEST(StudentOf, TheFirstDayOf1970IsADayLikeAnyOther) {
  rec::StudentRecord record = RecordOfMarch();
  record.set_enrolled_day(-1);
  record.set_left_day(0);

  EXPECT_THAT(StudentOf(7, record).left_on, Optional(LocalDate{0}));
  EXPECT_THAT(Check(Roster({StudentOf(7, record)}), LocalDate{0}, {7}),
              IsRefusal("STUDENT_NOT_ENROLLED"));
}

}  // namespace
}  // namespace milkway::consumption
