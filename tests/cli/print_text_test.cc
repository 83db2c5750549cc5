// What printed pages are made of: texts in two languages, numbers, and HTML.

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/print/figures.h"
#include "clients/cli/print/html.h"
#include "clients/cli/print/programme_year.h"
#include "clients/cli/print/style.h"
#include "clients/cli/print/texts.h"
#include "clients/cli/print/year_chart.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/page_reader.h"

namespace milkway::print {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int64_t kDayUs = 86'400'000'000;
// 2025-07-16 03:20:05 UTC.
constexpr int64_t kSomeTimeUs = 1'752'636'005'000'000;
constexpr int64_t kYear2025Us = 1'735'689'600'000'000;

common::v1::Money Money(const std::string& currency, int64_t minor_units) {
  common::v1::Money money;
  money.set_currency_code(currency);
  money.set_minor_units(minor_units);
  return money;
}

// "$0", "$1", … of a text.
std::set<std::string> PlaceholdersOf(absl::string_view text) {
  std::set<std::string> placeholders;
  for (size_t at = text.find('$'); at != absl::string_view::npos; at = text.find('$', at + 1)) {
    placeholders.insert(std::string(text.substr(at, 2)));
  }
  return placeholders;
}

bool HasChinese(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) >= 0xE3; });
}

TEST(PrintTexts, EveryTextIsThereInBothLanguages) {
  size_t index = 0;
  for (const TextRow& row : AllTexts()) {
    EXPECT_EQ(static_cast<size_t>(row.text), index) << row.english;
    EXPECT_FALSE(row.english.empty()) << index;
    EXPECT_FALSE(row.chinese.empty()) << row.english;
    EXPECT_EQ(PlaceholdersOf(row.english), PlaceholdersOf(row.chinese)) << row.english;
    ++index;
  }
  EXPECT_EQ(index, static_cast<size_t>(Text::kCount));
}

TEST(PrintTexts, EnglishIsEnglishAndChineseIsChinese) {
  const std::set<Text> with_neither = {Text::kLanguageTag, Text::kMonths};
  for (const TextRow& row : AllTexts()) {
    EXPECT_FALSE(HasChinese(row.english)) << row.english;
    EXPECT_NE(HasChinese(row.chinese), with_neither.count(row.text) > 0) << row.chinese;
  }
}

TEST(PrintTexts, NoTextHasMarkup) {
  for (const TextRow& row : AllTexts()) {
    for (const absl::string_view text : {row.english, row.chinese}) {
      EXPECT_EQ(text.find_first_of("<>&\"'"), absl::string_view::npos) << text;
    }
  }
}

TEST(PrintTexts, NoTextClaimsWhatMilkDoesToChildren) {
  for (const TextRow& row : AllTexts()) {
    for (const char* claim : {"thanks to", "because of", "healthier", "taller", "saved"}) {
      EXPECT_THAT(std::string(row.english), Not(HasSubstr(claim)));
    }
  }
  EXPECT_EQ(In(Language::kEnglish, Text::kChildrenReached),
            "children who drank from lots this gift helped to buy");
}

TEST(PrintFigures, NumbersAreGroupedAndKeepTheirValue) {
  EXPECT_EQ(Count("n", 1'234'567), "<data value=\"1234567\" data-field=\"n\">1,234,567</data>");
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(-1'000), "\u22121,000");
  EXPECT_EQ(Grouped(std::numeric_limits<int64_t>::min()), "\u22129,223,372,036,854,775,808");
}

TEST(PrintFigures, WeightsAreExactAndTheirUnitsAreWrittenOut) {
  const auto weight = [](Language language, int64_t grams) {
    const std::string html = Weight(language, "g", grams);
    return html.substr(html.find("\">") + 2);
  };
  EXPECT_EQ(weight(Language::kEnglish, 72'819),
            "72.819</data>\u00A0<span class=\"unit\">kilograms</span>");
  EXPECT_EQ(weight(Language::kChinese, 1'234'500),
            "1,234.5</data>\u00A0<span class=\"unit\">千克</span>");
  EXPECT_EQ(weight(Language::kEnglish, 30'000),
            "30</data>\u00A0<span class=\"unit\">kilograms</span>");
  EXPECT_EQ(weight(Language::kEnglish, 1'000),
            "1</data>\u00A0<span class=\"unit\">kilograms</span>");
  EXPECT_EQ(weight(Language::kEnglish, 999), "999</data>\u00A0<span class=\"unit\">grams</span>");
  EXPECT_EQ(weight(Language::kEnglish, 1), "1</data>\u00A0<span class=\"unit\">gram</span>");
  EXPECT_EQ(weight(Language::kEnglish, -72'819),
            "\u221272.819</data>\u00A0<span class=\"unit\">kilograms</span>");
}

TEST(PrintFigures, NutrientsAreNeverRoundedUp) {
  EXPECT_EQ(WholeGrams("p", 18'568'999), "<data value=\"18568999\" data-field=\"p\">18,568</data>");
  EXPECT_EQ(WholeGrams("p", -1), "<data value=\"-1\" data-field=\"p\">\u22121</data>");
  EXPECT_THAT(SmallWeight(Language::kEnglish, "p", 999), HasSubstr(">999</data>\u00A0<span "
                                                                   "class=\"unit\">milligrams<"));
  EXPECT_THAT(SmallWeight(Language::kEnglish, "p", 1'999), HasSubstr(">1</data>"));
  EXPECT_THAT(SmallWeight(Language::kEnglish, "p", 0), HasSubstr(">0</data>"));
}

TEST(PrintFigures, MoneyHasTheDigitsOfItsCurrency) {
  const auto amount = [](const std::string& currency, int64_t minor_units) {
    return Amount(Language::kEnglish, "m", Money(currency, minor_units));
  };
  EXPECT_THAT(amount("AUD", 150'005), HasSubstr("AUD\u00A0<data value=\"150005\" "
                                                "data-field=\"m\">1,500.05</data>"));
  EXPECT_THAT(amount("JPY", 150'005), HasSubstr(">150,005</data>"));
  EXPECT_THAT(amount("KWD", 1'500'005), HasSubstr(">1,500.005</data>"));
  EXPECT_THAT(amount("CNY", 5), HasSubstr(">0.05</data>"));
  EXPECT_THAT(amount("CNY", -5), HasSubstr(">\u22120.05</data>"));
}

TEST(PrintFigures, MoneyOfAnUnknownCurrencyIsNotGivenADecimalPoint) {
  const std::string html = Amount(Language::kEnglish, "m", Money("<X>", 1'500));
  EXPECT_THAT(html, HasSubstr(">1,500</data>, in its smallest unit"));
  EXPECT_THAT(html, HasSubstr("&lt;X&gt;"));
}

TEST(PrintFigures, DaysAreAsTheLanguageWritesThem) {
  EXPECT_EQ(Day(Language::kEnglish, kSomeTimeUs),
            "<time datetime=\"2025-07-16\">2025-07-16</time>");
  EXPECT_EQ(Day(Language::kChinese, kSomeTimeUs),
            "<time datetime=\"2025-07-16\">2025年7月16日</time>");
  EXPECT_EQ(Moment(Language::kEnglish, kSomeTimeUs),
            "<time datetime=\"2025-07-16T03:20Z\">2025-07-16\u00A0"
            "03:20\u00A0UTC</time>");
}

TEST(PrintHtml, MarkupOfUsersIsText) {
  EXPECT_EQ(Escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
  EXPECT_EQ(UserText("<b>"), "<bdi translate=\"no\">&lt;b&gt;</bdi>");
}

TEST(PrintHtml, ControlCharactersAreReplaced) {
  EXPECT_EQ(Escaped(absl::string_view("a\0b\x1B\x7F", 5)), "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(Escaped("a\u0085é长"), "a\uFFFDé长");
}

TEST(PrintHtml, MarksOfDirectionDoNotReachBeyondTheirText) {
  EXPECT_EQ(UserText("L\u202E1042\u2067"), "<bdi translate=\"no\">L1042</bdi>");
  EXPECT_EQ(UserText("\u200Fא1"), "<bdi translate=\"no\">\u200Fא1</bdi>");
  EXPECT_EQ(PlainUserText("\u200F\u202Eא1"), "א1");
}

TEST(PrintStyle, LoadsNothing) {
  for (const char* word : {"url(", "@import", "http", "@font-face"}) {
    EXPECT_EQ(Style().find(word), absl::string_view::npos) << word;
  }
}

TEST(PrintChart, HasABarForEachPublicationWithinThePicture) {
  const std::string html =
      YearChart(Language::kEnglish, 2025, {{1, 2'469}, {180, 0}, {200, -240}, {366, 1'234}},
                ChartWidth::kHalf);
  size_t bars = 0;
  for (size_t at = 0; (at = html.find("class=\"bar\"", at)) != std::string::npos; ++at) ++bars;
  EXPECT_EQ(bars, 4U);
  EXPECT_THAT(html, Not(HasSubstr("height=\"-")));
  EXPECT_THAT(html, HasSubstr("A bar for each of 4 publications; the tallest stands for 2,469"));
  EXPECT_THAT(html, HasSubstr(">3,000</text>"));
  EXPECT_EQ(cli::testing::UnbalancedTagOf(html), "");
}

TEST(PrintChart, BarsAreAsHighAsTheirValuesAndStandOnZero) {
  const std::string html = YearChart(
      Language::kEnglish, 2025, {{1, 3'000}, {8, 1'500}, {15, 0}, {22, 750}}, ChartWidth::kHalf);
  std::vector<std::string> bars;
  for (size_t at = 0; (at = html.find("class=\"bar\"", at)) != std::string::npos; ++at) {
    const size_t y = html.find(" y=", at);
    bars.push_back(absl::StrCat(html.substr(y, html.find(" width", y) - y), " ",
                                html.substr(html.find(" height=", y) + 1, 12)));
  }
  EXPECT_THAT(
      bars,
      ElementsAre(StartsWith(" y=\"8\" height=\"168\""), StartsWith(" y=\"92\" height=\"84\""),
                  StartsWith(" y=\"176\" height=\"0\""), StartsWith(" y=\"134\" height=\"42\"")));
}

TEST(PrintChart, CanShowNothingAndTheLargestNumber) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(YearChart(Language::kChinese, 2025, {{1, 0}}, ChartWidth::kHalf),
              HasSubstr("class=\"bar\""));
  EXPECT_THAT(
      YearChart(Language::kChinese, 2025, {{1, kLargest}, {8, -kLargest}}, ChartWidth::kFull),
      Not(HasSubstr("height=\"-")));
}

impact::v1::Publication Finished(int64_t number, int64_t finished_us) {
  impact::v1::Publication publication;
  publication.set_publication(number);
  publication.set_finished_us(finished_us);
  return publication;
}

TEST(PrintYear, HasThePublicationsFinishedInItAndTheLastOneBefore) {
  const std::vector<impact::v1::Publication> publications = {
      Finished(1, kYear2025Us - 9 * kDayUs),
      Finished(2, kYear2025Us - 1),
      Finished(3, kYear2025Us),
      Finished(4, kYear2025Us + 365 * kDayUs - 1),
      Finished(5, kYear2025Us + 365 * kDayUs),
      Finished(6, 0)};

  const PublicationsOfYear year = SelectYear(publications, 2025);

  ASSERT_TRUE(year.before.has_value());
  EXPECT_EQ(year.before->publication(), 2);
  ASSERT_EQ(year.within.size(), 2U);
  EXPECT_EQ(year.within[0].publication(), 3);
  EXPECT_EQ(year.within[1].publication(), 4);
  EXPECT_FALSE(SelectYear(publications, 2024).before.has_value());
  EXPECT_EQ(SelectYear(publications, 2026).before->publication(), 4);
  EXPECT_TRUE(SelectYear(publications, 1970).within.empty());
}

}  // namespace
}  // namespace milkway::print
