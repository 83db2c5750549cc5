#include "services/consumption/mean_z.h"

#include <cmath>

namespace milkway::consumption {

namespace {

// The 97.5 % point of the normal distribution.
constexpr double kNormal975 = 1.959963984540054;
constexpr double kMilliPerHundredth = 10;

}  // namespace

double StudentT975(int64_t degrees) {
  // Cornish-Fisher expansion (Abramowitz and Stegun, 26.7.5).
  const double x = kNormal975;
  const double x2 = x * x;
  const double v = static_cast<double>(degrees);
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  const double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92'160;
  return x + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

void ZSum::Add(int64_t hundredths) {
  ++count_;
  sum_ += hundredths;
  sum_of_squares_ += static_cast<double>(hundredths * hundredths);
}

std::optional<MeanZ> ZSum::Mean() const {
  if (count_ < kGroupMin) return std::nullopt;
  const double n = static_cast<double>(count_);
  const double mean = static_cast<double>(sum_) / n;
  const double variance =
      std::fmax(0, (sum_of_squares_ - mean * static_cast<double>(sum_)) / (n - 1));
  const double error_milli = kMilliPerHundredth * std::sqrt(variance / n);
  const double mean_milli = kMilliPerHundredth * mean;
  const double reach_milli = StudentT975(count_ - 1) * error_milli;
  MeanZ result;
  result.children = count_;
  result.mean_milli = std::llround(mean_milli);
  result.standard_error_milli = static_cast<int64_t>(std::ceil(error_milli));
  result.low_milli = static_cast<int64_t>(std::floor(mean_milli - reach_milli));
  result.high_milli = static_cast<int64_t>(std::ceil(mean_milli + reach_milli));
  return result;
}

}  // namespace milkway::consumption
