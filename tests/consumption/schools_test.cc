// What schools and rosters promise.

#include "services/consumption/schools.h"

#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::Transact;
using ::testing::SizeIs;

constexpr LocalDate kMarch{20'148};  // 2025-03-01

class SchoolsTest : public ConsumptionTest {
 protected:
  rec::RosterHeadRecord Head(uint32_t school_number = 1) {
    const auto head = ReadRosterHead(*store_->NewSnapshot(), school_number);
    EXPECT_THAT(head, IsOk());
    return head.value_or(rec::RosterHeadRecord());
  }
};

using RegisterSchoolTest = SchoolsTest;

TEST_F(RegisterSchoolTest, SchoolsAreNumberedFromOneInTheirOrder) {
  EXPECT_EQ(Register("z"), 1u);
  EXPECT_EQ(Register("a"), 2u);
  EXPECT_EQ(Register("m"), 3u);
}

TEST_F(RegisterSchoolTest, WhatIsRegisteredIsRead) {
  rec::SchoolRecord school;
  school.set_time_zone(kChina);
  school.set_name_en("Hill School");
  school.set_name_zh("山小学");
  school.set_registered_us(5);
  school.set_registered_by("planner");
  ASSERT_THAT(Transact(*store_,
                       [&](storage::Transaction& transaction) {
                         return RegisterSchool(transaction, kSchool, school);
                       }),
              IsOk());

  const auto stored = ReadSchool(*store_->NewSnapshot(), kSchool);

  ASSERT_THAT(stored, IsOk());
  school.set_number(1);
  EXPECT_EQ(stored->DebugString(), school.DebugString());
}

TEST_F(RegisterSchoolTest, ASchoolThatIsRegisteredIsLeftAsItIs) {
  ASSERT_EQ(Register(kSchool, kChina), 1u);

  EXPECT_EQ(Register(kSchool, "Europe/Paris"), 1u);

  EXPECT_EQ(ReadSchool(*store_->NewSnapshot(), kSchool)->time_zone(), kChina);
  EXPECT_EQ(Register(kOtherSchool), 2u);
}

TEST_F(RegisterSchoolTest, ASchoolThatIsNotRegisteredIsUnknown) {
  EXPECT_THAT(ReadSchool(*store_->NewSnapshot(), kSchool), IsRefusal("SCHOOL_UNKNOWN"));
}

class EnrolStudentsTest : public SchoolsTest {
 protected:
  EnrolStudentsTest() {
    Register(kSchool);
    Register(kOtherSchool);
  }

  // Another child 7 than the one who is there.
  absl::StatusOr<int32_t> EnrolAnotherChild7(void (*change)(rec::StudentRecord*)) {
    Enrolment other = NewChild(7);
    change(&other.student);
    return Enrol(kSchool, {other});
  }
};

TEST_F(EnrolStudentsTest, AddsStudentsAndCountsThem) {
  EXPECT_EQ(*Enrol(kSchool, {NewChild(7), NewChild(100'000), NewChild(1)}), 3);
  EXPECT_EQ(*Enrol(kSchool, {NewChild(8)}), 1);

  EXPECT_EQ(Head().student_count(), 4);
  EXPECT_EQ(Student(100'000).DebugString(), NewChild(100'000).student.DebugString());
}

TEST_F(EnrolStudentsTest, TheSameStudentsAgainAreLeftAsTheyAre) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7), NewChild(8)}), IsOk());
  const uint64_t version = Head().version();

  EXPECT_EQ(*Enrol(kSchool, {NewChild(7), NewChild(8)}), 0);
  EXPECT_EQ(Head().version(), version);
  EXPECT_EQ(*Enrol(kSchool, {NewChild(8), NewChild(9)}), 1);

  EXPECT_EQ(Head().student_count(), 3);
  EXPECT_GT(Head().version(), version);
}

TEST_F(EnrolStudentsTest, ANumberBelongsToOneChild) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());

  const auto exists = IsRefusal("STUDENT_EXISTS");
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_class_name("3B"); }), exists);
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_birth_month(0); }), exists);
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_sex(2); }), exists);
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_enrolled_day(0); }), exists);
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_left_day(30'000); }), exists);
  EXPECT_THAT(EnrolAnotherChild7([](auto* child) { child->set_exclusion(1); }), exists);
  EXPECT_EQ(Student(7).DebugString(), NewChild(7).student.DebugString());
}

TEST_F(EnrolStudentsTest, AddsAllOrNone) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  Enrolment other = NewChild(7);
  other.student.set_class_name("3B");

  const auto refused = Enrol(kSchool, {NewChild(5), other, NewChild(9)});

  EXPECT_THAT(refused, IsRefusal("STUDENT_EXISTS"));
  EXPECT_THAT(refused.status().message(), ::testing::HasSubstr("student 7 of school"));
  EXPECT_EQ(Head().student_count(), 1);
  EXPECT_EQ(*Enrol(kSchool, {NewChild(5), NewChild(9)}), 2);
}

TEST_F(EnrolStudentsTest, AStudentWhoChangedIsKnownAsEnrolledAndAsNow) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Update({7, June(20), 3}), IsOk());
  Enrolment as_now = NewChild(7);
  as_now.student.set_left_day(June(20).days);
  as_now.student.set_exclusion(3);
  Enrolment neither = as_now;
  neither.student.clear_exclusion();

  EXPECT_EQ(*Enrol(kSchool, {NewChild(7)}), 0);
  EXPECT_EQ(*Enrol(kSchool, {as_now}), 0);
  EXPECT_THAT(Enrol(kSchool, {neither}), IsRefusal("STUDENT_EXISTS"));
  EXPECT_EQ(Student(7).change_count(), 1u);
}

TEST_F(EnrolStudentsTest, AStudentWhoCameBackIsKnownAsEnrolledAndAsNow) {
  Enrolment gone = NewChild(7);
  gone.student.set_left_day(June(20).days);
  ASSERT_THAT(Enrol(kSchool, {gone}), IsOk());
  EXPECT_THAT(Enrol(kSchool, {NewChild(7)}), IsRefusal("STUDENT_EXISTS"));

  ASSERT_THAT(Update({7, std::nullopt, 0}), IsOk());

  EXPECT_EQ(*Enrol(kSchool, {gone}), 0);
  EXPECT_EQ(*Enrol(kSchool, {NewChild(7)}), 0);
}

TEST_F(EnrolStudentsTest, EachSchoolHasARosterOfItsOwn) {
  Enrolment other = NewChild(7);
  other.student.set_class_name("5C");
  ASSERT_THAT(Enrol(kSchool, {NewChild(7), NewChild(8)}), IsOk());

  EXPECT_EQ(*Enrol(kOtherSchool, {other}), 1);

  EXPECT_EQ(Student(7, 1).class_name(), "3A");
  EXPECT_EQ(Student(7, 2).class_name(), "5C");
  EXPECT_EQ(Head(1).student_count(), 2);
  EXPECT_EQ(Head(2).student_count(), 1);
}

TEST_F(EnrolStudentsTest, AnUnknownSchoolHasNoRoster) {
  EXPECT_THAT(Enrol("nowhere", {NewChild(7)}), IsRefusal("SCHOOL_UNKNOWN"));
}

class UpdateStudentTest : public SchoolsTest {
 protected:
  UpdateStudentTest() {
    Register(kSchool);
    Enrolment excluded = NewChild(8);
    excluded.student.set_exclusion(1);
    EXPECT_THAT(Enrol(kSchool, {NewChild(7), excluded}), IsOk());
  }

  rec::StudentChangeRecord Change(uint32_t student, uint32_t number) {
    const auto change = StudentChangeTable::Find(*store_->NewSnapshot(), 1u, student, number);
    EXPECT_THAT(change, IsOk());
    return change.ok() ? change->value_or(rec::StudentChangeRecord()) : rec::StudentChangeRecord();
  }
  std::optional<LocalDate> ExcludedFrom(int32_t number) {
    return StudentOf(number, Student(number)).excluded_from;
  }
};

TEST_F(UpdateStudentTest, SaysWhenAStudentLeft) {
  ASSERT_THAT(Update({7, June(20), 0}), IsOk());
  EXPECT_EQ(LeftOn(Student(7)), June(20));

  ASSERT_THAT(Update({7, std::nullopt, 0}), IsOk());
  EXPECT_EQ(LeftOn(Student(7)), std::nullopt);
}

TEST_F(UpdateStudentTest, NobodyLeavesBeforeEnrolment) {
  const uint64_t version = Head().version();

  EXPECT_THAT(Update({7, LocalDate{kMarch.days - 1}, 0}), NamesField("left_on"));
  EXPECT_EQ(Student(7).change_count(), 0u);
  EXPECT_EQ(Head().version(), version);
  EXPECT_THAT(Update({7, kMarch, 0}), IsOk());
}

TEST_F(UpdateStudentTest, ANewExclusionHoldsFromTodayOn) {
  ASSERT_THAT(Update({7, std::nullopt, 2}, 5), IsOk());

  EXPECT_EQ(ExclusionOf(Student(7)), 2u);
  EXPECT_EQ(ExcludedFrom(7), June(5));
}

TEST_F(UpdateStudentTest, AnExclusionThatStoodAlreadyKeepsItsFirstDay) {
  ASSERT_THAT(Update({7, std::nullopt, 2}, 5), IsOk());
  ASSERT_THAT(Update({7, June(20), 3}, 9), IsOk());
  EXPECT_EQ(ExclusionOf(Student(7)), 3u);
  EXPECT_EQ(ExcludedFrom(7), June(5));

  ASSERT_THAT(Update({8, std::nullopt, 2}, 9), IsOk());
  EXPECT_EQ(ExcludedFrom(8), kMarch);
}

TEST_F(UpdateStudentTest, AnExclusionThatWasLiftedStartsAnew) {
  ASSERT_THAT(Update({8, std::nullopt, 0}, 5), IsOk());
  EXPECT_EQ(ExcludedFrom(8), std::nullopt);

  ASSERT_THAT(Update({8, std::nullopt, 1}, 9), IsOk());

  EXPECT_EQ(ExcludedFrom(8), June(9));
}

TEST_F(UpdateStudentTest, KeepsEveryChangeAndWhatWasEnrolled) {
  ASSERT_THAT(Update({8, June(20), 1}, 5), IsOk());
  ASSERT_THAT(Update({8, std::nullopt, 0}, 9), IsOk());

  const rec::StudentRecord student = Student(8);

  EXPECT_EQ(student.change_count(), 2u);
  EXPECT_EQ(Change(8, 1).left_day(), June(20).days);
  EXPECT_EQ(Change(8, 1).recorded_by(), "teacher");
  EXPECT_LT(Change(8, 1).recorded_us(), Change(8, 2).recorded_us());
  EXPECT_EQ(student.exclusion(), 1u);
  EXPECT_FALSE(student.has_left_day());
}

TEST_F(UpdateStudentTest, AnswersTheStudentAsStored) {
  const auto answer = Update({7, June(20), 3});

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->DebugString(), Student(7).DebugString());
}

TEST_F(UpdateStudentTest, IsAChangeOfTheRosterButNotOfItsSize) {
  const uint64_t version = Head().version();

  ASSERT_THAT(Update({7, June(20), 0}), IsOk());

  EXPECT_EQ(Head().version(), version + 1);
  EXPECT_EQ(Head().student_count(), 2);
}

TEST_F(UpdateStudentTest, RefusesTheUnknown) {
  EXPECT_THAT(Update({9, std::nullopt, 0}), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Update({7, std::nullopt, 0}, 1, "nowhere"), IsRefusal("SCHOOL_UNKNOWN"));
}

class SchoolCacheTest : public SchoolsTest {
 protected:
  std::shared_ptr<const Roster> RosterNow(uint32_t school_number = 1) {
    return *schools_.FindRoster(*store_->NewSnapshot(), school_number);
  }
  static absl::Status Check(const Roster& roster, int32_t child) {
    return roster.CheckServed(kSchool, June(2), {child});
  }
};

TEST_F(SchoolCacheTest, FindsASchoolAsSoonAsItIsRegistered) {
  EXPECT_THAT(schools_.FindSchool(*store_->NewSnapshot(), kSchool), IsRefusal("SCHOOL_UNKNOWN"));
  Register(kSchool, "Asia/Urumqi");

  const auto school = schools_.FindSchool(*store_->NewSnapshot(), kSchool);

  ASSERT_THAT(school, IsOk());
  EXPECT_EQ((*school)->id, kSchool);
  EXPECT_EQ((*school)->number, 1u);
  EXPECT_EQ((*school)->time_zone, "Asia/Urumqi");
  EXPECT_EQ(*schools_.FindSchool(*store_->NewSnapshot(), kSchool), *school);
}

TEST_F(SchoolCacheTest, KeepsARosterWhileNothingChanges) {
  Register(kSchool);
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());

  const auto roster = RosterNow();
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());

  EXPECT_EQ(RosterNow(), roster);
  EXPECT_THAT(Check(*roster, 7), IsOk());
}

TEST_F(SchoolCacheTest, ReadsARosterAnewWhenStudentsWereAdded) {
  Register(kSchool);
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  EXPECT_THAT(Check(*RosterNow(), 8), IsRefusal("STUDENT_UNKNOWN"));

  ASSERT_THAT(Enrol(kSchool, {NewChild(8)}), IsOk());

  EXPECT_THAT(Check(*RosterNow(), 8), IsOk());
}

TEST_F(SchoolCacheTest, ReadsARosterAnewWhenAStudentChanged) {
  Register(kSchool);
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  EXPECT_THAT(Check(*RosterNow(), 7), IsOk());

  ASSERT_THAT(Update({7, std::nullopt, 1}), IsOk());
  EXPECT_THAT(Check(*RosterNow(), 7), IsRefusal("STUDENT_EXCLUDED"));
  ASSERT_THAT(Update({7, June(2), 0}), IsOk());

  EXPECT_THAT(Check(*RosterNow(), 7), IsRefusal("STUDENT_NOT_ENROLLED"));
}

TEST_F(SchoolCacheTest, AnEarlierViewHasItsOwnRoster) {
  Register(kSchool);
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  const auto earlier = store_->NewSnapshot();
  ASSERT_THAT(Enrol(kSchool, {NewChild(8)}), IsOk());
  ASSERT_THAT(Check(*RosterNow(), 8), IsOk());

  EXPECT_THAT(Check(**schools_.FindRoster(*earlier, 1), 8), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Check(*RosterNow(), 8), IsOk());
}

TEST_F(SchoolCacheTest, EachSchoolHasARosterOfItsOwn) {
  Register(kSchool);
  Register(kOtherSchool);
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Enrol(kOtherSchool, {NewChild(8)}), IsOk());

  EXPECT_THAT(Check(*RosterNow(1), 8), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Check(*RosterNow(2), 8), IsOk());
  EXPECT_THAT(Check(*RosterNow(3), 8), IsRefusal("STUDENT_UNKNOWN"));
}

TEST_F(SchoolCacheTest, ADayEndsByTheClockOfTheSchool) {
  const auto end_in = [this](const std::string& time_zone) {
    const auto end = schools_.FindEndOfDay({kSchool, 1, time_zone}, June(2));
    EXPECT_THAT(end, IsOk());
    return end.ok() ? FormatOccurredAt(*end) : "";
  };
  EXPECT_EQ(end_in(kChina), "2025-06-02T23:59:59+08:00");
  EXPECT_EQ(end_in("Asia/Kathmandu"), "2025-06-02T23:59:59+05:45");
  EXPECT_EQ(end_in(kChina), "2025-06-02T23:59:59+08:00");
  EXPECT_EQ(FormatOccurredAt(*schools_.FindEndOfDay({kSchool, 1, kChina}, June(3))),
            "2025-06-03T23:59:59+08:00");
}

}  // namespace
}  // namespace milkway::consumption
