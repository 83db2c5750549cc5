#include "services/consumption/measurement_convert.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/each_child.h"
#include "services/consumption/student_set.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kMeasurementsMax = 1'000;
constexpr int64_t kHeightMinMm = 500;
constexpr int64_t kHeightMaxMm = 2'200;
constexpr int64_t kWeightMinG = 5'000;
constexpr int64_t kWeightMaxG = 150'000;
constexpr size_t kReasonBytesMax = 200;
constexpr int32_t kPeriodDaysMax = 92;

// 0, or within the limits.
absl::StatusOr<int64_t> ParseMeasure(absl::string_view field, int64_t number, int64_t min,
                                     int64_t max) {
  if (number == 0) return number;
  return ParseNumber(field, number, min, max);
}

absl::StatusOr<Measured> ParseMeasured(const v1::Measurement& message) {
  Measured measured;
  ASSIGN_OR_RETURN(const int64_t number,
                   ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  measured.student_number = static_cast<int32_t>(number);
  ASSIGN_OR_RETURN(measured.height_mm,
                   ParseMeasure("height_mm", message.height_mm(), kHeightMinMm, kHeightMaxMm));
  ASSIGN_OR_RETURN(measured.weight_g,
                   ParseMeasure("weight_g", message.weight_g(), kWeightMinG, kWeightMaxG));
  measured.has_oedema = message.oedema();
  return measured;
}

// What says nothing corrects a measurement, but is none.
absl::StatusOr<Measured> ParseNewlyMeasured(const v1::Measurement& message) {
  ASSIGN_OR_RETURN(const Measured measured, ParseMeasured(message));
  if (!measured.IsNothing()) return measured;
  return InvalidField("height_mm",
                      "must be given, or weight_g; leave out children who were not measured");
}

absl::StatusOr<DaysAsked> ParsePeriod(absl::string_view field, const v1::MeasuringPeriod& period) {
  const auto days = ParseDaysAsked(period.from_day(), period.to_day(), kPeriodDaysMax - 1);
  if (!days.ok()) return InField(field, days.status());
  return *days;
}

void SetMean(const std::optional<MeanZ>& mean, v1::MeanZ* message) {
  if (!mean.has_value()) return;
  message->set_children(mean->children);
  message->set_mean_milli(mean->mean_milli);
  message->set_standard_error_milli(mean->standard_error_milli);
  message->set_low_milli(mean->low_milli);
  message->set_high_milli(mean->high_milli);
}

void SetSummary(const IndicatorSummary& summary, v1::IndicatorSummary* message) {
  SetMean(summary.first, message->mutable_first());
  SetMean(summary.second, message->mutable_second());
  SetMean(summary.change, message->mutable_change());
}

}  // namespace

absl::StatusOr<MeasuringDay> ParseMeasuringDay(const v1::RecordMeasurementsRequest& message) {
  MeasuringDay day;
  day.school_id = message.school_id();
  ASSIGN_OR_RETURN(day.on, ParseDate("measured_on", message.measured_on()));
  ASSIGN_OR_RETURN(day.measured, ParseEachChild<Measured>("measurements", message.measurements(),
                                                          kMeasurementsMax, ParseNewlyMeasured));
  return day;
}

absl::StatusOr<MeasurementCorrection> ParseMeasurementCorrection(
    const v1::CorrectMeasurementRequest& message) {
  MeasurementCorrection correction;
  correction.school_id = message.school_id();
  ASSIGN_OR_RETURN(correction.on, ParseDate("measured_on", message.measured_on()));
  const auto measured = ParseMeasured(message.measurement());
  if (!measured.ok()) return InField("measurement", measured.status());
  correction.measured = *measured;
  ASSIGN_OR_RETURN(const int64_t version,
                   ParseNumber("version", message.version(), 1, kMeasurementVersionsMax));
  correction.version = static_cast<int32_t>(version);
  ASSIGN_OR_RETURN(correction.reason, ParseText("reason", message.reason(), 1, kReasonBytesMax));
  return correction;
}

absl::StatusOr<PeriodsAsked> ParsePeriods(const v1::GetGrowthSummaryRequest& message) {
  PeriodsAsked asked;
  ASSIGN_OR_RETURN(asked.first, ParsePeriod("first", message.first()));
  ASSIGN_OR_RETURN(asked.second, ParsePeriod("second", message.second()));
  if (asked.second.from <= asked.first.to) {
    return InvalidField("second.from_day", "must be after first.to_day");
  }
  return asked;
}

v1::RecordedMeasurement ToMessage(LocalDate on, int32_t student_number,
                                  const rec::MeasurementRecord& record) {
  const Measured standing = StandingOf(student_number, record);
  v1::RecordedMeasurement message;
  message.set_measured_on(FormatDate(on));
  message.set_version(record.versions_size());
  v1::Measurement& measurement = *message.mutable_measurement();
  measurement.set_student_number(student_number);
  measurement.set_height_mm(standing.height_mm);
  measurement.set_weight_g(standing.weight_g);
  measurement.set_oedema(standing.has_oedema);
  return message;
}

void SetScores(const growth::ZScores& scores, v1::RecordedMeasurement* message) {
  const auto set = [](const std::optional<growth::ZScore>& score, auto mutable_score) {
    if (!score.has_value()) return;
    v1::ZScore* to = mutable_score();
    to->set_hundredths(score->hundredths);
    to->set_implausible(score->is_implausible);
  };
  set(scores.height_for_age, [message] { return message->mutable_height_for_age(); });
  set(scores.weight_for_age, [message] { return message->mutable_weight_for_age(); });
  set(scores.bmi_for_age, [message] { return message->mutable_bmi_for_age(); });
}

v1::GetGrowthSummaryResponse ToMessage(const GrowthSummary& summary) {
  v1::GetGrowthSummaryResponse message;
  SetSummary(summary.height_for_age, message.mutable_height_for_age());
  SetSummary(summary.weight_for_age, message.mutable_weight_for_age());
  SetSummary(summary.bmi_for_age, message.mutable_bmi_for_age());
  return message;
}

}  // namespace milkway::consumption
