// z-scores by the WHO 2007 growth reference, equal to WHO's own software (AnthroPlus,
// R package anthroplus) in both decimals. Pure.
//
// z = ((y / M)^L − 1) / (L · S). Beyond ±3 the weight-based indicators go on in steps
// of the distance between 2 and 3 standard deviations of that age and sex, because the
// tails of a skewed distribution are not known: z = 3 + (y − SD3) / (SD3 − SD2), and
// likewise below (WHO Child Growth Standards, Methods and development, chapter 7).

#ifndef MILKWAY_CLIENTS_CPP_GROWTH_Z_SCORE_H_
#define MILKWAY_CLIENTS_CPP_GROWTH_Z_SCORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "clients/cpp/growth/growth_reference.h"

namespace milkway::growth {

// One child on one day.
struct Measurement {
  Sex sex = Sex::kMale;
  double age_months = 0;
  std::optional<double> height_cm;
  std::optional<double> weight_kg;
  bool has_oedema = false;  // then weight says nothing
};

struct ZScore {
  int64_t hundredths = 0;  // rounded as R rounds: to the nearer of both, else to even
  // Beyond what WHO takes for possible: likely a wrong figure, by the rounded value.
  bool is_implausible = false;
  friend bool operator==(const ZScore&, const ZScore&) = default;
};

// Each is absent where it is not defined: age outside of the reference, no measurement,
// oedema (but for height).
struct ZScores {
  std::optional<ZScore> height_for_age;  // implausible: |z| > 6
  std::optional<ZScore> weight_for_age;  // implausible: z < -6 or z > 5
  std::optional<ZScore> bmi_for_age;     // implausible: |z| > 5
};

ZScores ScoreOf(const GrowthReference& reference, const Measurement& measurement);

// "-1.13".
std::string FormatHundredths(int64_t hundredths);

}  // namespace milkway::growth

#endif  // MILKWAY_CLIENTS_CPP_GROWTH_Z_SCORE_H_
