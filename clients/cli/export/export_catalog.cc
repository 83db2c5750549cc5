// Products, locations and exchange rates.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/numbers.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;

// Labels and degrees are kept finer than they are written.
constexpr int kNutrientDecimals = 3;
constexpr int kDegreeDecimals = 7;

std::string Degrees(int32_t e7) {
  return absl::StrCat(e7 < 0 ? "-" : "", FormatDecimal(std::abs(int64_t{e7}), kDegreeDecimals));
}

void WriteProduct(const inventory::v1::Product& product, TableFile* file) {
  const inventory::v1::Nutrition& label = product.nutrition();
  const auto nutrient = [](int64_t thousandths) {
    return FormatDecimal(thousandths, kNutrientDecimals);
  };
  file->Set("product_id", product.product_id());
  file->Set("gtin", product.gtin());
  file->Set("name_en", product.name_en());
  file->Set("name_zh", product.name_zh());
  file->Set("net_weight_g", product.net_weight_g());
  file->Set("serving_g", product.serving_g());
  file->Set("energy_kj_100g", nutrient(label.energy_j_100g()));
  file->Set("protein_g_100g", nutrient(label.protein_mg_100g()));
  file->Set("fat_g_100g", nutrient(label.fat_mg_100g()));
  file->Set("carbohydrate_g_100g", nutrient(label.carbohydrate_mg_100g()));
  file->Set("calcium_mg_100g", nutrient(label.calcium_ug_100g()));
  file->Set("sodium_mg_100g", nutrient(label.sodium_ug_100g()));
  if (product.opened_use_days() > 0) file->Set("opened_use_days", product.opened_use_days());
  file->EndRow();
}

void WriteLocation(const inventory::v1::Location& location, TableFile* file) {
  file->Set("location_id", location.location_id());
  file->Set("kind", WordOf(kLocationKinds, location.kind()));
  file->Set("name_en", location.name_en());
  file->Set("name_zh", location.name_zh());
  file->Set("country", location.country());
  file->Set("time_zone", location.time_zone());
  if (location.has_position()) {
    file->Set("latitude", Degrees(location.position().latitude_e7()));
    file->Set("longitude", Degrees(location.position().longitude_e7()));
  }
  file->EndRow();
}

}  // namespace

absl::Status ExportProducts(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("products", {Table::kProducts}));
  if (!wanted) return absl::OkStatus();
  TableFile& file = parts.folder.file(Table::kProducts);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &CatalogService::Stub::ListProducts, inventory::v1::ListProductsRequest(),
      parts.folder.cursor(),
      [&](const auto& page) {
        for (const auto& product : page.products()) WriteProduct(product, &file);
        return absl::OkStatus();
      },
      [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

absl::Status ExportLocations(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("locations", {Table::kLocations}));
  if (!wanted) return absl::OkStatus();
  TableFile& file = parts.folder.file(Table::kLocations);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &CatalogService::Stub::ListLocations, inventory::v1::ListLocationsRequest(),
      parts.folder.cursor(),
      [&](const auto& page) {
        for (const auto& location : page.locations()) WriteLocation(location, &file);
        return absl::OkStatus();
      },
      [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

absl::Status ExportExchangeRates(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("rates", {Table::kExchangeRates}));
  if (!wanted) return absl::OkStatus();
  TableFile& file = parts.folder.file(Table::kExchangeRates);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &CatalogService::Stub::ListExchangeRates,
      inventory::v1::ListExchangeRatesRequest(), parts.folder.cursor(),
      [&](const auto& page) {
        for (const inventory::v1::ExchangeRate& rate : page.exchange_rates()) {
          file.Set("on", rate.on());
          file.Set("from", rate.from_currency());
          file.Set("to", rate.to_currency());
          file.Set("rate", rate.rate());
          file.Set("source", rate.source());
          file.EndRow();
        }
        return absl::OkStatus();
      },
      [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

}  // namespace milkway::cli
