#include "tests/consumption/consumption_fixture.h"

#include <numeric>
#include <utility>

namespace milkway::consumption {

namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::Transact;

constexpr int64_t kNowUs = int64_t{1'748'736'000'000'000};

}  // namespace

LocalDate DayOf(absl::string_view text) { return *ParseDate("day", text); }

LocalDate June(int day) { return {DayOf("2025-06-01").days + day - 1}; }

StudentSet Students(int32_t first, int32_t last) {
  StudentSet students(static_cast<size_t>(last - first + 1));
  std::iota(students.begin(), students.end(), first);
  return students;
}

Enrolment NewChild(int32_t number, LocalDate enrolled_on) {
  Enrolment enrolment;
  enrolment.student_number = number;
  enrolment.student.set_class_name("3A");
  enrolment.student.set_birth_month(548);
  enrolment.student.set_sex(1);
  enrolment.student.set_enrolled_day(enrolled_on.days);
  return enrolment;
}

StudentSet StudentsOf(const rec::ServingTotalsRecord& servings) {
  const auto students = DecodeStudents(servings.students());
  EXPECT_THAT(students, IsOk());
  return students.value_or(StudentSet());
}

uint32_t ConsumptionTest::Register(const std::string& school_id, const std::string& time_zone) {
  rec::SchoolRecord school;
  school.set_time_zone(time_zone);
  const auto stored = Transact(*store_, [&](storage::Transaction& transaction) {
    return RegisterSchool(transaction, school_id, school);
  });
  EXPECT_THAT(stored, IsOk());
  return stored.ok() ? stored->number() : 0;
}

absl::StatusOr<int32_t> ConsumptionTest::Enrol(const std::string& school_id,
                                               const std::vector<Enrolment>& enrolments) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return EnrolStudents(transaction, school_id, enrolments);
  });
}

absl::StatusOr<rec::StudentRecord> ConsumptionTest::Update(const StudentChange& change, int today,
                                                           const std::string& school_id) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return UpdateStudent(transaction, school_id, change, June(today), "teacher", kNowUs + today);
  });
}

rec::StudentRecord ConsumptionTest::Student(int32_t number, uint32_t school_number) {
  const auto student =
      StudentTable::Find(*store_->NewSnapshot(), school_number, static_cast<uint32_t>(number));
  EXPECT_THAT(student, IsOk());
  return student.ok() ? student->value_or(rec::StudentRecord()) : rec::StudentRecord();
}

DistributionTest::DistributionTest() {
  std::vector<Enrolment> children;
  for (const int32_t number : Students(1, 200)) children.push_back(NewChild(number));
  for (const char* school : {kSchool, kOtherSchool}) {
    Register(school);
    EXPECT_THAT(Enrol(school, children), IsOk());
  }
}

Recording DistributionTest::Lunch(std::vector<DistributionLine> lines, LocalDate served_on,
                                  const std::string& class_name) {
  Recording recording;
  recording.distribution.school_id = kSchool;
  recording.distribution.served_on = served_on;
  recording.distribution.class_name = class_name;
  recording.distribution.session = "daily";
  recording.distribution.lines = std::move(lines);
  recording.request_id = {7, 8};
  recording.recorded_by = "teacher";
  return recording;
}

absl::StatusOr<rec::PendingRecord> DistributionTest::Reserve(const Recording& recording) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return ReserveDistribution(transaction, schools_, recording, /*intent_id=*/9);
  });
}

absl::StatusOr<Recorded> DistributionTest::Store(const rec::PendingRecord& pending) {
  const PostedMilk posted = NextPosting();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return StoreDistribution(transaction, pending, posted);
  });
}

absl::Status DistributionTest::Release(const rec::PendingRecord& pending) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return ReleaseDistribution(transaction, pending);
  });
}

absl::StatusOr<Recorded> DistributionTest::Record(const Recording& recording) {
  const auto pending = Reserve(recording);
  if (!pending.ok()) return pending.status();
  return Store(*pending);
}

int64_t DistributionTest::RecordedId(const Recording& recording) {
  const auto recorded = Record(recording);
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->distribution_id : 0;
}

Correction DistributionTest::CorrectionOf(int64_t distribution_id,
                                          std::vector<DistributionLine> lines) {
  Correction correction;
  correction.request_id = {7, 9};
  correction.school_id = kSchool;
  correction.distribution_id = distribution_id;
  correction.lines = std::move(lines);
  correction.reason = "counted again";
  correction.recorded_by = "head";
  return correction;
}

absl::StatusOr<rec::PendingCorrectionRecord> DistributionTest::ReserveChange(
    const Correction& correction) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return ReserveCorrection(transaction, schools_, correction);
  });
}

absl::StatusOr<int32_t> DistributionTest::StoreChange(const rec::PendingCorrectionRecord& pending) {
  const PostedMilk posted = NextPosting();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return StoreCorrection(transaction, pending, posted);
  });
}

absl::Status DistributionTest::ReleaseChange(const rec::PendingCorrectionRecord& pending) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return ReleaseCorrection(transaction, pending);
  });
}

absl::StatusOr<int32_t> DistributionTest::Correct(const Correction& correction) {
  const auto pending = ReserveChange(correction);
  if (!pending.ok()) return pending.status();
  return StoreChange(*pending);
}

rec::DistributionRecord DistributionTest::Distribution(int64_t distribution_id) {
  const auto record = DistributionTable::Find(*store_->NewSnapshot(), distribution_id);
  EXPECT_THAT(record, IsOk());
  return record.ok() ? record->value_or(rec::DistributionRecord()) : rec::DistributionRecord();
}

rec::SessionRecord DistributionTest::Session(LocalDate served_on) {
  const auto session = SessionTable::Find(*store_->NewSnapshot(), uint32_t{1},
                                          int64_t{served_on.days}, "3A", "daily");
  EXPECT_THAT(session, IsOk());
  return session.ok() ? session->value_or(rec::SessionRecord()) : rec::SessionRecord();
}

StudentSet DistributionTest::ServedOn(LocalDate day) {
  const auto record = DayTable::Find(*store_->NewSnapshot(), uint32_t{1}, int64_t{day.days});
  EXPECT_THAT(record, IsOk());
  if (!record.ok() || !record->has_value()) return {};
  const auto students = DecodeStudents((*record)->students());
  EXPECT_THAT(students, IsOk());
  return students.value_or(StudentSet());
}

rec::ServingTotalsRecord DistributionTest::Servings(LotId lot, uint32_t school_number) {
  const auto servings = ReadServings(*store_->NewSnapshot(), lot, school_number);
  EXPECT_THAT(servings, IsOk());
  return servings.value_or(rec::ServingTotalsRecord());
}

PostedMilk DistributionTest::NextPosting() {
  ++last_position_;
  return {last_position_, 1'000'000 * last_position_};
}

}  // namespace milkway::consumption
