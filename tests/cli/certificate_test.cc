// certificate.

#include "clients/cli/print/certificate.h"

#include <map>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
using ::testing::StartsWith;
using testing::ValuesOf;

class CertificateTest : public PrintTest {
 protected:
  CertificateTest() {
    Publish(Published(1, 10), 1'000);
    Publish(Published(2, 196), 2'000);
    statement_ = Statement(Published(2, 196));
    TellGift(statement_);
  }

  static std::string English(const v1::GiftStatement& statement) {
    return print::Certificate(statement, print::Language::kEnglish);
  }

  v1::GiftStatement statement_;
};

// What a page may say of the whole gift, by the names of its figures.
std::map<std::string, int64_t> NumbersOf(const v1::GiftStatement& statement) {
  return {{"publication", statement.publication().publication()},
          {"as_of_position", statement.publication().as_of_position()},
          {"amount", statement.amount().minor_units()},
          {"allocated", statement.allocated().minor_units()},
          {"unspent", statement.unspent().minor_units()},
          {"fees", statement.fees().minor_units()},
          {"refunded", statement.refunded().minor_units()},
          {"refund_due", statement.refund_due().minor_units()},
          {"served_g", statement.served_g()},
          {"servings", statement.servings()},
          {"children_reached", statement.children_reached()},
          {"schools", 2},
          {"protein_mg", statement.protein_mg()},
          {"calcium_mg", statement.calcium_mg()},
          {"energy_kj", statement.energy_kj()}};
}

TEST_F(CertificateTest, EveryNumberIsTheStatementsOwn) {
  const CliResult result = Run({"certificate", "G-1"});

  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::map<std::string, int64_t> unseen = NumbersOf(statement_);
  for (const Figure& figure : FiguresOf(result.out)) {
    EXPECT_TRUE(ShowsItsValue(figure)) << figure.field << " " << figure.shown;
    if (absl::StrContains(figure.field, ".")) continue;
    const std::map<std::string, int64_t> numbers = NumbersOf(statement_);
    ASSERT_EQ(numbers.count(figure.field), 1U) << figure.field;
    EXPECT_EQ(figure.value, numbers.at(figure.field)) << figure.field;
    unseen.erase(figure.field);
  }
  EXPECT_THAT(unseen, IsEmpty());
}

TEST_F(CertificateTest, EveryLotIsThereAndTheSums) {
  const CliResult result = Run({"certificate", "G-1"});

  EXPECT_THAT(ValuesOf(result.out, "lot.funded_g"), ElementsAre(50'000, 33'333));
  EXPECT_THAT(ValuesOf(result.out, "lot.served_g"), ElementsAre(36'025, 29'050));
  EXPECT_THAT(ValuesOf(result.out, "lot.lost_g"), ElementsAre(210, 17));
  EXPECT_THAT(ValuesOf(result.out, "lot.returned_g"), ElementsAre(1'000, 0));
  EXPECT_THAT(ValuesOf(result.out, "lot.remaining_g"), ElementsAre(12'765, 4'266));
  EXPECT_THAT(ValuesOf(result.out, "lot.servings"), ElementsAre(1'441, 1'162));
  EXPECT_THAT(ValuesOf(result.out, "sum.funded_g"), ElementsAre(83'333));
  EXPECT_THAT(ValuesOf(result.out, "sum.served_g"), ElementsAre(statement_.served_g()));
}

TEST_F(CertificateTest, NoOtherNumberStandsOnThePage) {
  for (const char* language : {"en", "zh"}) {
    const CliResult result = Run({"certificate", "G-1", "--language", language});
    EXPECT_EQ(testing::LooseDigitsOf(result.out), "") << language;
  }
}

TEST_F(CertificateTest, PeopleSeeNumbersAsTheirLanguageWritesThem) {
  const std::string english = Run({"certificate", "G-1"}).out;
  EXPECT_THAT(english,
              AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr(">2,603</data>"),
                    HasSubstr(">65.075</data>\u00A0<span class=\"unit\">kilograms"),
                    HasSubstr("AUD\u00A0<data value=\"150000\" data-field=\"amount\">1,500.00"),
                    HasSubstr(">16,594</data>\u00A0<span class=\"unit\">grams"),
                    HasSubstr("children who drank from lots this gift helped to buy"),
                    HasSubstr("2025-07-15\u00A0"
                              "23:59\u00A0UTC"),
                    HasSubstr("entry <data value=\"2002\"")));
  const std::string chinese = Run({"certificate", "G-1", "--language", "zh"}).out;
  EXPECT_THAT(chinese, AllOf(HasSubstr("<html lang=\"zh-CN\">"), HasSubstr("捐赠证书"),
                             HasSubstr(">65.075</data>\u00A0<span class=\"unit\">千克"),
                             HasSubstr("2025年7月15日")));
}

TEST_F(CertificateTest, ItSaysHowToCheckIt) {
  const std::string html = Run({"certificate", "G-1"}).out;
  EXPECT_THAT(html, AllOf(HasSubstr("milkway gift-proof <bdi translate=\"no\">G-1</bdi> --out "),
                          HasSubstr("milkway-verify gift.json"),
                          HasSubstr("milkway statement <bdi translate=\"no\">G-1</bdi> "
                                    "--publication 2")));
}

TEST_F(CertificateTest, AnEarlierPublicationCanBeAskedFor) {
  v1::GiftStatement earlier = statement_;
  *earlier.mutable_publication() = Published(1, 10);
  earlier.set_servings(17);
  TellGift(earlier);

  const CliResult result = Run({"certificate", "G-1", "--publication", "1"});

  EXPECT_THAT(ValuesOf(result.out, "servings"), ElementsAre(17));
  EXPECT_THAT(ValuesOf(result.out, "publication"), Each(1));
  EXPECT_EQ(Run({"certificate", "G-1", "--publication", "0"}).exit_code, 2);
}

TEST_F(CertificateTest, BeforeTheFirstPublicationItSaysSo) {
  server_.books().publications.clear();
  server_.books().gift_statements.clear();
  v1::GiftStatement unpublished = statement_;
  unpublished.clear_publication();
  TellGift(unpublished);

  const CliResult result = Run({"certificate", "G-1"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Nothing has been published about this gift yet."));
  ASSERT_EQ(FiguresOf(result.out).size(), 1U);
  EXPECT_THAT(ValuesOf(result.out, "amount"), ElementsAre(150'000));
  EXPECT_THAT(print::Certificate(unpublished, print::Language::kChinese), HasSubstr("尚未公布"));
}

TEST_F(CertificateTest, ChildrenAreNotToldBelowTen) {
  statement_.clear_children_reached();
  const std::string html = English(statement_);
  EXPECT_THAT(ValuesOf(html, "children_reached"), IsEmpty());
  EXPECT_THAT(html, Not(HasSubstr("children who drank from lots")));
  EXPECT_THAT(html, HasSubstr("A number of children is told from ten on."));
}

TEST_F(CertificateTest, OneOfAThingIsNotSpokenOfAsMany) {
  v1::GiftStatement one = statement_;
  one.clear_lots();
  one.set_servings(1);
  one.set_served_g(1);
  AddLot(1, 25, 0, 0, 0, &one);
  one.mutable_lots(0)->mutable_schools(0)->set_served_g(1);
  const std::string html = English(one);
  EXPECT_THAT(html, AllOf(HasSubstr("cup of milk served"), Not(HasSubstr("cups of milk served")),
                          HasSubstr("school that served it"), HasSubstr(">gram<")));
}

TEST_F(CertificateTest, AGiftOfMilkTellsNoMoney) {
  statement_.set_kind(v1::GIFT_KIND_IN_KIND);
  for (common::v1::Money* money : {statement_.mutable_amount(), statement_.mutable_allocated(),
                                   statement_.mutable_unspent()}) {
    money->set_minor_units(0);
  }
  const std::string html = English(statement_);
  EXPECT_THAT(html, AllOf(HasSubstr("milk powder, not money"), Not(HasSubstr("AUD")),
                          HasSubstr(">Given</th>")));
  EXPECT_THAT(ValuesOf(html, "lot.funded_g"), ElementsAre(50'000, 33'333));
}

TEST_F(CertificateTest, AGiftForOneSchoolNamesIt) {
  statement_.set_kind(v1::GIFT_KIND_SCHOOL);
  statement_.set_school_id("xinhe");
  EXPECT_THAT(English(statement_), HasSubstr("For school <bdi translate=\"no\">xinhe</bdi> only."));
}

TEST_F(CertificateTest, MoneyThatIsNotToldIsNotShownAsNothing) {
  statement_.clear_refunded();
  EXPECT_THAT(ValuesOf(English(statement_), "refunded"), IsEmpty());
}

TEST_F(CertificateTest, ManyLotsAreAddedUpSoThatItStaysOnePage) {
  for (int64_t lot = 9; lot < 50; ++lot) AddLot(lot, 1'000 + lot, 500, 1, 0, &statement_);

  const std::string html = English(statement_);

  EXPECT_EQ(ValuesOf(html, "lot.funded_g").size(), 4U);
  EXPECT_THAT(ValuesOf(html, "more_lots"), ElementsAre(39));
  int64_t shown_g = ValuesOf(html, "more.funded_g").at(0);
  for (const int64_t funded_g : ValuesOf(html, "lot.funded_g")) shown_g += funded_g;
  EXPECT_EQ(shown_g, ValuesOf(html, "sum.funded_g").at(0));
  EXPECT_THAT(ValuesOf(html, "sum.served_g"), ElementsAre(statement_.served_g()));
}

TEST_F(CertificateTest, WhatUsersTypedCannotBecomeMarkup) {
  statement_.set_gift_id("G\"><script>alert('1')</script>");
  statement_.set_school_id("</bdi><img src=x onerror=alert(1)>");
  statement_.mutable_lots(0)->set_lot_number("L\u202E<1042> & \"quoted\"");
  statement_.mutable_lots(0)->set_product_id("\u200Fחלב</td><td>");

  const std::string html = English(statement_);

  EXPECT_THAT(html,
              AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("\u202E")),
                    HasSubstr("L&lt;1042&gt; &amp; &quot;quoted&quot;"),
                    HasSubstr("<bdi translate=\"no\">\u200Fחלב&lt;/td&gt;&lt;td&gt;</bdi>"),
                    HasSubstr("<title>What this gift became · G&quot;&gt;&lt;script&gt;")));
  EXPECT_EQ(testing::UnbalancedTagOf(html), "");
}

TEST_F(CertificateTest, ThePageStandsOnItsOwnAndIsWellFormed) {
  for (const print::Language language : {print::Language::kEnglish, print::Language::kChinese}) {
    const std::string html = print::Certificate(statement_, language);
    EXPECT_THAT(html, StartsWith("<!DOCTYPE html>\n<html lang="));
    EXPECT_THAT(html, AllOf(HasSubstr("<meta charset=\"utf-8\">"), HasSubstr("@page { size: A4"),
                            HasSubstr("<caption>"), HasSubstr("<th scope=\"col\">"),
                            HasSubstr("<th scope=\"row\">")));
    for (const char* outside :
         {"<script", "<link", "<img", "src=", "href=", "http://", "https://"}) {
      EXPECT_THAT(html, Not(HasSubstr(outside)));
    }
    EXPECT_EQ(testing::UnbalancedTagOf(html), "");
  }
}

TEST_F(CertificateTest, ItIsWrittenToAFile) {
  testing::TemporaryFolder folder;
  const std::string path = folder.path() + "/G-1.html";

  const CliResult result = Run({"certificate", "G-1", "--out", path});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("wrote "), HasSubstr("print it on A4 paper")));
  EXPECT_EQ(ReadFile(path), Run({"certificate", "G-1"}).out);
}

TEST_F(CertificateTest, WhatIsWrongIsNamed) {
  CliResult result = Run({"certificate", "G-9"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("GIFT_UNKNOWN"));
  EXPECT_EQ(result.out, "");
  result = Run({"certificate", "G-1", "--publication", "9"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("PUBLICATION_UNKNOWN"));
  EXPECT_EQ(Run({"certificate"}).exit_code, 2);
  result = Run({"certificate", "G-1", "--language", "de"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("--language"));
  result = Run({"certificate", "G-1", "--out", "/nowhere/at/all.html"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("--out"));
}

TEST_F(CertificateTest, AnyStatementIsShownAsItIs) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  const auto any = [&random] {
    return std::uniform_int_distribution<int64_t>(0, int64_t{1} << (random() % 50))(random);
  };
  for (int round = 0; round < 200; ++round) {
    v1::GiftStatement statement = statement_;
    for (common::v1::Money* money : {statement.mutable_amount(), statement.mutable_allocated(),
                                     statement.mutable_fees(), statement.mutable_unspent()}) {
      money->set_minor_units(any());
    }
    statement.set_served_g(any());
    statement.set_servings(any());
    statement.set_protein_mg(any());
    statement.set_calcium_mg(any());
    statement.set_energy_kj(any());
    const std::map<std::string, int64_t> numbers = NumbersOf(statement);
    for (const Figure& figure : FiguresOf(English(statement))) {
      if (absl::StrContains(figure.field, ".")) continue;
      EXPECT_EQ(figure.value, numbers.at(figure.field)) << figure.field;
      EXPECT_TRUE(ShowsItsValue(figure))
          << figure.field << ": " << figure.value << " " << figure.shown;
    }
  }
}

}  // namespace
}  // namespace milkway::cli
