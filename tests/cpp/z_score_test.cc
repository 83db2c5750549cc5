// z-scores: the rules on tables that can be checked by hand, and WHO's own figures.

#include "clients/cpp/growth/z_score.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cpp/growth_tables.h"

namespace milkway::growth {
namespace {

Measurement Child(double age_months, std::optional<double> height_cm,
                  std::optional<double> weight_kg, Sex sex = Sex::kMale) {
  Measurement child;
  child.sex = sex;
  child.age_months = age_months;
  child.height_cm = height_cm;
  child.weight_kg = weight_kg;
  return child;
}

// "-1.13", with a "!" where it is not plausible; "" where it is not defined.
std::string Text(const std::optional<ZScore>& score) {
  if (!score.has_value()) return "";
  return FormatHundredths(score->hundredths) + (score->is_implausible ? "!" : "");
}

// "height weight BMI" for age.
std::string Text(const ZScores& scores) {
  return Text(scores.height_for_age) + " " + Text(scores.weight_for_age) + " " +
         Text(scores.bmi_for_age);
}

class ZScoreTest : public ::testing::Test {
 protected:
  std::string Score(const Measurement& child) { return Text(ScoreOf(reference_, child)); }

  const GrowthReference reference_ = MadeUpTables().Load();
};

// A standard deviation of height is 120 cm x 0.05 = 6 cm.
TEST_F(ZScoreTest, HeightGoesInEqualSteps) {
  EXPECT_EQ(Score(Child(60, 120, {})), "0.00  ");
  EXPECT_EQ(Score(Child(60, 126, {})), "1.00  ");
  EXPECT_EQ(Score(Child(228, 99, {})), "-3.50  ");
  EXPECT_EQ(Score(Child(228, 150, {})), "5.00  ");
}

// L = 0.5, M = 25, S = 0.1: z = (sqrt(y / 25) - 1) / 0.05. SD3 = 25 x 1.15^2 = 33.0625,
// SD2 = 25 x 1.1^2 = 30.25; SD-3 = 25 x 0.85^2 = 18.0625, SD-2 = 25 x 0.9^2 = 20.25.
TEST_F(ZScoreTest, WeightBeyondThreeDeviationsGoesOnInStepsOfTheThird) {
  EXPECT_EQ(Score(Child(100, {}, 30.25)), " 2.00 ");
  EXPECT_EQ(Score(Child(100, {}, 33.0625)), " 3.00 ");
  EXPECT_EQ(Score(Child(100, {}, 33.0625 + 2.8125)), " 4.00 ");
  EXPECT_EQ(Score(Child(100, {}, 18.0625)), " -3.00 ");
  EXPECT_EQ(Score(Child(100, {}, 18.0625 - 2.1875)), " -4.00 ");
  EXPECT_EQ(Score(Child(100, {}, 18.0625 - 1.09375)), " -3.50 ");
}

// L = -1, M = 16, S = 0.1: z = 10 x (1 - 16 / y). SD3 = 16 / 0.7, SD2 = 16 / 0.8 = 20.
TEST_F(ZScoreTest, BmiBeyondThreeDeviationsGoesOnInStepsOfTheThird) {
  EXPECT_EQ(Score(Child(150, 100, 16)), "-3.33  0.00");
  EXPECT_EQ(Score(Child(150, 100, 20)), "-3.33  2.00");
  EXPECT_EQ(Score(Child(150, 100, 2 * 16 / 0.7 - 20)), "-3.33  4.00");
}

TEST_F(ZScoreTest, ImpossibleValuesAreFlaggedByTheRoundedScore) {
  EXPECT_EQ(Score(Child(130, 156.02, {})), "6.00  ");
  EXPECT_EQ(Score(Child(130, 156.06, {})), "6.01!  ");
  EXPECT_EQ(Score(Child(130, 83.98, {})), "-6.00  ");
  EXPECT_EQ(Score(Child(130, 83.94, {})), "-6.01!  ");
  EXPECT_EQ(Score(Child(70, {}, 33.0625 + 2 * 2.8125)), " 5.00 ");
  EXPECT_EQ(Score(Child(70, {}, 33.0625 + 2.01 * 2.8125)), " 5.01! ");
  EXPECT_EQ(Score(Child(70, {}, 18.0625 - 3 * 2.1875)), " -6.00 ");
  EXPECT_EQ(Score(Child(70, {}, 18.0625 - 3.01 * 2.1875)), " -6.01! ");
}

TEST_F(ZScoreTest, EachIndicatorHasItsAges) {
  EXPECT_EQ(Score(Child(59.99, 120, 25)), "  ");
  EXPECT_EQ(Score(Child(60, 120, 23.04)), "0.00 -0.80 0.00");
  EXPECT_EQ(Score(Child(120, 120, 23.04)), "0.00 -0.80 0.00");
  EXPECT_EQ(Score(Child(120.01, 120, 23.04)), "0.00  0.00");
  EXPECT_EQ(Score(Child(228, 120, 23.04)), "0.00  0.00");
  EXPECT_EQ(Score(Child(228.01, 120, 23.04)), "  ");
}

TEST_F(ZScoreTest, WithOedemaWeightSaysNothing) {
  Measurement child = Child(100, 120, 30);
  child.has_oedema = true;

  EXPECT_EQ(Score(child), "0.00  ");
}

TEST_F(ZScoreTest, WhatWasNotMeasuredHasNoScore) {
  EXPECT_EQ(Score(Child(100, {}, {})), "  ");
  EXPECT_EQ(Score(Child(100, {}, 25)), " 0.00 ");
}

TEST(FormatHundredths, KeepsTheSignBelowOne) {
  EXPECT_EQ(FormatHundredths(0), "0.00");
  EXPECT_EQ(FormatHundredths(-5), "-0.05");
  EXPECT_EQ(FormatHundredths(1234), "12.34");
}

class WhoZScoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!reference_.has_value()) GTEST_SKIP() << kNoWhoTables;
  }
  std::string Score(const Measurement& child) { return Text(ScoreOf(*reference_, child)); }

  const std::optional<GrowthReference> reference_ = WhoReference();
};

// Figures of WHO's R package anthroplus.
TEST_F(WhoZScoreTest, EqualsWhosOwnSoftware) {
  EXPECT_EQ(Score(Child(60.32, 113.8, 18.7, Sex::kFemale)), "0.96 0.21 -0.58");
  EXPECT_EQ(Score(Child(60.911701, 113.6, 20.5, Sex::kFemale)), "0.85 0.79 0.42");
  EXPECT_EQ(Score(Child(166.59, 153.7, 50.7, Sex::kMale)), "-1.13  0.94");
  EXPECT_EQ(Score(Child(184.09, 181.7, 84.6, Sex::kMale)), "1.43  1.66");
  EXPECT_EQ(Score(Child(172.42, 166.6, 76.7, Sex::kMale)), "0.14  2.23");
  EXPECT_EQ(Score(Child(133.88, 144.3, 46.5, Sex::kFemale)), "-0.25  1.65");
}

// A boy of 61 months, by hand from the rows of that month: height M 110.2647, S 0.04164;
// weight L -0.2026, M 18.5057, S 0.12988; BMI L -0.7387, M 15.2641, S 0.0839.
TEST_F(WhoZScoreTest, EqualsTheFormulaWorkedOutByHand) {
  // (100 / 110.2647 - 1) / 0.04164 = -2.2356
  EXPECT_EQ(Score(Child(61, 100, {})), "-2.24  ");
  // SD2 = 24.1654, SD3 = 27.7701: 3 + (34 - SD3) / (SD3 - SD2) = 4.7283
  EXPECT_EQ(Score(Child(61, {}, 34)), " 4.73 ");
  // BMI 22: SD2 = 18.2589, SD3 = 20.1656: 3 + (22 - SD3) / (SD3 - SD2) = 3.9620
  EXPECT_EQ(Score(Child(61, 100, 22)), "-2.24 1.31 3.96");
  // BMI 11: SD-2 = 13.0308, SD-3 = 12.1176: -3 + (11 - SD-3) / (SD-2 - SD-3) = -4.2237
  EXPECT_EQ(Score(Child(61, 100, 11)), "-2.24 -4.04 -4.22");
}

TEST_F(WhoZScoreTest, TheMedianIsZeroAtEveryAge) {
  for (const Sex sex : {Sex::kMale, Sex::kFemale}) {
    for (double age = kAgeMinMonths; age <= kAgeMaxMonths; age += 0.25) {
      const Lms height = *reference_->height_for_age().At(sex, age);
      const Lms bmi = *reference_->bmi_for_age().At(sex, age);
      const double weight_kg = bmi.m * (height.m / 100) * (height.m / 100);
      const ZScores scores = ScoreOf(*reference_, Child(age, height.m, weight_kg, sex));
      EXPECT_EQ(Text(scores.height_for_age), "0.00") << age;
      EXPECT_EQ(Text(scores.bmi_for_age), "0.00") << age;
      if (const auto weight = reference_->weight_for_age().At(sex, age)) {
        EXPECT_EQ(Text(ScoreOf(*reference_, Child(age, {}, weight->m, sex))), " 0.00 ") << age;
      }
    }
  }
}

TEST_F(WhoZScoreTest, MoreHeightAndWeightNeverScoreLess) {
  constexpr unsigned kSeed = 20'071;
  std::mt19937 random(kSeed);
  std::uniform_real_distribution<double> ages(kAgeMinMonths, kAgeMaxMonths);
  for (int round = 0; round < 500; ++round) {
    const double age = ages(random);
    const Sex sex = round % 2 == 0 ? Sex::kMale : Sex::kFemale;
    int64_t last_height = -100'000, last_weight = -100'000, last_bmi = -100'000;
    for (double step = 0; step < 100; ++step) {
      const ZScores taller = ScoreOf(*reference_, Child(age, 70 + step * 1.5, {}, sex));
      const ZScores heavier = ScoreOf(*reference_, Child(age, 130, 8 + step * 0.8, sex));
      ASSERT_GE(taller.height_for_age->hundredths, last_height) << "seed " << kSeed;
      ASSERT_GE(heavier.bmi_for_age->hundredths, last_bmi) << "seed " << kSeed;
      last_height = taller.height_for_age->hundredths;
      last_bmi = heavier.bmi_for_age->hundredths;
      if (!heavier.weight_for_age.has_value()) continue;
      ASSERT_GE(heavier.weight_for_age->hundredths, last_weight) << "seed " << kSeed;
      last_weight = heavier.weight_for_age->hundredths;
    }
  }
}

}  // namespace
}  // namespace milkway::growth
