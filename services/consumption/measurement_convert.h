// Between the messages of measurements and their records. INVALID_ARGUMENT names the
// field from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_CONVERT_H_

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/measurements.pb.h"
#include "services/consumption/growth_summary.h"
#include "services/consumption/measurements.h"

namespace milkway::consumption {

absl::StatusOr<MeasuringDay> ParseMeasuringDay(const v1::RecordMeasurementsRequest& message);
absl::StatusOr<MeasurementCorrection> ParseMeasurementCorrection(
    const v1::CorrectMeasurementRequest& message);

// The periods asked for, the second one after the first.
struct PeriodsAsked {
  DaysAsked first;
  DaysAsked second;
};
absl::StatusOr<PeriodsAsked> ParsePeriods(const v1::GetGrowthSummaryRequest& message);

// Without scores.
v1::RecordedMeasurement ToMessage(LocalDate on, int32_t student_number,
                                  const rec::MeasurementRecord& record);
void SetScores(const growth::ZScores& scores, v1::RecordedMeasurement* message);
v1::GetGrowthSummaryResponse ToMessage(const GrowthSummary& summary);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_CONVERT_H_
