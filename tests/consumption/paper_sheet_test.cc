// The sheet of paper: check digits and the page.

#include "services/consumption/paper_sheet.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/paper_page.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Month March() { return *ParseMonth("month", "2025-03"); }

// Of two days and children 1 to `rows`.
Sheet SheetOf(int rows) {
  Sheet sheet;
  sheet.name_zh = "长园小学";
  sheet.name_en = "Changyuan school";
  sheet.class_name = "3A";
  sheet.sheet_number = "0001-202503-0000-13";
  sheet.month = March();
  sheet.serving_g = 25;
  sheet.days = {March().first_day, LocalDate{March().first_day.days + 2}};
  for (int number = 1; number <= rows; ++number) {
    sheet.rows.push_back({number, false, {true, true}});
  }
  return sheet;
}

int PagesOf(const Sheet& sheet) {
  const std::string page = RenderSheet(sheet, PageLanguage::kChinese);
  int pages = 0;
  for (size_t at = page.find("<section>"); at != std::string::npos;
       at = page.find("<section>", at + 1)) {
    ++pages;
  }
  return pages;
}

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
  const std::string page = RenderSheet(SheetOf(12), PageLanguage::kChinese);

  EXPECT_THAT(page, AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("A4 landscape"),
                          HasSubstr("2025 年 03 月"), HasSubstr("喝奶登记表"),
                          HasSubstr("0001-202503-0000-13"), HasSubstr("<th>1<br>六</th>"),
                          HasSubstr("<th>3<br>一</th>"), HasSubstr("每人 25 克")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("<tr><th>7</th><th>", RowCheckDigit(March(), 7),
                                           "</th><td></td><td></td></tr>")));
  EXPECT_THAT(page, Not(HasSubstr("http")));
}

TEST(SheetPage, ShowsNamesAsTheyAreWhateverIsInThem) {
  Sheet sheet = SheetOf(1);
  sheet.name_zh = "<script>alert('1')</script> & \"园\"";
  sheet.class_name = "</title>'";

  const std::string page = RenderSheet(sheet, PageLanguage::kChinese);

  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
                              "&quot;园&quot;　&lt;/title&gt;&#39; 班"));
}

TEST(SheetPage, StrikesOutWhoMustNotDrinkAndClosesSingleDays) {
  Sheet sheet = SheetOf(2);
  sheet.rows[0].is_open = {false, false};
  sheet.rows[1].is_open = {true, false};

  const std::string page = RenderSheet(sheet, PageLanguage::kChinese);

  EXPECT_THAT(page, HasSubstr("<tr class=\"struck\"><th>1</th>"));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("<tr><th>2</th><th>", RowCheckDigit(March(), 2),
                                           "</th><td></td><td class=\"closed\"></td></tr>")));
  for (const char* reason : {"过敏", "乳糖", "禁奶"}) EXPECT_THAT(page, Not(HasSubstr(reason)));
}

TEST(SheetPage, HoldsSixtyChildrenAndGoesOnOverleaf) {
  EXPECT_EQ(PagesOf(SheetOf(0)), 1);
  EXPECT_EQ(PagesOf(SheetOf(32)), 1);
  EXPECT_EQ(PagesOf(SheetOf(60)), 1);
  EXPECT_EQ(PagesOf(SheetOf(61)), 2);
  EXPECT_EQ(PagesOf(SheetOf(kPaperRowsMax)), 5);
  const std::string page = RenderSheet(SheetOf(131), PageLanguage::kEnglish);
  for (int number = 1; number <= 131; ++number) {
    EXPECT_THAT(page, HasSubstr(absl::StrCat("<tr><th>", number, "</th>")));
  }
  EXPECT_THAT(page, HasSubstr("page 3 of 3"));
}

TEST(SheetNumber, NamesSchoolMonthAndClass) {
  const std::string number = SheetNumberOf(7, March(), "3A");

  EXPECT_THAT(number, ::testing::MatchesRegex("0007-202503-[0-9]{4}-1[0-9]"));
  EXPECT_NE(number, SheetNumberOf(8, March(), "3A"));
  EXPECT_NE(number, SheetNumberOf(7, *ParseMonth("month", "2025-04"), "3A"));
  EXPECT_NE(number, SheetNumberOf(7, March(), "3B"));
  EXPECT_THAT(CheckSheetNumber(number, number), IsOk());
  EXPECT_THAT(CheckSheetNumber(absl::StrReplaceAll(number, {{"-", " "}}), number), IsOk());
  EXPECT_THAT(CheckSheetNumber(SheetNumberOf(7, March(), "3B"), number).message(),
              HasSubstr("another sheet"));
  for (const char* wrong : {"", "7", "0007-202503-ABCD-12", "０００７"}) {
    EXPECT_THAT(CheckSheetNumber(wrong, number).message(), HasSubstr("mistyped"));
  }
}

TEST(SheetNumber, CatchesEveryWrongDigitAndEverySwapOfNeighbours) {
  const std::string number = absl::StrReplaceAll(SheetNumberOf(7, March(), "3A"), {{"-", ""}});
  for (size_t place = 0; place < number.size(); ++place) {
    std::string wrong = number;
    for (char digit = '0'; digit <= '9'; ++digit) {
      wrong[place] = digit;
      if (digit == number[place]) continue;
      EXPECT_THAT(CheckSheetNumber(wrong, number).message(), HasSubstr("mistyped"));
    }
    std::string swapped = number;
    if (place + 1 == number.size() || number[place] == number[place + 1]) continue;
    std::swap(swapped[place], swapped[place + 1]);
    EXPECT_THAT(CheckSheetNumber(swapped, number).message(), HasSubstr("mistyped"));
  }
}

}  // namespace
}  // namespace milkway::consumption
