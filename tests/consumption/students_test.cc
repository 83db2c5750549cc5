// Children over time: classes, transfers, the yearly roll-over, and how many drink.

#include "services/consumption/students.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "tests/consumption/consumption_fixture.h"
#include "tests/support/random_seed.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const LocalDate kMarch = DayOf("2025-03-01");
const LocalDate kSeptember = DayOf("2025-09-01");
const ChangedBy kTeacher{"teacher", 1};

class StudentsTest : public ConsumptionTest {
 protected:
  StudentsTest() {
    Register(kSchool);
    Register(kOtherSchool);
  }

  absl::Status RollOver(std::vector<ClassMove>* moves, LocalDate on = kSeptember,
                        bool is_dry_run = false) {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return RollOverClasses(transaction, {kSchool, on, {}, is_dry_run}, kTeacher, moves);
    });
  }
  absl::StatusOr<std::pair<rec::StudentRecord, rec::StudentRecord>> Move(const Transfer& transfer) {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return TransferStudent(transaction, transfer, kTeacher);
    });
  }
  int64_t Drinking(LocalDate day, uint32_t school = 1) {
    const auto count = CountDrinking(*store_->NewSnapshot(), school, day);
    EXPECT_THAT(count, IsOk());
    return count.value_or(-1);
  }
  static Enrolment ChildOf(int32_t number, const std::string& class_name) {
    Enrolment child = NewChild(number);
    child.student.set_class_name(class_name);
    return child;
  }
};

TEST_F(StudentsTest, AnErasureTellsWhichRowsOfOtherSchoolsItRewrote) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Move({kSchool, 7, kOtherSchool, 99, "2A", June(10)}), IsOk());

  const auto rewritten = Transact(
      *store_, [&](storage::Transaction& transaction) -> absl::StatusOr<std::vector<std::string>> {
        Rewritten rows;
        RETURN_IF_ERROR(EraseFromRoster(transaction, {kSchool, 1, 7}, June(11), kTeacher, &rows));
        std::vector<std::string> from;
        for (const storage::KeyRange& range : rows) from.push_back(range.from);
        return from;
      });

  ASSERT_THAT(rewritten, IsOk());
  EXPECT_THAT(*rewritten,
              ElementsAre(StudentKey::Encode(2u, 99u), StudentChangeKey::Prefix(2u, 99u)));
}

TEST_F(StudentsTest, AClassOnAnEarlierDayStaysWhatItWas) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());

  ASSERT_THAT(Update({7, std::nullopt, 0, "3B", June(10)}), IsOk());

  EXPECT_EQ(ClassOn(Student(7), June(9)), "3A");
  EXPECT_EQ(ClassOn(Student(7), June(10)), "3B");
  EXPECT_EQ(LastClassOf(Student(7)), "3B");
}

TEST_F(StudentsTest, AChangeReplacesWhatWasSaidOfLaterDays) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Update({7, std::nullopt, 0, "3B", June(10)}), IsOk());

  ASSERT_THAT(Update({7, std::nullopt, 0, "3C", June(5)}), IsOk());

  EXPECT_EQ(ClassOn(Student(7), June(4)), "3A");
  EXPECT_EQ(ClassOn(Student(7), June(10)), "3C");
}

TEST_F(StudentsTest, AnExclusionHoldsFromItsDayToTheDayItWasLifted) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Update({7, std::nullopt, 1, "", June(5)}, 20), IsOk());
  ASSERT_THAT(Update({7, std::nullopt, 0, "", June(10)}, 20), IsOk());

  const Roster roster({StudentOf(7, Student(7))});
  EXPECT_THAT(roster.CheckServed(kSchool, June(4), {7}), IsOk());
  EXPECT_THAT(roster.CheckServed(kSchool, June(5), {7}), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(roster.CheckServed(kSchool, June(9), {7}), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(roster.CheckServed(kSchool, June(10), {7}), IsOk());
}

TEST_F(StudentsTest, AStudentChangesFortyTimesAtMost) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  for (int change = 1; change <= kStudentChangesMax; ++change) {
    ASSERT_THAT(Update({7, std::nullopt, 0, change % 2 == 0 ? "3A" : "3B",
                        LocalDate{kMarch.days + change}}),
                IsOk());
  }

  EXPECT_THAT(Update({7, std::nullopt, 0, "3C", DayOf("2026-06-01")}),
              IsRefusal("STUDENT_CHANGED_TOO_OFTEN"));
}

TEST_F(StudentsTest, AnExclusionOfALaterDayStaysWhereItIsKept) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7)}), IsOk());
  ASSERT_THAT(Update({7, std::nullopt, 1, "", June(20)}), IsOk());

  ASSERT_THAT(Update({7, std::nullopt, 0, "3B", June(10), /*keep_exclusion=*/true}), IsOk());

  EXPECT_EQ(ExclusionOn(Student(7), June(19)), 0u);
  EXPECT_EQ(ExclusionOn(Student(7), June(20)), 1u);
  EXPECT_EQ(ClassOn(Student(7), June(10)), "3B");
}

TEST_F(StudentsTest, AChangeSaysHowItCameAboutAndWhatWasBefore) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(7, "3A"), ChildOf(8, "3A")}), IsOk());
  ASSERT_THAT(Update({7, std::nullopt, 0, "3B", June(10)}), IsOk());
  ASSERT_THAT(Move({kSchool, 8, kOtherSchool, 80, "2B", June(12)}), IsOk());
  std::vector<ClassMove> moves = {{"3B", "4B"}};
  ASSERT_THAT(RollOver(&moves), IsOk());

  const auto change_of = [this](uint32_t number, uint32_t change) {
    return **StudentChangeTable::Find(*store_->NewSnapshot(), 1u, number, change);
  };
  const rec::StudentChangeRecord update = change_of(7, 1);
  EXPECT_EQ(update.kind(), static_cast<uint32_t>(v1::STUDENT_CHANGE_KIND_UPDATED));
  EXPECT_EQ(update.earlier_class(), "3A");
  EXPECT_TRUE(update.states_class());
  EXPECT_TRUE(update.states_exclusion());
  const rec::StudentChangeRecord roll_over = change_of(7, 2);
  EXPECT_EQ(roll_over.kind(), static_cast<uint32_t>(v1::STUDENT_CHANGE_KIND_ROLLED_OVER));
  EXPECT_EQ(roll_over.earlier_class(), "3B");
  EXPECT_EQ(roll_over.class_name(), "4B");
  const rec::StudentChangeRecord transfer = change_of(8, 1);
  EXPECT_EQ(transfer.kind(), static_cast<uint32_t>(v1::STUDENT_CHANGE_KIND_TRANSFERRED));
  EXPECT_EQ(transfer.went_to().student_number(), 80u);
  EXPECT_EQ(transfer.class_there(), "2B");
}

TEST_F(StudentsTest, ARollOverOfSomeLeavesNextYearsChildrenAlone) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(1, "3A"), ChildOf(2, "3A")}), IsOk());
  std::vector<ClassMove> moves = {{"3A", "4A"}};

  ASSERT_THAT(Transact(*store_,
                       [&](storage::Transaction& transaction) {
                         return RollOverClasses(transaction, {kSchool, kSeptember, {1}, false},
                                                kTeacher, &moves);
                       }),
              IsOk());

  EXPECT_EQ(moves[0].students, 1);
  EXPECT_EQ(LastClassOf(Student(1)), "4A");
  EXPECT_EQ(LastClassOf(Student(2)), "3A");
}

TEST_F(StudentsTest, ATransferLinksTheOldPlaceAndTheNewOne) {
  Enrolment child = NewChild(7);
  child.student.set_exclusion(1);
  ASSERT_THAT(Enrol(kSchool, {child}), IsOk());

  const auto ends = Move({kSchool, 7, kOtherSchool, 70, "2B", June(10)});

  ASSERT_THAT(ends, IsOk());
  const rec::StudentRecord left = Student(7);
  EXPECT_EQ(LeftOn(left), June(10));
  EXPECT_EQ(left.leaving(), static_cast<uint32_t>(v1::LEAVING_TRANSFERRED));
  EXPECT_EQ(left.went_to().school_id(), kOtherSchool);
  EXPECT_EQ(left.went_to().student_number(), 70u);
  const rec::StudentRecord enrolled = Student(70, 2);
  EXPECT_EQ(enrolled.class_name(), "2B");
  EXPECT_EQ(enrolled.enrolled_day(), June(10).days);
  EXPECT_EQ(enrolled.birth_month(), child.student.birth_month());
  EXPECT_EQ(ExclusionOf(enrolled), 1u);
  EXPECT_EQ(enrolled.came_from().school_id(), kSchool);
  EXPECT_EQ(enrolled.came_from().student_number(), 7u);
}

TEST_F(StudentsTest, OnlyWhoIsThereCanGoAndOnlyToAFreeNumber) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(7), NewChild(8)}), IsOk());
  ASSERT_THAT(Enrol(kOtherSchool, {NewChild(70)}), IsOk());
  ASSERT_THAT(Update({8, June(2), 0}), IsOk());

  EXPECT_THAT(Move({kSchool, 9, kOtherSchool, 71, "2B", June(10)}), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Move({kSchool, 8, kOtherSchool, 71, "2B", June(10)}),
              IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Move({kSchool, 7, kOtherSchool, 71, "2B", kMarch}),
              IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Move({kSchool, 7, kOtherSchool, 70, "2B", June(10)}), IsRefusal("STUDENT_EXISTS"));
  EXPECT_THAT(Move({kSchool, 7, "nowhere", 71, "2B", June(10)}), IsRefusal("SCHOOL_UNKNOWN"));
  EXPECT_EQ(LeftOn(Student(7)), std::nullopt);
}

TEST_F(StudentsTest, ARollOverMovesEveryClassOrGraduatesIt) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(1, "3A"), ChildOf(2, "3A"), ChildOf(3, "6A"),
                              ChildOf(4, "4A"), ChildOf(5, "6A")}),
              IsOk());
  ASSERT_THAT(Update({5, June(2), 0}), IsOk());
  std::vector<ClassMove> moves = {{"3A", "4A"}, {"4A", "5A"}, {"6A", ""}};

  ASSERT_THAT(RollOver(&moves), IsOk());

  EXPECT_EQ(moves[0].students, 2);
  EXPECT_EQ(moves[1].students, 1);
  EXPECT_EQ(moves[2].students, 1);
  EXPECT_EQ(ClassOn(Student(1), DayOf("2025-08-31")), "3A");
  EXPECT_EQ(ClassOn(Student(1), kSeptember), "4A");
  EXPECT_EQ(ClassOn(Student(4), kSeptember), "5A");
  EXPECT_EQ(LeftOn(Student(3)), kSeptember);
  EXPECT_EQ(Student(3).leaving(), static_cast<uint32_t>(v1::LEAVING_GRADUATED));
  EXPECT_EQ(LeftOn(Student(5)), June(2));
  EXPECT_EQ(Student(5).leaving(), 0u);
}

TEST_F(StudentsTest, ADryRunCountsAndChangesNothing) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(1, "3A")}), IsOk());
  std::vector<ClassMove> moves = {{"3A", "4A"}};

  ASSERT_THAT(RollOver(&moves, kSeptember, /*is_dry_run=*/true), IsOk());

  EXPECT_EQ(moves[0].students, 1);
  EXPECT_EQ(LastClassOf(Student(1)), "3A");
  EXPECT_THAT(RollOver(&moves), IsOk());
}

TEST_F(StudentsTest, AClassThatNoMoveNamesStopsTheWholeRollOver) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(1, "3A"), ChildOf(2, "3B")}), IsOk());
  std::vector<ClassMove> moves = {{"3A", "4A"}};

  const absl::Status refused = RollOver(&moves);

  EXPECT_THAT(refused, IsRefusal("CLASS_NOT_MAPPED"));
  EXPECT_THAT(refused.message(), HasSubstr("3B"));
  EXPECT_EQ(LastClassOf(Student(1)), "3A");
}

TEST_F(StudentsTest, ASchoolIsRolledOverOnceForADay) {
  ASSERT_THAT(Enrol(kSchool, {ChildOf(1, "3A")}), IsOk());
  std::vector<ClassMove> moves = {{"3A", "4A"}, {"4A", "5A"}};
  ASSERT_THAT(RollOver(&moves), IsOk());

  EXPECT_THAT(RollOver(&moves), IsRefusal("ROLLED_OVER_ALREADY"));
  EXPECT_THAT(RollOver(&moves, June(1)), IsRefusal("ROLLED_OVER_ALREADY"));
  EXPECT_EQ(LastClassOf(Student(1)), "4A");
  EXPECT_THAT(RollOver(&moves, DayOf("2026-09-01")), IsOk());
  EXPECT_EQ(LastClassOf(Student(1)), "5A");
}

TEST_F(StudentsTest, ThoseWhoDrinkAreThereAndNotExcluded) {
  Enrolment late = NewChild(3, June(10));
  ASSERT_THAT(Enrol(kSchool, {NewChild(1), NewChild(2), late}), IsOk());
  ASSERT_THAT(Update({1, std::nullopt, 1, "", June(5)}), IsOk());
  ASSERT_THAT(Update({2, June(12), 0}), IsOk());

  EXPECT_EQ(Drinking(DayOf("2025-02-28")), 0);
  EXPECT_EQ(Drinking(kMarch), 2);
  EXPECT_EQ(Drinking(June(5)), 1);
  EXPECT_EQ(Drinking(June(10)), 2);
  EXPECT_EQ(Drinking(June(12)), 1);
  EXPECT_EQ(Drinking(June(12), 2), 0);
}

TEST_F(StudentsTest, TheNumberOfThoseWhoDrinkFollowsAnyChanges) {
  std::mt19937 random{testing::RandomSeed()};
  constexpr int32_t kChildren = 12;
  std::vector<Enrolment> children;
  for (int32_t number = 1; number <= kChildren; ++number) {
    Enrolment child = NewChild(number, LocalDate{kMarch.days + static_cast<int>(random() % 40)});
    child.student.set_exclusion(random() % 3 == 0 ? 1 : 0);
    children.push_back(child);
  }
  ASSERT_THAT(Enrol(kSchool, children), IsOk());
  for (int step = 0; step < 200; ++step) {
    const auto some_day = [&] { return LocalDate{kMarch.days + static_cast<int>(random() % 90)}; };
    StudentChange change;
    change.student_number = 1 + static_cast<int32_t>(random() % kChildren);
    change.exclusion = random() % 4;
    change.from_day = some_day();
    if (random() % 2 == 0) change.left_on = some_day();
    const auto changed = Update(change);
    if (!changed.ok()) continue;
    for (int day = -2; day < 95; day += 7) {
      const LocalDate on{kMarch.days + day};
      int64_t expected = 0;
      for (int32_t number = 1; number <= kChildren; ++number) {
        const rec::StudentRecord student = Student(number);
        expected += IsEnrolledOn(student, on) && ExclusionOn(student, on) == 0 ? 1 : 0;
      }
      ASSERT_EQ(Drinking(on), expected) << "step " << step << " on " << FormatDate(on);
    }
  }
}

}  // namespace
}  // namespace milkway::consumption
