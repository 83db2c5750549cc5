#include "clients/cli/print/year_tables.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/print/figures.h"
#include "clients/cli/print/page.h"

namespace milkway::print {

namespace {

std::string Before(absl::string_view field) { return absl::StrCat("before.", field); }
std::string Year(absl::string_view field) { return absl::StrCat("year.", field); }
std::string Total(absl::string_view field) { return absl::StrCat("total.", field); }

}  // namespace

YearTable::YearTable(Language language, int year, Text caption)
    : language_(language), year_(year), caption_(caption) {}

void YearTable::AddCount(Text title, absl::string_view field, int64_t before, int64_t after) {
  has_fallen_ |= after < before;
  absl::StrAppend(&rows_, Row(In(language_, title),
                              {Count(Before(field), before), Count(Year(field), after - before),
                               Count(Total(field), after)}));
}

void YearTable::AddGrams(Text title, absl::string_view field, int64_t before_mg, int64_t after_mg) {
  has_fallen_ |= after_mg < before_mg;
  absl::StrAppend(&rows_, Row(In(language_, title), {WholeGrams(Before(field), before_mg),
                                                     WholeGrams(Year(field), after_mg - before_mg),
                                                     WholeGrams(Total(field), after_mg)}));
}

void YearTable::AddMoney(Text title, absl::string_view field, const common::v1::Money& before,
                         const common::v1::Money& after) {
  common::v1::Money change = after;
  change.set_minor_units(after.minor_units() - before.minor_units());
  common::v1::Money start = after;
  start.set_minor_units(before.minor_units());
  absl::StrAppend(&rows_, Row(In(language_, title), {Amount(language_, Before(field), start),
                                                     Amount(language_, Year(field), change),
                                                     Amount(language_, Total(field), after)}));
}

void YearTable::AddBalance(Text title, absl::string_view field, const common::v1::Money& after) {
  absl::StrAppend(&rows_,
                  Row(In(language_, title), {"", "", Amount(language_, Total(field), after)}));
}

void YearTable::AddChildren(Text title, absl::string_view field, const int64_t* before,
                            const int64_t* after) {
  const std::string untold(In(language_, Text::kNotTold));
  const bool are_both_told = before != nullptr && after != nullptr;
  has_fallen_ |= are_both_told && *after < *before;
  absl::StrAppend(&rows_, Row(In(language_, title),
                              {before == nullptr ? untold : Count(Before(field), *before),
                               are_both_told ? Count(Year(field), *after - *before) : untold,
                               after == nullptr ? untold : Count(Total(field), *after)}));
}

std::string YearTable::ToHtml() const {
  return absl::StrCat(
      "<table class=\"years\">\n<caption>", In(language_, caption_), "</caption>\n",
      TitleRow({std::string(In(language_, Text::kFigure)), Say(language_, Text::kBeforeYear, year_),
                Say(language_, Text::kInYear, year_), std::string(In(language_, Text::kInTotal))}),
      "<tbody>\n", rows_, "</tbody>\n</table>\n");
}

}  // namespace milkway::print
