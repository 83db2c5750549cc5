// Means of z-scores: worked out by hand, and silent for small groups.

#include "services/consumption/mean_z.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"

namespace milkway::consumption {
namespace {

ZSum SumOf(std::initializer_list<int64_t> scores) {
  ZSum sum;
  for (const int64_t score : scores) sum.Add(score);
  return sum;
}

TEST(MeanZ, OfFewerThanTenChildrenIsNotGiven) {
  EXPECT_FALSE(SumOf({}).Mean().has_value());
  EXPECT_FALSE(SumOf({1, 2, 3, 4, 5, 6, 7, 8, 9}).Mean().has_value());
  EXPECT_TRUE(SumOf({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).Mean().has_value());
}

// 10, 20 … 100 hundredths: mean 55, standard deviation 30.2765, error 30.2765 / sqrt(10) =
// 9.5743, t(9) = 2.2622: 55 -/+ 21.659 hundredths.
TEST(MeanZ, HasErrorAndIntervalOfStudentsT) {
  const auto mean = SumOf({10, 20, 30, 40, 50, 60, 70, 80, 90, 100}).Mean();

  ASSERT_TRUE(mean.has_value());
  EXPECT_EQ(mean->children, 10);
  EXPECT_EQ(mean->mean_milli, 550);
  EXPECT_EQ(mean->standard_error_milli, 96);
  EXPECT_EQ(mean->low_milli, 333);
  EXPECT_EQ(mean->high_milli, 767);
}

TEST(MeanZ, OfEqualScoresHasNoError) {
  const auto mean = SumOf({-7, -7, -7, -7, -7, -7, -7, -7, -7, -7}).Mean();

  ASSERT_TRUE(mean.has_value());
  EXPECT_EQ(mean->mean_milli, -70);
  EXPECT_EQ(mean->standard_error_milli, 0);
  EXPECT_EQ(mean->low_milli, -70);
  EXPECT_EQ(mean->high_milli, -70);
}

// From printed tables.
TEST(MeanZ, StudentsTIsThatOfTheTables) {
  EXPECT_NEAR(StudentT975(9), 2.2622, 0.0001);
  EXPECT_NEAR(StudentT975(14), 2.1448, 0.0001);
  EXPECT_NEAR(StudentT975(30), 2.0423, 0.0001);
  EXPECT_NEAR(StudentT975(120), 1.9799, 0.0001);
  EXPECT_NEAR(StudentT975(1'000'000), 1.9600, 0.0001);
}

TEST(MeanZ, TheIntervalHoldsTheTruthAboutNineteenTimesInTwenty) {
  constexpr unsigned kSeed = 19;
  std::mt19937 random(kSeed);
  std::normal_distribution<double> scores(-80, 110);
  int held = 0;
  for (int round = 0; round < 2'000; ++round) {
    ZSum sum;
    for (int child = 0; child < 12; ++child) sum.Add(std::lround(scores(random)));
    const auto mean = sum.Mean();
    if (mean->low_milli <= -800 && mean->high_milli >= -800) ++held;
  }
  EXPECT_GT(held, 1'860) << "seed " << kSeed;
  EXPECT_LT(held, 1'940) << "seed " << kSeed;
}

}  // namespace
}  // namespace milkway::consumption
