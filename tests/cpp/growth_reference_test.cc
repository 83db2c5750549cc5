// Tables of the growth reference: what is read, and what is refused.

#include "clients/cpp/growth/growth_reference.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cpp/growth_tables.h"

namespace milkway::growth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHeader[] = "sex\tage\tl\tm\ts\n";

std::string Goods() { return TableText({1, 120, 0.05}, kAgeMaxMonths); }

std::string ErrorOf(const std::string& text, int last_month = kAgeMaxMonths) {
  const auto table = LmsTable::Parse("hfa.txt", text, last_month);
  return table.ok() ? "" : std::string(table.status().message());
}

std::string ErrorWith(const std::string& from, const std::string& to) {
  const std::string text = absl::StrReplaceAll(Goods(), {{from, to}});
  EXPECT_NE(text, Goods()) << from << " is not there";
  return ErrorOf(text);
}

TEST(GrowthReference, ParametersAreInterpolatedWithinTheMonth) {
  std::string text = kHeader;
  for (int sex = 1; sex <= 2; ++sex) {
    absl::StrAppend(&text, sex, "\t60\t1\t", 100 * sex, "\t0.04\n");
    absl::StrAppend(&text, sex, "\t61\t0.5\t", 100 * sex + 10, "\t0.08\n");
  }

  const auto table = LmsTable::Parse("t", text, 61);

  ASSERT_TRUE(table.ok()) << table.status();
  const std::optional<Lms> lms = table->At(Sex::kFemale, 60.25);
  ASSERT_TRUE(lms.has_value());
  EXPECT_DOUBLE_EQ(lms->l, 0.875);
  EXPECT_DOUBLE_EQ(lms->m, 202.5);
  EXPECT_DOUBLE_EQ(lms->s, 0.05);
  EXPECT_EQ(table->At(Sex::kMale, 60)->m, 100);
  EXPECT_EQ(table->At(Sex::kMale, 61)->m, 110);
  EXPECT_FALSE(table->At(Sex::kMale, 59.999).has_value());
  EXPECT_FALSE(table->At(Sex::kMale, 61.001).has_value());
}

TEST(GrowthReference, FilesOfWindowsAreReadToo) {
  EXPECT_EQ(ErrorOf(absl::StrReplaceAll(Goods(), {{"\n", "\r\n"}})), "");
  EXPECT_EQ(ErrorOf(absl::StrCat(Goods(), "\n\n")), "");
}

TEST(GrowthReference, WrongLinesAreNamed) {
  EXPECT_EQ(ErrorOf(""),
            "hfa.txt, line 1: must be the header sex, age, l, m, s, with tabs between");
  EXPECT_THAT(ErrorWith("\tage", ",age"), HasSubstr("hfa.txt, line 1: must be the header"));
  EXPECT_EQ(ErrorWith("1\t61\t1\t", "3\t61\t1\t"),
            "hfa.txt, line 3: sex must be a whole number from 1 to 2, is \"3\"");
  EXPECT_EQ(ErrorWith("1\t61\t1\t", "1\t61.5\t1\t"),
            "hfa.txt, line 3: age must be a whole number from 0 to 240, is \"61.5\"");
  EXPECT_EQ(ErrorWith("1\t61\t1\t", "1\t61\tx\t"),
            "hfa.txt, line 3: l must be a number between -5 and 5, is \"x\"");
  EXPECT_EQ(ErrorWith("1\t61\t1\t120\t", "1\t61\t1\t0\t"),
            "hfa.txt, line 3: m must be a number between 0 and 300, is \"0\"");
  EXPECT_EQ(ErrorWith("1\t61\t1\t120\t0.05", "1\t61\t1\t120\tnan"),
            "hfa.txt, line 3: s must be a number between 0 and 0.5, is \"nan\"");
  EXPECT_THAT(ErrorWith("1\t61\t1\t120\t0.05", "1\t61\t1\t120"),
              HasSubstr("hfa.txt, line 3: must have 5 columns"));
  EXPECT_THAT(ErrorWith("1\t61\t1\t120\t0.05", "1\t61\t4\t120\t0.4"),
              HasSubstr("hfa.txt, line 3: l and s leave no measurement"));
}

TEST(GrowthReference, EveryMonthMustBeThereOnce) {
  EXPECT_EQ(ErrorWith("2\t100\t", "2\t30\t"),
            "hfa.txt: sex 2, age 100 is missing; it must hold every month from 60 to 228");
  EXPECT_EQ(ErrorWith("1\t62\t", "1\t61\t"),
            "hfa.txt, line 4: sex 1, age 61 is there a second time");
  EXPECT_EQ(ErrorWith("1\t228\t", "1\t230\t"),
            "hfa.txt: sex 1, age 228 is missing; it must hold every month from 60 to 228");
}

TEST(GrowthReference, AMissingFileSaysWhereWhoPublishesIt) {
  const MadeUpTables tables;
  std::filesystem::remove(tables.folder() + "/bfawho2007.txt");

  const auto reference = GrowthReference::Load(tables.folder());

  EXPECT_EQ(reference.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(reference.status().message()),
      AllOf(HasSubstr("/bfawho2007.txt cannot be read"), HasSubstr("https://www.who.int/")));
}

TEST(GrowthReference, AFolderInPlaceOfAFileCannotBeRead) {
  const MadeUpTables tables;
  std::filesystem::remove(tables.folder() + "/bfawho2007.txt");
  std::filesystem::create_directory(tables.folder() + "/bfawho2007.txt");

  EXPECT_EQ(GrowthReference::Load(tables.folder()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(GrowthReference, AFileThatIsTooLargeIsNotRead) {
  const MadeUpTables tables;
  tables.Write("wfawho2007.txt", std::string(2 << 20, ' '));

  EXPECT_THAT(std::string(GrowthReference::Load(tables.folder()).status().message()),
              HasSubstr("wfawho2007.txt is larger"));
}

}  // namespace
}  // namespace milkway::growth
