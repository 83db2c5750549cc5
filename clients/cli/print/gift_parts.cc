#include "clients/cli/print/gift_parts.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/print/figures.h"
#include "clients/cli/print/html.h"
#include "clients/cli/print/page.h"

namespace milkway::print {

namespace {

namespace v1 = impact::v1;

// Opens a table with its caption.
std::string Table(absl::string_view css_class, absl::string_view caption) {
  return absl::StrCat("<table class=\"", css_class, "\">\n<caption>", caption, "</caption>\n");
}

v1::LotShare SumOf(const v1::GiftStatement& statement, int first) {
  v1::LotShare sum;
  for (int i = first; i < statement.lots_size(); ++i) {
    const v1::LotShare& lot = statement.lots(i);
    sum.set_funded_g(sum.funded_g() + lot.funded_g());
    sum.set_served_g(sum.served_g() + lot.served_g());
    sum.set_lost_g(sum.lost_g() + lot.lost_g());
    sum.set_returned_g(sum.returned_g() + lot.returned_g());
    sum.set_remaining_g(sum.remaining_g() + lot.remaining_g());
    sum.set_servings(sum.servings() + lot.servings());
  }
  return sum;
}

// A row of figures; `prefix` stands before the names of their fields.
std::string LotRow(absl::string_view title, absl::string_view prefix, const v1::LotShare& lot) {
  const auto cell = [prefix](absl::string_view field, int64_t number) {
    return Count(absl::StrCat(prefix, field), number);
  };
  return Row(title, {cell("funded_g", lot.funded_g()), cell("served_g", lot.served_g()),
                     cell("lost_g", lot.lost_g()), cell("returned_g", lot.returned_g()),
                     cell("remaining_g", lot.remaining_g()), cell("servings", lot.servings())});
}

std::string LotName(const v1::LotShare& lot) {
  return absl::StrCat("<span class=\"name\">", UserText(lot.product_id()), " · ",
                      UserText(lot.lot_number()), "</span>");
}

std::string MoneyRow(Language language, Text title, absl::string_view field,
                     const common::v1::Money& money) {
  return Row(In(language, title), {Amount(language, field, money)});
}

}  // namespace

bool TellsMoney(const v1::GiftStatement& statement) {
  const bool is_milk =
      statement.kind() == v1::GIFT_KIND_IN_KIND && statement.amount().minor_units() == 0;
  return statement.has_amount() && !is_milk;
}

int64_t SchoolsServed(const v1::GiftStatement& statement) {
  std::set<std::string> schools;
  for (const v1::LotShare& lot : statement.lots()) {
    for (const v1::SchoolShare& school : lot.schools()) {
      if (school.served_g() > 0) schools.insert(school.school_id());
    }
  }
  return static_cast<int64_t>(schools.size());
}

std::string KindNote(Language language, const v1::GiftStatement& statement) {
  std::string html;
  if (statement.kind() == v1::GIFT_KIND_IN_KIND) {
    absl::StrAppend(&html, Paragraph(In(language, Text::kInKind)));
  }
  if (!statement.school_id().empty()) {
    absl::StrAppend(&html,
                    Paragraph(Say(language, Text::kForSchool, UserText(statement.school_id()))));
  }
  return html;
}

std::string MoneyTable(Language language, const v1::GiftStatement& statement) {
  if (!TellsMoney(statement)) return "";
  std::string rows =
      absl::StrCat("<tr class=\"sum\"><th scope=\"row\">", In(language, Text::kAmount), "</th><td>",
                   Amount(language, "amount", statement.amount()), "</td></tr>\n");
  const auto add = [&](bool is_told, Text title, absl::string_view field,
                       const common::v1::Money& money) {
    if (is_told) absl::StrAppend(&rows, MoneyRow(language, title, field, money));
  };
  if (statement.has_publication()) {
    add(statement.has_allocated(), Text::kAllocated, "allocated", statement.allocated());
    add(statement.has_fees(), Text::kFees, "fees", statement.fees());
    add(statement.has_refunded(), Text::kRefunded, "refunded", statement.refunded());
    add(statement.has_unspent(), Text::kUnspent, "unspent", statement.unspent());
    add(statement.has_refund_due(), Text::kRefundDue, "refund_due", statement.refund_due());
  }
  return absl::StrCat(Table("money", In(language, Text::kMoney)), "<tbody>\n", rows,
                      "</tbody>\n</table>\n");
}

std::string NutrientTable(Language language, const v1::GiftStatement& statement) {
  const std::string energy =
      absl::StrCat(Count("energy_kj", statement.energy_kj()), "\u00A0<span class=\"unit\">",
                   In(language, Text::kKilojoules), "</span>");
  return absl::StrCat(Table("nutrients", In(language, Text::kNutrients)), "<tbody>\n",
                      Row(In(language, Text::kProtein),
                          {SmallWeight(language, "protein_mg", statement.protein_mg())}),
                      Row(In(language, Text::kCalcium),
                          {SmallWeight(language, "calcium_mg", statement.calcium_mg())}),
                      Row(In(language, Text::kEnergy), {energy}), "</tbody>\n</table>\n");
}

std::string LotTable(Language language, const v1::GiftStatement& statement, size_t rows_max) {
  if (statement.lots().empty()) return Paragraph(In(language, Text::kNoLots));
  std::vector<std::string> titles = {
      absl::StrCat(In(language, Text::kProduct), " · ", In(language, Text::kLot))};
  const bool is_in_kind = statement.kind() == v1::GIFT_KIND_IN_KIND;
  for (const Text title : {is_in_kind ? Text::kGiven : Text::kFunded, Text::kServed, Text::kLost,
                           Text::kReturned, Text::kRemaining, Text::kCups}) {
    titles.emplace_back(In(language, title));
  }
  const int lots = statement.lots_size();
  const bool is_cut = static_cast<size_t>(lots) > rows_max;
  const int shown = is_cut ? static_cast<int>(rows_max) - 1 : lots;
  std::string rows;
  for (int i = 0; i < shown; ++i) {
    absl::StrAppend(&rows, LotRow(LotName(statement.lots(i)), "lot.", statement.lots(i)));
  }
  if (is_cut) {
    const Text text = PluralOf(Text::kMoreLotsOne, Text::kMoreLots, lots - shown);
    const std::string title = Say(language, text, Count("more_lots", lots - shown));
    absl::StrAppend(&rows, LotRow(title, "more.", SumOf(statement, shown)));
  }
  return absl::StrCat(Table("lots", In(language, Text::kLots)), TitleRow(titles), "<tbody>\n", rows,
                      "</tbody>\n<tfoot>\n",
                      LotRow(In(language, Text::kTogether), "sum.", SumOf(statement, 0)),
                      "</tfoot>\n</table>\n");
}

std::string Notes(Language language, bool are_children_told) {
  return absl::StrCat(
      "<section class=\"small\">\n<h2>", In(language, Text::kNotes), "</h2>\n",
      Paragraph(In(language, Text::kRoundedNote)), Paragraph(In(language, Text::kRemainingNote)),
      are_children_told ? "" : Paragraph(In(language, Text::kChildrenNote)), "</section>\n");
}

std::string CheckSteps(Language language, const v1::GiftStatement& statement) {
  const int64_t publication = statement.publication().publication();
  const std::string gift = UserText(statement.gift_id());
  return absl::StrCat(
      "<section class=\"small check\">\n<h2>", In(language, Text::kCheck), "</h2>\n<ol>\n",
      Step(In(language, Text::kCheckFetch),
           absl::StrCat("milkway gift-proof ", gift, " --out gift.json")),
      Step(In(language, Text::kCheckVerify), "milkway-verify gift.json"),
      Step(Say(language, Text::kCheckAgain, Count("publication", publication)),
           absl::StrCat("milkway statement ", gift, " --publication ", publication)),
      "</ol>\n</section>\n");
}

std::string ToldBy(Language language, const v1::Publication& publication) {
  return Paragraph(Say(language, Text::kToldBy, Count("publication", publication.publication()),
                       Moment(language, publication.as_of_recorded_us()),
                       Count("as_of_position", publication.as_of_position())));
}

}  // namespace milkway::print
