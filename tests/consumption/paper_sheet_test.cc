// The sheet of paper: check digits and the page.

#include "services/consumption/paper_sheet.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::NamesField;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Month March() { return *ParseMonth("month", "2025-03"); }

TEST(CheckDigit, IsTheOneOfTheLiterature) {
  EXPECT_EQ(DammDigit("572"), 4);
  EXPECT_EQ(DammDigit("5724"), 0);
  EXPECT_EQ(DammDigit(""), 0);
}

TEST(CheckDigit, CatchesEveryWrongDigitAndEverySwapOfNeighbours) {
  for (int32_t number = 1; number < 3'000; ++number) {
    const std::string digits = absl::StrCat(March().digits(), absl::StrFormat("%06d", number));
    const int check = DammDigit(digits);
    for (size_t place = 0; place < digits.size(); ++place) {
      std::string wrong = digits;
      for (char digit = '0'; digit <= '9'; ++digit) {
        wrong[place] = digit;
        if (digit == digits[place]) continue;
        ASSERT_NE(DammDigit(wrong), check) << digits << " " << wrong;
      }
      std::string swapped = digits;
      if (place + 1 == digits.size() || digits[place] == digits[place + 1]) continue;
      std::swap(swapped[place], swapped[place + 1]);
      ASSERT_NE(DammDigit(swapped), check) << digits << " " << swapped;
    }
  }
}

TEST(CheckDigit, IsAnotherInTheNextMonth) {
  const Month april = *ParseMonth("month", "2025-04");
  for (int32_t number = 1; number < 100; ++number) {
    EXPECT_NE(RowCheckDigit(March(), number), RowCheckDigit(april, number));
  }
}

TEST(Month, HasItsDays) {
  EXPECT_EQ(FormatDate(March().last_day), "2025-03-31");
  EXPECT_EQ(FormatDate(ParseMonth("month", "2024-02")->last_day), "2024-02-29");
  EXPECT_THAT(ParseMonth("month", "2025-13"), NamesField("month"));
  EXPECT_THAT(ParseMonth("month", "2025-3"), NamesField("month"));
  EXPECT_THAT(ParseMonth("month", ""), NamesField("month"));
}

TEST(SheetPage, HasARowForEachChildAndAColumnForEachDay) {
  Sheet sheet{"changyuan", "长园小学 <一>", "3A", March(), {}, {{7, false}, {12, true}}};
  sheet.days = {March().first_day, LocalDate{March().first_day.days + 2}};

  const std::string page = RenderSheet(sheet);

  EXPECT_THAT(page, AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("A4 landscape"),
                          HasSubstr("长园小学 &lt;一&gt; 3A 班 2025-03"), HasSubstr("01六"),
                          HasSubstr("03一"), HasSubstr("12 禁奶")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("<th>7</th><th class=\"check\">",
                                           RowCheckDigit(March(), 7), "</th><td></td><td></td>")));
  EXPECT_THAT(page, Not(HasSubstr("http")));
}

}  // namespace
}  // namespace milkway::consumption
