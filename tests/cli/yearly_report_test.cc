// yearly-report.

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "tests/cli/page_reader.h"
#include "tests/cli/print_fixture.h"

namespace milkway::cli {
namespace {

namespace v1 = impact::v1;

using ::testing::AllOf;
using testing::CliResult;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::Figure;
using testing::FiguresOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::ValuesOf;

// Two publications in 2024, three in 2025, one under way.
class YearlyReportTest : public PrintTest {
 protected:
  YearlyReportTest() {
    Publish(Published(1, -20), 500);
    Publish(Published(2, -10), 1'000);
    Publish(Published(3, 30), 2'500);
    Publish(Published(4, 60), 2'500);
    Publish(Published(5, 300), 4'321);
    v1::Publication under_way = Published(6, 307);
    under_way.clear_finished_us();
    server_.books().publications.push_back(under_way);
    v1::GiftStatement before = Statement(Published(2, -10));
    before.clear_lots();
    before.set_served_g(0);
    before.set_servings(0);
    AddLot(7, 50'000, 10'000, 10, 0, &before);
    before.set_children_reached(20);
    before.set_protein_mg(2'550'999);
    before.set_calcium_mg(95'000);
    before.set_energy_kj(20'800);
    before.mutable_allocated()->set_minor_units(70'000);
    before.mutable_fees()->set_minor_units(1'000);
    before.mutable_refunded()->set_minor_units(0);
    TellGift(before);
    before_ = before;
    after_ = Statement(Published(5, 300));
    TellGift(after_);
  }

  // What was before the year, came in it, and is the total then.
  static void ExpectYear(const std::string& html, const std::string& field, int64_t before,
                         int64_t after) {
    EXPECT_THAT(ValuesOf(html, "before." + field), AllOf(Not(IsEmpty()), Each(before))) << field;
    EXPECT_THAT(ValuesOf(html, "year." + field), AllOf(Not(IsEmpty()), Each(after - before)))
        << field;
    EXPECT_THAT(ValuesOf(html, "total." + field), AllOf(Not(IsEmpty()), Each(after))) << field;
  }

  v1::GiftStatement before_;
  v1::GiftStatement after_;
};

TEST_F(YearlyReportTest, TheYearIsTheDifferenceOfTwoPublications) {
  const CliResult result = Run({"yearly-report", "2025"});

  ASSERT_EQ(result.exit_code, 0) << result.err;
  const v1::ProgrammeStatement& before = server_.books().programme_statements[2];
  const v1::ProgrammeStatement& after = server_.books().programme_statements[5];
  ExpectYear(result.out, "purchased_g", before.purchased_g(), after.purchased_g());
  ExpectYear(result.out, "served_g", before.served_g(), after.served_g());
  ExpectYear(result.out, "servings", 1'000, 4'321);
  ExpectYear(result.out, "lost_g", before.lost_g(), after.lost_g());
  ExpectYear(result.out, "schools", before.schools(), after.schools());
  EXPECT_THAT(result.out, AllOf(HasSubstr(">3,321</data></strong> <span>cups of milk, in the "
                                          "publications of 2025"),
                                HasSubstr("milkway programme-statement --publication 2<"),
                                HasSubstr("milkway programme-statement --publication 5<")));
}

TEST_F(YearlyReportTest, EachPublicationOfTheYearHasARowAndABar) {
  const std::string html = Run({"yearly-report", "2025"}).out;

  EXPECT_THAT(ValuesOf(html, "publication.more"), ElementsAre(1'500, 0, 1'821));
  EXPECT_THAT(ValuesOf(html, "publication.servings"), ElementsAre(2'500, 2'500, 4'321));
  size_t bars = 0;
  for (size_t at = 0; (at = html.find("class=\"bar\"", at)) != std::string::npos; ++at) ++bars;
  EXPECT_EQ(bars, 3U);
}

TEST_F(YearlyReportTest, EveryNumberIsShownAsItIsAndNoOtherStandsOnThePage) {
  for (const char* language : {"en", "zh"}) {
    const std::string html =
        Run({"yearly-report", "2025", "--gift", "G-1", "--language", language}).out;
    for (const Figure& figure : FiguresOf(html)) {
      EXPECT_TRUE(ShowsItsValue(figure)) << figure.field << " " << figure.shown;
    }
    EXPECT_EQ(testing::LooseDigitsOf(absl::StrReplaceAll(html, {{"2025", ""}})), "") << language;
    EXPECT_EQ(testing::UnbalancedTagOf(html), "");
  }
}

TEST_F(YearlyReportTest, TheFirstYearIncludesAllThatWasBefore) {
  const std::string html = Run({"yearly-report", "2024"}).out;

  EXPECT_THAT(ValuesOf(html, "before.servings"), ElementsAre(0));
  EXPECT_THAT(ValuesOf(html, "year.servings"), Each(1'000));
  EXPECT_THAT(ValuesOf(html, "publication.more"), ElementsAre(500, 500));
  EXPECT_THAT(html, HasSubstr("Nothing was published before the year"));
  EXPECT_THAT(server_.Requests<v1::GetProgrammeStatementRequest>(), SizeIs(2));
}

TEST_F(YearlyReportTest, AGiftHasAPageWithItsYear) {
  const CliResult result = Run({"yearly-report", "2025", "--gift", "G-1"});

  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::string page = result.out.substr(result.out.find("page report gift"));
  ExpectYear(page, "servings", before_.servings(), after_.servings());
  ExpectYear(page, "served_g", before_.served_g(), after_.served_g());
  ExpectYear(page, "children_reached", 20, 61);
  ExpectYear(page, "protein_mg", before_.protein_mg(), after_.protein_mg());
  ExpectYear(page, "calcium_mg", before_.calcium_mg(), after_.calcium_mg());
  ExpectYear(page, "energy_kj", before_.energy_kj(), after_.energy_kj());
  ExpectYear(page, "allocated", 70'000, 120'000);
  ExpectYear(page, "fees", 1'000, 3'000);
  ExpectYear(page, "refunded", 0, 2'050);
  EXPECT_THAT(ValuesOf(page, "total.amount"), ElementsAre(150'000));
  EXPECT_THAT(ValuesOf(page, "total.unspent"), ElementsAre(24'950));
  EXPECT_THAT(ValuesOf(page, "total.refund_due"), ElementsAre(125));
  EXPECT_THAT(ValuesOf(page, "lot.served_g"), ElementsAre(36'025, 29'050));
}

TEST_F(YearlyReportTest, EachGiftIsAskedForAsTheYearsPublicationsToldIt) {
  Run({"yearly-report", "2025", "--gift", "G-1", "--gift", "G-1"});

  const auto requests = server_.Requests<v1::GetGiftStatementRequest>();
  ASSERT_THAT(requests, SizeIs(4));
  EXPECT_EQ(requests[0].publication(), 2);
  EXPECT_EQ(requests[1].publication(), 5);
}

TEST_F(YearlyReportTest, AGiftsFirstYearNeverAsksForTheNewestInstead) {
  TellGift(before_);

  const CliResult result = Run({"yearly-report", "2024", "--gift", "G-1"});

  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto requests = server_.Requests<v1::GetGiftStatementRequest>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].publication(), 2);
  const std::string page = result.out.substr(result.out.find("page report gift"));
  ExpectYear(page, "servings", 0, before_.servings());
}

TEST_F(YearlyReportTest, TheYearsChildrenAreToldOnlyBetweenTwoNumbersThatAre) {
  before_.clear_children_reached();
  TellGift(before_);

  const std::string html = Run({"yearly-report", "2025", "--gift", "G-1"}).out;

  EXPECT_THAT(ValuesOf(html, "before.children_reached"), IsEmpty());
  EXPECT_THAT(ValuesOf(html, "year.children_reached"), IsEmpty());
  EXPECT_THAT(ValuesOf(html, "total.children_reached"), ElementsAre(61));
  EXPECT_THAT(html, AllOf(HasSubstr("<td>not told</td><td>not told</td>"),
                          HasSubstr("A number of children is told from ten on.")));
}

TEST_F(YearlyReportTest, WhatBecameLessHasAMinusSignAndAReason) {
  server_.books().programme_statements[5].set_lost_g(0);

  const std::string html = Run({"yearly-report", "2025"}).out;

  EXPECT_THAT(ValuesOf(html, "year.lost_g"), ElementsAre(-103));
  EXPECT_THAT(html, AllOf(HasSubstr(">\u2212103</data>"), HasSubstr("A minus sign: a correction")));
}

TEST_F(YearlyReportTest, APublicationThatToldOfFewerCupsHasAReasonToo) {
  server_.books().programme_statements[4].set_servings(2'400);

  const std::string html = Run({"yearly-report", "2025"}).out;

  EXPECT_THAT(ValuesOf(html, "publication.more"), ElementsAre(1'500, -100, 1'921));
  EXPECT_THAT(html, HasSubstr("A minus sign: a correction"));
}

TEST_F(YearlyReportTest, WithoutAMinusSignNothingIsSaidOfIt) {
  EXPECT_THAT(Run({"yearly-report", "2025"}).out, Not(HasSubstr("A minus sign")));
}

TEST_F(YearlyReportTest, ManyPublicationsStandBehindTheChart) {
  EXPECT_THAT(Run({"yearly-report", "2025"}).out, HasSubstr("<div class=\"chart-beside\">"));
  for (int64_t i = 0; i < 20; ++i) Publish(Published(10 + i, 310 + i), 5'000 + i);
  EXPECT_THAT(Run({"yearly-report", "2025"}).out, HasSubstr("<div class=\"chart-above\">"));
}

TEST_F(YearlyReportTest, AYearWithoutAPublicationNamesTheYearsThatHaveOne) {
  const CliResult result = Run({"yearly-report", "2023"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, AllOf(HasSubstr("nothing was published in 2023"), HasSubstr("2024, 2025"),
                                HasSubstr("milkway publications")));
}

TEST_F(YearlyReportTest, BeforeTheFirstPublicationItSaysHowToPublish) {
  server_.books().publications.clear();

  const CliResult result = Run({"yearly-report", "2025"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("nothing is published yet"), HasSubstr("milkway publish")));
}

TEST_F(YearlyReportTest, APublicationUnderWayIsNoYear) {
  server_.books().publications.erase(server_.books().publications.begin(),
                                     server_.books().publications.begin() + 5);
  EXPECT_THAT(Run({"yearly-report", "2025"}).err, HasSubstr("nothing is published yet"));
}

TEST_F(YearlyReportTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(Run({"yearly-report"}).exit_code, 2);
  EXPECT_EQ(Run({"yearly-report", "last"}).exit_code, 2);
  EXPECT_EQ(Run({"yearly-report", "25"}).exit_code, 2);
  EXPECT_EQ(Run({"yearly-report", "2025", "--language", "fr"}).exit_code, 2);
  const CliResult result = Run({"yearly-report", "2025", "--gift", "G-9"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("GIFT_UNKNOWN"));
}

TEST_F(YearlyReportTest, BothLanguagesTellTheSameNumbers) {
  const std::string english = Run({"yearly-report", "2025", "--gift", "G-1"}).out;
  const std::string chinese =
      Run({"yearly-report", "2025", "--gift", "G-1", "--language", "zh"}).out;

  const auto figures = FiguresOf(english);
  const auto same = FiguresOf(chinese);
  ASSERT_EQ(figures.size(), same.size());
  std::multiset<std::pair<std::string, int64_t>> left, right;
  for (const Figure& figure : figures) left.emplace(figure.field, figure.value);
  for (const Figure& figure : same) right.emplace(figure.field, figure.value);
  EXPECT_EQ(left, right);
  EXPECT_THAT(chinese, AllOf(HasSubstr("2025 年度报告"), HasSubstr("2025年10月27日")));
}

}  // namespace
}  // namespace milkway::cli
