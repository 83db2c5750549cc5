// What children need a day: what is built in, what a file may say, and birthdays.

#include "services/consumption/daily_needs.h"

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kTop[] =
    "# Source: a test\n"
    "from_years,to_years,sex,energy_kj,protein_g,fat_g,carbohydrate_g,calcium_mg,sodium_mg\n";

absl::StatusOr<DailyNeeds> ParseRows(const std::string& rows) {
  return DailyNeeds::Parse(absl::StrCat(kTop, rows));
}

std::string RefusalOf(const std::string& rows) {
  const auto needs = ParseRows(rows);
  EXPECT_THAT(needs, StatusIs(absl::StatusCode::kInvalidArgument)) << rows;
  return std::string(needs.status().message());
}

LocalDate Day(const std::string& text) {
  const auto day = ParseDate("day", text);
  EXPECT_THAT(day, IsOk());
  return day.value_or(LocalDate());
}

// The age of a child born in 2015-06.
int32_t AgeOn(const std::string& day) { return CompletedYears(545, LastFifteenth(Day(day))); }

TEST(DailyNeeds, TheBuiltInOnesAreThoseOfTheStandard) {
  const auto needs = DailyNeeds::Parse(kDailyNeedsBuiltIn);

  ASSERT_THAT(needs, IsOk());
  EXPECT_THAT(needs->source(), HasSubstr("WS/T 554-2017"));
  ASSERT_THAT(needs->bands(), SizeIs(6));
  struct Expected {
    int32_t years;
    uint32_t sex;
    int64_t protein_g;
    int64_t calcium_mg;
  };
  for (const Expected& expected : std::initializer_list<Expected>{
           {6, v1::SEX_MALE, 40, 750},
           {8, v1::SEX_FEMALE, 40, 750},
           {9, v1::SEX_FEMALE, 50, 850},
           {11, v1::SEX_MALE, 50, 850},
           {12, v1::SEX_MALE, 65, 950},
           {14, v1::SEX_FEMALE, 60, 950},
           {15, v1::SEX_MALE, 75, 800},
           {17, v1::SEX_FEMALE, 60, 800},
       }) {
    const size_t band = needs->BandOf(expected.sex, expected.years);
    ASSERT_LT(band, needs->bands().size()) << expected.years;
    const Amounts& need = needs->bands()[band].need;
    EXPECT_EQ(need[Nutrient::kProtein], expected.protein_g * 1000) << expected.years;
    EXPECT_EQ(need[Nutrient::kCalcium], expected.calcium_mg) << expected.years;
    EXPECT_EQ(need[Nutrient::kEnergy], 0);
  }
  EXPECT_EQ(needs->BandOf(v1::SEX_MALE, 5), needs->bands().size());
  EXPECT_EQ(needs->BandOf(v1::SEX_MALE, 18), needs->bands().size());
}

TEST(DailyNeeds, EveryNutrientCanBeNeeded) {
  const auto needs =
      ParseRows("# of nobody in particular\r\n\n 6, 8, f, 6480,40,50,200,750,1200 \n");

  ASSERT_THAT(needs, IsOk());
  EXPECT_EQ(needs->source(), "a test");
  const NeedBand& band = needs->bands().front();
  EXPECT_EQ(band.sex, static_cast<uint32_t>(v1::SEX_FEMALE));
  EXPECT_EQ(band.need[Nutrient::kEnergy], 6'480);
  EXPECT_EQ(band.need[Nutrient::kFat], 50'000);
  EXPECT_EQ(band.need[Nutrient::kCarbohydrate], 200'000);
  EXPECT_EQ(band.need[Nutrient::kSodium], 1'200);
}

TEST(DailyNeeds, AWrongRowIsNamedByItsLine) {
  EXPECT_THAT(RefusalOf("6,8,,,40,,,750\n"), AllOf(HasSubstr("line 3"), HasSubstr("8 cells")));
  EXPECT_THAT(RefusalOf("9,8,,,40,,,750,\n"), HasSubstr("to_years must be a whole number from 9"));
  EXPECT_THAT(RefusalOf("6,8,b,,40,,,750,\n"), HasSubstr("sex must be m, f or blank"));
  EXPECT_THAT(RefusalOf("6,8,,,40.5,,,750,\n"), HasSubstr("protein_g must be a whole number"));
  EXPECT_THAT(RefusalOf("6,8,,,0,,,750,\n"), HasSubstr("not \"0\""));
  EXPECT_THAT(RefusalOf("6,8,,,-1,,,750,\n"), HasSubstr("protein_g"));
  EXPECT_THAT(RefusalOf("6,8,,,1000001,,,750,\n"), HasSubstr("1000000"));
  EXPECT_THAT(RefusalOf("6,8,,,,,,,\n"), HasSubstr("states no need"));
  EXPECT_THAT(RefusalOf("6,8,,,40,,,,\n8,11,m,,50,,,,\n"),
              AllOf(HasSubstr("line 4"), HasSubstr("children of an earlier line")));
  EXPECT_THAT(RefusalOf("# Source: another\n"), HasSubstr("second source"));
  EXPECT_THAT(RefusalOf(""), HasSubstr("no row"));
}

TEST(DailyNeeds, BoysAndGirlsOfAnAgeDoNotOverlap) {
  EXPECT_THAT(ParseRows("6,8,m,,40,,,,\n6,8,f,,40,,,,\n"), IsOk());
}

TEST(DailyNeeds, SourceAndHeaderMustBeThere) {
  EXPECT_THAT(DailyNeeds::Parse("age,protein\n"), StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string without_source = std::string(kTop).substr(std::string(kTop).find('\n') + 1);
  EXPECT_THAT(std::string(DailyNeeds::Parse(without_source + "6,8,,,40,,,,\n").status().message()),
              HasSubstr("no line names the source"));
}

TEST(DailyNeeds, AFileTakesThePlaceOfWhatIsBuiltIn) {
  const testing::TempFolder folder;
  const std::string path = folder / "needs.csv";
  std::ofstream(path) << kTop << "3,5,,,30,,,600,\n";

  const auto needs = DailyNeeds::Load(path);

  ASSERT_THAT(needs, IsOk());
  EXPECT_EQ(needs->BandOf(v1::SEX_FEMALE, 4), 0U);
  EXPECT_THAT(DailyNeeds::Load(path + ".gone"), StatusIs(absl::StatusCode::kNotFound));
  std::ofstream(path) << kTop << "3,5\n";
  EXPECT_THAT(std::string(DailyNeeds::Load(path).status().message()),
              AllOf(HasSubstr(path), HasSubstr("line 3")));
}

TEST(DailyNeeds, ABirthdayIsThe15thOfTheMonthOfBirth) {
  EXPECT_EQ(AgeOn("2024-06-14"), 8);
  EXPECT_EQ(AgeOn("2024-06-15"), 9);
  EXPECT_EQ(AgeOn("2025-05-31"), 9);
  EXPECT_EQ(AgeOn("2025-06-14"), 9);
  EXPECT_EQ(AgeOn("2025-06-15"), 10);
  EXPECT_EQ(AgeOn("2015-06-15"), 0);
  EXPECT_LT(AgeOn("2015-06-14"), 0) << "not born yet";
  EXPECT_EQ(CompletedYears(-12, LastFifteenth(Day("1969-01-15"))), 0);
}

}  // namespace
}  // namespace milkway::consumption
