#include "clients/cli/impact_text.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string LotTable(const impact::v1::GiftImpact& impact) {
  TextTable table({{"PRODUCT"},
                   {"LOT"},
                   {"PURCHASE"},
                   {"FUNDED g", Align::kRight},
                   {"SERVED g", Align::kRight},
                   {"LOST g", Align::kRight},
                   {"RETURNED g", Align::kRight},
                   {"REMAINING g", Align::kRight},
                   {"CUPS", Align::kRight}});
  for (const impact::v1::LotShare& lot : impact.lots()) {
    table.AddRow({lot.product_id(), lot.lot_number(), lot.purchase_id(),
                  WithThousands(lot.funded_g()), WithThousands(lot.served_g()),
                  WithThousands(lot.lost_g()), WithThousands(lot.returned_g()),
                  WithThousands(lot.remaining_g()), WithThousands(lot.servings())});
  }
  return table.empty() ? "  nothing is bought with it yet\n" : table.ToString(2);
}

std::string SchoolTable(const impact::v1::GiftImpact& impact) {
  TextTable table({{"SCHOOL"}, {"LOT"}, {"SERVED g", Align::kRight}, {"CUPS", Align::kRight}});
  for (const impact::v1::LotShare& lot : impact.lots()) {
    for (const impact::v1::SchoolShare& school : lot.schools()) {
      table.AddRow({school.school_id(), lot.lot_number(), WithThousands(school.served_g()),
                    WithThousands(school.servings())});
    }
  }
  return table.empty() ? "" : table.ToString(2);
}

// Keys that came after those of docs/import.md are there only where they say something: a
// program that compares whole answers goes on working.
void SetIfAny(const char* key, int64_t number, Json* json) {
  if (number != 0) (*json)[key] = number;
}

Json ToJson(const impact::v1::LotShare& lot) {
  Json schools = Json::array();
  for (const impact::v1::SchoolShare& school : lot.schools()) {
    schools.push_back({{"school_id", school.school_id()},
                       {"served_g", school.served_g()},
                       {"servings", school.servings()}});
  }
  Json json = {{"purchase_id", lot.purchase_id()}, {"product_id", lot.product_id()},
               {"lot_number", lot.lot_number()},   {"funded_g", lot.funded_g()},
               {"served_g", lot.served_g()},       {"servings", lot.servings()},
               {"lost_g", lot.lost_g()},           {"remaining_g", lot.remaining_g()},
               {"schools", std::move(schools)}};
  SetIfAny("returned_g", lot.returned_g(), &json);
  SetIfAny("refund_due_minor", lot.refund_due().minor_units(), &json);
  return json;
}

// What is said of a gift's money only where there is any.
std::string DeductionLines(const impact::v1::GiftImpact& impact) {
  std::string text;
  const auto add = [&text](const common::v1::Money& money, const char* what) {
    if (money.minor_units() > 0) absl::StrAppend(&text, MoneyText(money), what, "\n");
  };
  add(impact.fees(), " of it was kept as fees");
  add(impact.refunded(), " of it was given back");
  add(impact.refund_due(), " of what bought milk is owed to the gift: a lot cost less in the end");
  return text;
}

}  // namespace

std::string ImpactPage(const impact::v1::GiftImpact& impact) {
  return absl::StrCat(
      "gift ", impact.gift_id(), ": ", MoneyText(impact.amount()), ", of which ",
      MoneyText(impact.allocated()), " bought milk and ", MoneyText(impact.unspent()),
      " is unspent\n",
      impact.school_id().empty() ? "" : absl::StrCat("for ", impact.school_id(), " only\n"),
      DeductionLines(impact), LotTable(impact), SchoolTable(impact),
      "served: ", WithThousands(impact.served_g()), " g in ", WithThousands(impact.servings()),
      " cups\n", "in them: ", WithThousands(impact.protein_mg() / 1000), " g protein, ",
      WithThousands(impact.calcium_mg() / 1000), " g calcium, ", WithThousands(impact.energy_kj()),
      " kJ\n", "children who drank from lots this gift helped to buy: ",
      impact.has_children_reached() ? WithThousands(impact.children_reached()) : "fewer than 10",
      "\n",
      impact.as_of_position() == 0
          ? ""
          : absl::StrCat("as of ", AsOfText(impact.as_of_position(), impact.as_of_sequence()),
                         ", recorded up to ", FormatUtc(impact.as_of_recorded_us()), "\n"));
}

std::string ImpactJson(const impact::v1::GiftImpact& impact) {
  Json lots = Json::array();
  for (const impact::v1::LotShare& lot : impact.lots()) lots.push_back(ToJson(lot));
  Json json = {{"gift_id", impact.gift_id()},
               {"currency", impact.amount().currency_code()},
               {"amount_minor", impact.amount().minor_units()},
               {"allocated_minor", impact.allocated().minor_units()},
               {"unspent_minor", impact.unspent().minor_units()},
               {"served_g", impact.served_g()},
               {"servings", impact.servings()},
               {"children_reached",
                impact.has_children_reached() ? Json(impact.children_reached()) : Json(nullptr)},
               {"protein_mg", impact.protein_mg()},
               {"calcium_mg", impact.calcium_mg()},
               {"energy_kj", impact.energy_kj()},
               {"lots", std::move(lots)}};
  const bool is_of_money = impact.kind() == impact::v1::GIFT_KIND_MONEY ||
                           impact.kind() == impact::v1::GIFT_KIND_UNSPECIFIED;
  if (!is_of_money) json["kind"] = WordOfEnum(impact.kind());
  if (!impact.school_id().empty()) json["school_id"] = impact.school_id();
  SetIfAny("fees_minor", impact.fees().minor_units(), &json);
  SetIfAny("refunded_minor", impact.refunded().minor_units(), &json);
  SetIfAny("refund_due_minor", impact.refund_due().minor_units(), &json);
  return absl::StrCat(json.dump(2), "\n");
}

}  // namespace milkway::cli
