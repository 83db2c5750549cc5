// The mean of z-scores of a group, with what is known of its chance error. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_MEAN_Z_H_
#define MILKWAY_SERVICES_CONSUMPTION_MEAN_Z_H_

#include <cstdint>
#include <optional>

namespace milkway::consumption {

// A group below this size is never described: its mean would tell of single children.
inline constexpr int64_t kGroupMin = 10;

// In thousandths of a z-score.
struct MeanZ {
  int64_t children = 0;
  int64_t mean_milli = 0;            // nearest
  int64_t standard_error_milli = 0;  // sample standard deviation / sqrt(n), rounded up
  // Mean -/+ Student's t (n - 1 degrees of freedom, 95 %) times the error, rounded outward.
  int64_t low_milli = 0;
  int64_t high_milli = 0;
};

// Adds up scores; exact until the mean is asked for.
class ZSum {
 public:
  // A score, or a difference of two, of at most 1,000,000 hundredths either way.
  void Add(int64_t hundredths);

  // nullopt for fewer than kGroupMin.
  std::optional<MeanZ> Mean() const;

 private:
  int64_t count_ = 0;
  int64_t sum_ = 0;
  double sum_of_squares_ = 0;  // whole, and exact below 2^53
};

// The 97.5 % point of Student's t for `degrees` >= 9 degrees of freedom, to 4 decimals.
double StudentT975(int64_t degrees);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_MEAN_Z_H_
