#include "services/consumption/growth_summary.h"

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "clients/cpp/growth/z_score.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/measurements.h"
#include "services/consumption/schools.h"

namespace milkway::consumption {

namespace {

// Hundredths of a z-score by student.
using Scores = absl::flat_hash_map<uint32_t, int64_t>;

struct PeriodScores {
  Scores height_for_age;
  Scores weight_for_age;
  Scores bmi_for_age;
};

void Keep(const std::optional<growth::ZScore>& score, uint32_t student, Scores* scores) {
  if (score.has_value() && !score->is_implausible) (*scores)[student] = score->hundredths;
}

// Reads scores of one school; students are read once for both periods.
class PeriodReader {
 public:
  PeriodReader(const storage::Reader& reader, const growth::GrowthReference& reference,
               const std::string& school_id, uint32_t school_number)
      : reader_(reader),
        reference_(reference),
        school_id_(school_id),
        school_number_(school_number) {}

  absl::StatusOr<PeriodScores> Read(const DaysAsked& period) {
    PeriodScores scores;
    absl::Status status;
    int64_t rows = 0;
    RETURN_IF_ERROR(MeasurementTable::Scan(
        reader_, MeasuredBetween(school_number_, period.from, period.to),
        [&](const MeasurementKey::Key& key, const rec::MeasurementRecord& record) {
          if (++rows > kPeriodMeasurementsMax) {
            status = MeasuringPeriodTooLarge(kPeriodMeasurementsMax);
          } else {
            status = Take(key, record, &scores);
          }
          return status.ok();
        }));
    RETURN_IF_ERROR(status);
    return scores;
  }

 private:
  // Rows come in order of days, so that the last one stays.
  absl::Status Take(const MeasurementKey::Key& key, const rec::MeasurementRecord& record,
                    PeriodScores* scores) {
    const uint32_t number = std::get<2>(key);
    const Measured measured = StandingOf(static_cast<int32_t>(number), record);
    if (measured.IsNothing()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const rec::StudentRecord* student, FindStudent(number));
    const LocalDate on{static_cast<int32_t>(std::get<1>(key))};
    const growth::ZScores z_scores = ScoreOf(reference_, *student, on, measured);
    Keep(z_scores.height_for_age, number, &scores->height_for_age);
    Keep(z_scores.weight_for_age, number, &scores->weight_for_age);
    Keep(z_scores.bmi_for_age, number, &scores->bmi_for_age);
    return absl::OkStatus();
  }

  absl::StatusOr<const rec::StudentRecord*> FindStudent(uint32_t number) {
    const auto known = students_.find(number);
    if (known != students_.end()) return &known->second;
    ASSIGN_OR_RETURN(rec::StudentRecord student, ReadStudent(reader_, school_id_, school_number_,
                                                             static_cast<int32_t>(number)));
    return &students_.emplace(number, std::move(student)).first->second;
  }

  const storage::Reader& reader_;
  const growth::GrowthReference& reference_;
  const std::string& school_id_;
  const uint32_t school_number_;
  absl::flat_hash_map<uint32_t, rec::StudentRecord> students_;
};

std::optional<MeanZ> MeanOf(const Scores& scores) {
  ZSum sum;
  for (const auto& [student, hundredths] : scores) sum.Add(hundredths);
  return sum.Mean();
}

IndicatorSummary Compare(const Scores& first, const Scores& second) {
  ZSum change;
  for (const auto& [student, hundredths] : second) {
    const auto before = first.find(student);
    if (before != first.end()) change.Add(hundredths - before->second);
  }
  return {MeanOf(first), MeanOf(second), change.Mean()};
}

}  // namespace

absl::StatusOr<GrowthSummary> SummarizeGrowth(const storage::Reader& reader,
                                              const growth::GrowthReference& reference,
                                              const std::string& school_id, const DaysAsked& first,
                                              const DaysAsked& second) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, school_id));
  PeriodReader periods(reader, reference, school_id, school.number());
  ASSIGN_OR_RETURN(const PeriodScores before, periods.Read(first));
  ASSIGN_OR_RETURN(const PeriodScores after, periods.Read(second));
  GrowthSummary summary;
  summary.height_for_age = Compare(before.height_for_age, after.height_for_age);
  summary.weight_for_age = Compare(before.weight_for_age, after.weight_for_age);
  summary.bmi_for_age = Compare(before.bmi_for_age, after.bmi_for_age);
  return summary;
}

}  // namespace milkway::consumption
