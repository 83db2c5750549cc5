#include "services/inventory/catalog_convert.h"

#include "absl/strings/ascii.h"
#include "clients/cpp/gs1/check_digit.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr size_t kNameBytesMax = 200;
constexpr int64_t kNetWeightGMax = 1'000'000;
constexpr int64_t kServingGMax = 1'000;
constexpr int64_t kOpenedUseDaysMax = 3'650;
constexpr int64_t kNutrientMax = 1'000'000'000;
constexpr int64_t kLatitudeE7Max = 900'000'000;
constexpr int64_t kLongitudeE7Max = 1'800'000'000;

absl::StatusOr<std::string> ParseGtin(const std::string& gtin) {
  if (gtin.empty()) return gtin;
  const std::string wrong = gs1::WhatIsWrongWithGtin(gtin);
  if (!wrong.empty()) return InvalidField("gtin", wrong);
  return gtin;
}

absl::Status ParseNutrition(const v1::Nutrition& message, rec::ProductRecord* product) {
  const auto parse = [](absl::string_view field, int64_t value) {
    return ParseNumber(field, value, 0, kNutrientMax);
  };
  ASSIGN_OR_RETURN(const int64_t energy, parse("energy_j_100g", message.energy_j_100g()));
  ASSIGN_OR_RETURN(const int64_t protein, parse("protein_mg_100g", message.protein_mg_100g()));
  ASSIGN_OR_RETURN(const int64_t fat, parse("fat_mg_100g", message.fat_mg_100g()));
  ASSIGN_OR_RETURN(const int64_t carbohydrate,
                   parse("carbohydrate_mg_100g", message.carbohydrate_mg_100g()));
  ASSIGN_OR_RETURN(const int64_t calcium, parse("calcium_ug_100g", message.calcium_ug_100g()));
  ASSIGN_OR_RETURN(const int64_t sodium, parse("sodium_ug_100g", message.sodium_ug_100g()));
  product->set_energy_j_100g(energy);
  product->set_protein_mg_100g(protein);
  product->set_fat_mg_100g(fat);
  product->set_carbohydrate_mg_100g(carbohydrate);
  product->set_calcium_ug_100g(calcium);
  product->set_sodium_ug_100g(sodium);
  return absl::OkStatus();
}

absl::Status CheckCountry(const std::string& country) {
  const bool is_code = country.size() == 2 &&
                       absl::ascii_isupper(static_cast<unsigned char>(country[0])) &&
                       absl::ascii_isupper(static_cast<unsigned char>(country[1]));
  return is_code ? absl::OkStatus()
                 : InvalidField("country", "must be two capital letters, such as CN or AU");
}

}  // namespace

absl::StatusOr<std::string> ParseCurrency(absl::string_view field, const std::string& code) {
  if (!IsCurrency(code)) {
    return InvalidField(field, "must be an ISO 4217 code, such as AUD or CNY");
  }
  return code;
}

absl::StatusOr<std::string> ParseBaseCurrency(const v1::Programme& message) {
  return ParseCurrency("base_currency", message.base_currency());
}

absl::StatusOr<rec::ProductRecord> ParseProduct(const v1::Product& message) {
  RETURN_IF_ERROR(ParseId("product_id", message.product_id()).status());
  rec::ProductRecord product;
  ASSIGN_OR_RETURN(*product.mutable_gtin(), ParseGtin(message.gtin()));
  ASSIGN_OR_RETURN(*product.mutable_name_en(),
                   ParseText("name_en", message.name_en(), 1, kNameBytesMax));
  ASSIGN_OR_RETURN(*product.mutable_name_zh(),
                   ParseText("name_zh", message.name_zh(), 1, kNameBytesMax));
  ASSIGN_OR_RETURN(const int64_t net_weight_g,
                   ParseNumber("net_weight_g", message.net_weight_g(), 1, kNetWeightGMax));
  product.set_net_weight_g(net_weight_g);
  ASSIGN_OR_RETURN(const int64_t serving_g,
                   ParseNumber("serving_g", message.serving_g(), 1, kServingGMax));
  product.set_serving_g(serving_g);
  ASSIGN_OR_RETURN(const int64_t opened_use_days,
                   ParseNumber("opened_use_days", message.opened_use_days(), 0, kOpenedUseDaysMax));
  product.set_opened_use_days(static_cast<int32_t>(opened_use_days));
  RETURN_IF_ERROR(InField("nutrition", ParseNutrition(message.nutrition(), &product)));
  return product;
}

v1::Product ToMessage(const std::string& product_id, const rec::ProductRecord& product) {
  v1::Product message;
  message.set_product_id(product_id);
  message.set_gtin(product.gtin());
  message.set_name_en(product.name_en());
  message.set_name_zh(product.name_zh());
  message.set_net_weight_g(product.net_weight_g());
  message.set_serving_g(product.serving_g());
  message.set_opened_use_days(product.opened_use_days());
  v1::Nutrition& nutrition = *message.mutable_nutrition();
  nutrition.set_energy_j_100g(product.energy_j_100g());
  nutrition.set_protein_mg_100g(product.protein_mg_100g());
  nutrition.set_fat_mg_100g(product.fat_mg_100g());
  nutrition.set_carbohydrate_mg_100g(product.carbohydrate_mg_100g());
  nutrition.set_calcium_ug_100g(product.calcium_ug_100g());
  nutrition.set_sodium_ug_100g(product.sodium_ug_100g());
  return message;
}

absl::StatusOr<rec::LocationRecord> ParseLocation(const v1::Location& message) {
  RETURN_IF_ERROR(ParseId("location_id", message.location_id()).status());
  rec::LocationRecord location;
  if (message.kind() == v1::LOCATION_KIND_UNSPECIFIED ||
      !v1::LocationKind_IsValid(message.kind())) {
    return InvalidField("kind", "must be supplier, warehouse, port or school");
  }
  location.set_kind(static_cast<uint32_t>(message.kind()));
  ASSIGN_OR_RETURN(*location.mutable_name_en(),
                   ParseText("name_en", message.name_en(), 1, kNameBytesMax));
  ASSIGN_OR_RETURN(*location.mutable_name_zh(),
                   ParseText("name_zh", message.name_zh(), 1, kNameBytesMax));
  RETURN_IF_ERROR(CheckCountry(message.country()));
  location.set_country(message.country());
  if (!IsTimeZone(message.time_zone())) {
    return InvalidField("time_zone", "must be an IANA time zone, such as Asia/Shanghai");
  }
  location.set_time_zone(message.time_zone());
  if (!message.has_position()) return location;
  ASSIGN_OR_RETURN(const int64_t latitude,
                   ParseNumber("position.latitude_e7", message.position().latitude_e7(),
                               -kLatitudeE7Max, kLatitudeE7Max));
  ASSIGN_OR_RETURN(const int64_t longitude,
                   ParseNumber("position.longitude_e7", message.position().longitude_e7(),
                               -kLongitudeE7Max, kLongitudeE7Max));
  location.set_latitude_e7(static_cast<int32_t>(latitude));
  location.set_longitude_e7(static_cast<int32_t>(longitude));
  return location;
}

v1::Location ToMessage(const std::string& location_id, const rec::LocationRecord& location) {
  v1::Location message;
  message.set_location_id(location_id);
  message.set_kind(static_cast<v1::LocationKind>(location.kind()));
  message.set_name_en(location.name_en());
  message.set_name_zh(location.name_zh());
  message.set_country(location.country());
  message.set_time_zone(location.time_zone());
  if (location.has_latitude_e7()) {
    message.mutable_position()->set_latitude_e7(location.latitude_e7());
    message.mutable_position()->set_longitude_e7(location.longitude_e7());
  }
  return message;
}

absl::StatusOr<ExchangeRate> ParseExchangeRate(const v1::ExchangeRate& message) {
  ExchangeRate rate;
  ASSIGN_OR_RETURN(rate.on, ParseDate("on", message.on()));
  ASSIGN_OR_RETURN(rate.from, ParseCurrency("from_currency", message.from_currency()));
  ASSIGN_OR_RETURN(rate.to, ParseCurrency("to_currency", message.to_currency()));
  if (rate.from == rate.to) return InvalidField("to_currency", "must differ from from_currency");
  ASSIGN_OR_RETURN(rate.rate, ParseDecimal("rate", message.rate()));
  if (rate.rate.units == 0) return InvalidField("rate", "must be above 0");
  ASSIGN_OR_RETURN(rate.source, ParseText("source", message.source(), 1, kNameBytesMax));
  return rate;
}

v1::ExchangeRate ToMessage(const ExchangeRate& rate) {
  v1::ExchangeRate message;
  message.set_on(FormatDate(rate.on));
  message.set_from_currency(rate.from);
  message.set_to_currency(rate.to);
  message.set_rate(FormatDecimal(rate.rate));
  message.set_source(rate.source);
  return message;
}

}  // namespace milkway::inventory
