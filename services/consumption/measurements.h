// Heights and weights in the store.

#ifndef MILKWAY_SERVICES_CONSUMPTION_MEASUREMENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_MEASUREMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/growth/z_score.h"
#include "services/consumption/child.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/students.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

inline constexpr int32_t kMeasurementVersionsMax = 50;

// What was measured of a child; 0: not measured.
struct Measured {
  int32_t student_number = 0;
  int64_t height_mm = 0;
  int64_t weight_g = 0;
  bool has_oedema = false;

  bool IsNothing() const { return height_mm == 0 && weight_g == 0; }
};

// As the last version has it.
Measured StandingOf(int32_t student_number, const rec::MeasurementRecord& record);

// What a school measured on one day.
struct MeasuringDay {
  std::string school_id;
  LocalDate on;
  std::vector<Measured> measured;
};
// Records it, all or nothing, and returns how many were not there before.
//   INVALID_ARGUMENT     measured_on after `today`
//   NOT_FOUND            SCHOOL_UNKNOWN, STUDENT_UNKNOWN
//   FAILED_PRECONDITION  STUDENT_NOT_ENROLLED, CONSENT_MISSING
//   ALREADY_EXISTS       MEASUREMENT_RECORDED
absl::StatusOr<int32_t> RecordMeasurements(storage::Transaction& transaction,
                                           const MeasuringDay& day, const ChangedBy& by);

struct MeasurementCorrection {
  std::string school_id;
  LocalDate on;
  Measured measured;
  int32_t version = 0;  // that was seen
  std::string reason;
};
// Adds a version. NOT_FOUND (SCHOOL_UNKNOWN, MEASUREMENT_UNKNOWN); ABORTED
// (MEASUREMENT_CHANGED); FAILED_PRECONDITION (MEASUREMENT_CORRECTED_TOO_OFTEN; unless it
// says that nothing was measured, CONSENT_MISSING).
absl::StatusOr<rec::MeasurementRecord> CorrectMeasurement(storage::Transaction& transaction,
                                                          const MeasurementCorrection& correction,
                                                          const ChangedBy& by);

// Erases all that was measured of a child; returns on how many days that was. Reads all
// measurements of its school.
absl::StatusOr<int32_t> EraseMeasurements(storage::Transaction& transaction, const Child& child);

// Rows from `from` to `to`, both included.
storage::KeyRange MeasuredBetween(uint32_t school_number, LocalDate from, LocalDate to);

// Age in months of 30.4375 days on a day. Only the month of birth is known, so that it
// counts from the 15th, as WHO's software does where the day is missing.
double AgeMonths(int32_t birth_month, LocalDate on);

// The scores of what was measured of `student` on a day.
growth::ZScores ScoreOf(const growth::GrowthReference& reference, const rec::StudentRecord& student,
                        LocalDate on, const Measured& measured);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_MEASUREMENTS_H_
