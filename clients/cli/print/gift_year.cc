#include "clients/cli/print/gift_year.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/print/gift_parts.h"
#include "clients/cli/print/html.h"
#include "clients/cli/print/page.h"
#include "clients/cli/print/year_tables.h"

namespace milkway::print {

namespace {

namespace v1 = impact::v1;

// As many as leave the rest of the page its room.
constexpr size_t kLotRowsMax = 10;

std::string Figures(const v1::GiftStatement& before, const v1::GiftStatement& after, int year,
                    Language language) {
  YearTable table(language, year, Text::kGiftYearFigures);
  table.AddCount(Text::kCupsRow, "servings", before.servings(), after.servings());
  table.AddCount(Text::kServedRow, "served_g", before.served_g(), after.served_g());
  const int64_t children_before = before.children_reached();
  const int64_t children_after = after.children_reached();
  table.AddChildren(Text::kChildrenRow, "children_reached",
                    before.has_children_reached() ? &children_before : nullptr,
                    after.has_children_reached() ? &children_after : nullptr);
  table.AddGrams(Text::kProteinRow, "protein_mg", before.protein_mg(), after.protein_mg());
  table.AddGrams(Text::kCalciumRow, "calcium_mg", before.calcium_mg(), after.calcium_mg());
  table.AddCount(Text::kEnergyRow, "energy_kj", before.energy_kj(), after.energy_kj());
  const std::string note = table.has_fallen()
                               ? absl::StrCat("<div class=\"small\">\n",
                                              Paragraph(In(language, Text::kMinusNote)), "</div>\n")
                               : "";
  return absl::StrCat(table.ToHtml(), note);
}

std::string Money(const v1::GiftStatement& before, const v1::GiftStatement& after, int year,
                  Language language) {
  if (!TellsMoney(after)) return "";
  YearTable table(language, year, Text::kGiftYearMoney);
  const auto add = [&](bool is_told, Text title, absl::string_view field,
                       const common::v1::Money& before_money,
                       const common::v1::Money& after_money) {
    if (is_told) table.AddMoney(title, field, before_money, after_money);
  };
  table.AddBalance(Text::kAmount, "amount", after.amount());
  add(after.has_allocated(), Text::kAllocated, "allocated", before.allocated(), after.allocated());
  add(after.has_fees(), Text::kFees, "fees", before.fees(), after.fees());
  add(after.has_refunded(), Text::kRefunded, "refunded", before.refunded(), after.refunded());
  if (after.has_unspent()) table.AddBalance(Text::kUnspent, "unspent", after.unspent());
  if (after.has_refund_due()) table.AddBalance(Text::kRefundDue, "refund_due", after.refund_due());
  return table.ToHtml();
}

}  // namespace

std::string GiftYearPage(const GiftYear& gift, int year, Language language) {
  const v1::GiftStatement before = gift.before.value_or(v1::GiftStatement());
  const v1::GiftStatement& after = gift.after;
  const bool are_children_told = before.has_children_reached() && after.has_children_reached();
  return absl::StrCat(
      "<article class=\"page report gift\">\n<header>\n<h1>", Say(language, Text::kGiftYear, year),
      "</h1>\n<p class=\"of\">", UserText(after.gift_id()), "</p>\n", KindNote(language, after),
      "</header>\n", Figures(before, after, year, language), Money(before, after, year, language),
      LotTable(language, after, kLotRowsMax), "<div class=\"columns\">\n",
      CheckSteps(language, after), Notes(language, are_children_told), "</div>\n<footer>\n",
      ToldBy(language, after.publication()), "</footer>\n</article>\n");
}

}  // namespace milkway::print
