// A store with schools and records, for tests of the use cases: the test is the ledger.

#ifndef MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_FIXTURE_H_
#define MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_FIXTURE_H_

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/corrections.h"
#include "services/consumption/recording.h"
#include "services/consumption/schools.h"
#include "services/consumption/servings.h"
#include "services/consumption/students.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::consumption {

inline constexpr char kSchool[] = "school";
inline constexpr char kOtherSchool[] = "other-school";
inline constexpr char kChina[] = "Asia/Shanghai";

inline constexpr LotId kLot{1};
inline constexpr LotId kOtherLot{2};

// 2025-06-`day`.
LocalDate June(int day);
LocalDate DayOf(absl::string_view text);
// `first` to `last`, both included.
StudentSet Students(int32_t first, int32_t last);

// A student as enrolled on `enrolled_on`.
Enrolment NewChild(int32_t number, LocalDate enrolled_on = DayOf("2025-03-01"));
// Who was served at least once.
StudentSet StudentsOf(const rec::ServingTotalsRecord& servings);

class ConsumptionTest : public ::testing::Test {
 protected:
  uint32_t Register(const std::string& school_id, const std::string& time_zone = kChina);
  absl::StatusOr<int32_t> Enrol(const std::string& school_id,
                                const std::vector<Enrolment>& enrolments);
  // On 2025-06-`today`.
  absl::StatusOr<rec::StudentRecord> Update(const StudentChange& change, int today = 1,
                                            const std::string& school_id = kSchool);
  rec::StudentRecord Student(int32_t number, uint32_t school_number = 1);

  testing::MemoryStore store_;
  SchoolCache schools_;
};

// Two schools in China; the children 1 to 200 of each are there since 2025-03-01.
class DistributionTest : public ConsumptionTest {
 protected:
  DistributionTest();

  // Class 3A of the school on 2025-06-02.
  static Recording Lunch(std::vector<DistributionLine> lines, LocalDate served_on = June(2),
                         const std::string& class_name = "3A");

  // The first step of a record, and each of its ends.
  absl::StatusOr<rec::PendingRecord> Reserve(const Recording& recording);
  absl::StatusOr<Recorded> Store(const rec::PendingRecord& pending);
  absl::Status Release(const rec::PendingRecord& pending);
  // The whole: the ledger takes it, at the next position.
  absl::StatusOr<Recorded> Record(const Recording& recording);
  // The same; gives its number.
  int64_t RecordedId(const Recording& recording);

  static Correction CorrectionOf(int64_t distribution_id, std::vector<DistributionLine> lines);
  absl::StatusOr<rec::PendingCorrectionRecord> ReserveChange(const Correction& correction);
  absl::StatusOr<int32_t> StoreChange(const rec::PendingCorrectionRecord& pending);
  absl::Status ReleaseChange(const rec::PendingCorrectionRecord& pending);
  absl::StatusOr<int32_t> Correct(const Correction& correction);

  rec::DistributionRecord Distribution(int64_t distribution_id);
  // Of class 3A.
  rec::SessionRecord Session(LocalDate served_on = June(2));
  StudentSet ServedOn(LocalDate day);
  rec::ServingTotalsRecord Servings(LotId lot, uint32_t school_number = 1);

 private:
  PostedMilk NextPosting();

  int64_t last_position_ = 0;
};

// Servings and grams.
MATCHER_P2(Sums, servings, served_g, "") {
  *result_listener << arg.servings() << " servings, " << arg.served_g() << " g";
  return arg.servings() == servings && arg.served_g() == served_g;
}

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_FIXTURE_H_
