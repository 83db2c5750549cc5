#include "clients/cli/print/certificate.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/print/figures.h"
#include "clients/cli/print/gift_parts.h"
#include "clients/cli/print/html.h"
#include "clients/cli/print/page.h"

namespace milkway::print {

namespace {

namespace v1 = impact::v1;

// As many as leave the rest of the page its room.
constexpr size_t kLotRowsMax = 5;

std::string Head(const v1::GiftStatement& statement, Language language) {
  return absl::StrCat("<header>\n", Emblem(), "<p class=\"programme\">",
                      In(language, Text::kProgramme), "</p>\n<h1>",
                      In(language, Text::kCertificate), "</h1>\n<p class=\"of\">",
                      Say(language, Text::kCertificateOf, UserText(statement.gift_id())), "</p>\n",
                      KindNote(language, statement), "</header>\n");
}

std::string Figures(const v1::GiftStatement& statement, Language language) {
  const Text cups = PluralOf(Text::kCupsServedOne, Text::kCupsServed, statement.servings());
  std::string beside = SideFigure(Weight(language, "served_g", statement.served_g()),
                                  In(language, Text::kPowderServed));
  if (statement.has_children_reached()) {
    absl::StrAppend(&beside, SideFigure(Count("children_reached", statement.children_reached()),
                                        In(language, Text::kChildrenReached)));
  }
  const int64_t schools = SchoolsServed(statement);
  const Text school_text = PluralOf(Text::kSchoolsServedOne, Text::kSchoolsServed, schools);
  absl::StrAppend(&beside, SideFigure(Count("schools", schools), In(language, school_text)));
  return absl::StrCat(Headline(Count("servings", statement.servings()), In(language, cups)),
                      "<ul class=\"beside\">\n", beside, "</ul>\n");
}

std::string Unpublished(const v1::GiftStatement& statement, Language language) {
  return absl::StrCat("<div class=\"notice\">\n<p><strong>", In(language, Text::kNothingPublished),
                      "</strong>\n", In(language, Text::kNothingPublishedWhy), "</p>\n",
                      MoneyTable(language, statement), "</div>\n");
}

std::string Published(const v1::GiftStatement& statement, Language language) {
  return absl::StrCat(Figures(statement, language), "<div class=\"columns\">\n",
                      MoneyTable(language, statement), NutrientTable(language, statement),
                      "</div>\n<div>\n", LotTable(language, statement, kLotRowsMax),
                      "</div>\n<div class=\"columns\">\n", CheckSteps(language, statement),
                      Notes(language, statement.has_children_reached()), "</div>\n<footer>\n",
                      ToldBy(language, statement.publication()), "</footer>\n");
}

}  // namespace

std::string Certificate(const v1::GiftStatement& statement, Language language) {
  const std::string title = Say(language, Text::kCertificateOf, PlainUserText(statement.gift_id()));
  const std::string body = statement.has_publication() ? Published(statement, language)
                                                       : Unpublished(statement, language);
  return Document(language, title,
                  absl::StrCat("<article class=\"page\">\n<div class=\"frame\">\n",
                               Head(statement, language), body, "</div>\n</article>\n"));
}

}  // namespace milkway::print
