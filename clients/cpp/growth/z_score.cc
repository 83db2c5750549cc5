#include "clients/cpp/growth/z_score.h"

#include <cmath>
#include <cstdlib>

#include "absl/strings/str_format.h"

namespace milkway::growth {

namespace {

// Larger ones come from measurements that are none.
constexpr double kScoreMax = 1e9;

// The operations and their order are those of WHO's software, so that the last bit is
// the same too.
double PlainScore(const Lms& lms, double measured) {
  if (lms.l == 0) return std::log(measured / lms.m) / lms.s;
  return (std::pow(measured / lms.m, lms.l) - 1) / (lms.s * lms.l);
}

// The measurement at `deviations` standard deviations.
double MeasurementAt(const Lms& lms, double deviations) {
  if (lms.l == 0) return lms.m * std::exp(lms.s * deviations);
  return lms.m * std::pow(1 + lms.l * lms.s * deviations, 1 / lms.l);
}

double RestrictedScore(const Lms& lms, double measured) {
  const double score = PlainScore(lms, measured);
  if (score > 3) {
    const double at_3 = MeasurementAt(lms, 3);
    return 3 + (measured - at_3) / (at_3 - MeasurementAt(lms, 2));
  }
  if (score < -3) {
    const double at_3 = MeasurementAt(lms, -3);
    return -3 + (measured - at_3) / (MeasurementAt(lms, -2) - at_3);
  }
  return score;
}

// R's round(x, 2) since 4.0: the nearer of the two doubles with two decimals around x.
int64_t RoundToHundredths(double score) {
  const double size = std::abs(score);
  const double below = std::floor(size * 100);
  const double above = std::ceil(size * 100);
  const double to_below = size - below / 100;
  const double to_above = above / 100 - size;
  const bool is_even = std::fmod(below, 2) == 0;
  const double rounded = to_below < to_above || (is_even && to_below == to_above) ? below : above;
  return static_cast<int64_t>(score < 0 ? -rounded : rounded);
}

struct PlausibleRange {
  int64_t min_hundredths;
  int64_t max_hundredths;
};
constexpr PlausibleRange kHeightRange{-600, 600};
constexpr PlausibleRange kWeightRange{-600, 500};
constexpr PlausibleRange kBmiRange{-500, 500};

std::optional<ZScore> ZScoreOf(double score, const PlausibleRange& range) {
  if (!(std::abs(score) < kScoreMax)) return std::nullopt;
  const int64_t hundredths = RoundToHundredths(score);
  return ZScore{hundredths, hundredths < range.min_hundredths || hundredths > range.max_hundredths};
}

double BmiOf(double height_cm, double weight_kg) {
  const double height_m = height_cm / 100;
  return weight_kg / (height_m * height_m);
}

}  // namespace

ZScores ScoreOf(const GrowthReference& reference, const Measurement& measurement) {
  ZScores scores;
  const auto& height_cm = measurement.height_cm;
  const auto& weight_kg = measurement.weight_kg;
  const auto lms_of = [&measurement](const LmsTable& table) {
    return table.At(measurement.sex, measurement.age_months);
  };
  if (const auto lms = lms_of(reference.height_for_age()); lms && height_cm) {
    scores.height_for_age = ZScoreOf(PlainScore(*lms, *height_cm), kHeightRange);
  }
  if (measurement.has_oedema || !weight_kg) return scores;
  if (const auto lms = lms_of(reference.weight_for_age())) {
    scores.weight_for_age = ZScoreOf(RestrictedScore(*lms, *weight_kg), kWeightRange);
  }
  if (const auto lms = lms_of(reference.bmi_for_age()); lms && height_cm) {
    scores.bmi_for_age = ZScoreOf(RestrictedScore(*lms, BmiOf(*height_cm, *weight_kg)), kBmiRange);
  }
  return scores;
}

std::string FormatHundredths(int64_t hundredths) {
  return absl::StrFormat("%s%d.%02d", hundredths < 0 ? "-" : "", std::abs(hundredths) / 100,
                         std::abs(hundredths) % 100);
}

}  // namespace milkway::growth
