// Products, locations and exchange rates.

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "clients/cli/import/parse_rows.h"
#include "clients/cli/numbers.h"
#include "clients/cpp/gs1/check_digit.h"
#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::cli {

namespace {

constexpr size_t kNameBytesMax = 200;
constexpr int64_t kNetWeightMaxG = 1'000'000;
constexpr int64_t kServingMaxG = 1'000;
constexpr int64_t kOpenedUseDaysMax = 3'650;
constexpr int64_t kNutrientMax = 1'000'000'000;
// Labels are kept a thousand times finer than they are printed.
constexpr int kNutrientDecimals = 3;
constexpr size_t kRateDigitsMax = 12;

std::string Gtin(Cells& cells) {
  const absl::string_view gtin = cells.Text("gtin");
  if (gtin.empty()) return "";
  const std::string wrong = gs1::WhatIsWrongWithGtin(gtin);
  if (!wrong.empty()) cells.Wrong("gtin", wrong);
  return std::string(gtin);
}

void ParsePosition(Cells& cells, inventory::v1::Location* location) {
  const bool has_latitude = !cells.IsEmpty("latitude");
  if (has_latitude != !cells.IsEmpty("longitude")) {
    cells.Wrong(has_latitude ? "longitude" : "latitude",
                "must be set where the other coordinate is");
  }
  if (!has_latitude || cells.IsEmpty("longitude")) return;
  const std::optional<int32_t> latitude = ParseDegreesE7(cells.Text("latitude"), 90);
  const std::optional<int32_t> longitude = ParseDegreesE7(cells.Text("longitude"), 180);
  if (!latitude.has_value()) cells.Wrong("latitude", "must be degrees north from -90 to 90");
  if (!longitude.has_value()) cells.Wrong("longitude", "must be degrees east from -180 to 180");
  location->mutable_position()->set_latitude_e7(latitude.value_or(0));
  location->mutable_position()->set_longitude_e7(longitude.value_or(0));
}

bool IsCountry(absl::string_view text) {
  return text.size() == 2 && absl::ascii_isupper(static_cast<unsigned char>(text[0])) &&
         absl::ascii_isupper(static_cast<unsigned char>(text[1]));
}

// Above 0, at most 12 digits before and 12 after the point.
bool IsRate(absl::string_view text) {
  const size_t point = text.find('.');
  const std::optional<int64_t> whole = ParseWhole(text.substr(0, point));
  if (!whole.has_value() || text.substr(0, point).size() > kRateDigitsMax) return false;
  if (point == absl::string_view::npos) return *whole > 0;
  const std::optional<int64_t> fraction = ParseWhole(text.substr(point + 1));
  if (!fraction.has_value() || text.substr(point + 1).size() > kRateDigitsMax) return false;
  return *whole > 0 || *fraction > 0;
}

}  // namespace

void ParseProduct(Cells& cells, Folder* folder) {
  ProductRow row;
  row.product_id = cells.Id("product_id");
  inventory::v1::Product& product = row.product;
  product.set_product_id(row.product_id.str());
  product.set_gtin(Gtin(cells));
  product.set_name_en(cells.Required("name_en", kNameBytesMax).str());
  product.set_name_zh(cells.Required("name_zh", kNameBytesMax).str());
  product.set_net_weight_g(cells.Whole("net_weight_g", 1, kNetWeightMaxG));
  product.set_serving_g(cells.Whole("serving_g", 1, kServingMaxG));
  product.set_opened_use_days(
      static_cast<int32_t>(cells.OptionalWhole("opened_use_days", 0, kOpenedUseDaysMax, 0)));
  const auto nutrient = [&cells](absl::string_view column) {
    return cells.Decimal(column, kNutrientDecimals, kNutrientMax);
  };
  inventory::v1::Nutrition& nutrition = *product.mutable_nutrition();
  nutrition.set_energy_j_100g(nutrient("energy_kj_100g"));
  nutrition.set_protein_mg_100g(nutrient("protein_g_100g"));
  nutrition.set_fat_mg_100g(nutrient("fat_g_100g"));
  nutrition.set_carbohydrate_mg_100g(nutrient("carbohydrate_g_100g"));
  nutrition.set_calcium_ug_100g(nutrient("calcium_mg_100g"));
  nutrition.set_sodium_ug_100g(nutrient("sodium_mg_100g"));
  folder->products.push_back(std::move(row));
}

void ParseLocation(Cells& cells, Folder* folder) {
  LocationRow row;
  row.location_id = cells.Id("location_id");
  inventory::v1::Location& location = row.location;
  location.set_location_id(row.location_id.str());
  location.set_kind(cells.OneOf(kLocationKinds, "kind"));
  location.set_name_en(cells.Required("name_en", kNameBytesMax).str());
  location.set_name_zh(cells.Required("name_zh", kNameBytesMax).str());
  if (!IsCountry(cells.Text("country"))) {
    cells.Wrong("country", "must be an ISO 3166 code of two capital letters such as CN");
  }
  location.set_country(std::string(cells.Text("country")));
  if (FindTimeZone(cells.Text("time_zone")).has_value()) {
    location.set_time_zone(std::string(cells.Text("time_zone")));
  } else {
    cells.Wrong("time_zone", "must be an IANA time zone such as Asia/Shanghai");
  }
  ParsePosition(cells, &location);
  folder->locations.push_back(std::move(row));
}

void ParseExchangeRate(Cells& cells, Folder* folder) {
  ExchangeRateRow row;
  row.on = cells.RequiredDay("on");
  row.from = cells.Currency("from");
  row.to = cells.Currency("to");
  if (!row.from.empty() && row.from == row.to) {
    cells.Wrong("to", "must differ from the currency in column from");
  }
  if (!IsRate(cells.Text("rate"))) {
    cells.Wrong("rate",
                "must be a decimal above 0 with at most 12 digits before and 12 after the point");
  }
  row.rate = folder->names.Intern(cells.Text("rate"));
  row.source = cells.Required("source", kNameBytesMax);
  folder->exchange_rates.push_back(row);
}

}  // namespace milkway::cli
