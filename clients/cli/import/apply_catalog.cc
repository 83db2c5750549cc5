// Products, locations (schools are registered too), exchange rates.

#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;

absl::Status ApplyLocation(const ApplyParts& parts, uint32_t index) {
  const LocationRow& row = parts.folder.locations[index];
  const RequestRows rows{{Table::kLocations, index}, {}, {}};
  if (parts.sender.Hold(rows, std::nullopt)) return absl::OkStatus();
  inventory::v1::CreateLocationRequest request;
  request.set_request_id(RowRequestId(Table::kLocations, {row.location_id.view()}));
  *request.mutable_location() = row.location;
  ASSIGN_OR_RETURN(const auto created,
                   parts.sender.Send(&CatalogService::Stub::CreateLocation, request, rows));
  if (!created.has_value()) return absl::OkStatus();
  if (row.location.kind() != inventory::v1::LOCATION_KIND_SCHOOL) {
    parts.sender.Record(rows);
    return absl::OkStatus();
  }
  consumption::v1::RegisterSchoolRequest registration;
  registration.set_request_id(RowRequestId(Table::kLocations, {row.location_id.view(), "school"}));
  registration.set_school_id(row.location_id.str());
  return parts.sender.SendAndRecord(&consumption::v1::SchoolService::Stub::RegisterSchool,
                                    registration, rows);
}

}  // namespace

absl::Status ApplyProducts(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.products.size(); ++i) {
    const ProductRow& row = parts.folder.products[i];
    const RequestRows rows{{Table::kProducts, i}, {}, {}};
    parts.sender.Advance(1);
    if (parts.sender.Hold(rows, std::nullopt)) continue;
    inventory::v1::CreateProductRequest request;
    request.set_request_id(RowRequestId(Table::kProducts, {row.product_id.view()}));
    *request.mutable_product() = row.product;
    RETURN_IF_ERROR(
        parts.sender.SendAndRecord(&CatalogService::Stub::CreateProduct, request, rows));
  }
  return absl::OkStatus();
}

absl::Status ApplyLocations(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.locations.size(); ++i) {
    parts.sender.Advance(1);
    RETURN_IF_ERROR(ApplyLocation(parts, i));
  }
  return absl::OkStatus();
}

absl::Status ApplyExchangeRates(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.exchange_rates.size(); ++i) {
    const ExchangeRateRow& row = parts.folder.exchange_rates[i];
    const RequestRows rows{{Table::kExchangeRates, i}, {}, {}};
    parts.sender.Advance(1);
    if (parts.sender.Hold(rows, std::nullopt)) continue;
    const std::string on = FormatDay(row.on.value());
    inventory::v1::RecordExchangeRateRequest request;
    request.set_request_id(
        RowRequestId(Table::kExchangeRates, {on, row.from.view(), row.to.view()}));
    inventory::v1::ExchangeRate& rate = *request.mutable_exchange_rate();
    rate.set_on(on);
    rate.set_from_currency(row.from.str());
    rate.set_to_currency(row.to.str());
    rate.set_rate(row.rate.str());
    rate.set_source(row.source.str());
    RETURN_IF_ERROR(
        parts.sender.SendAndRecord(&CatalogService::Stub::RecordExchangeRate, request, rows));
  }
  return absl::OkStatus();
}

std::optional<RowRef> RateBlocker(const ApplyParts& parts, Name currency, std::optional<Day> day) {
  if (currency.empty() || !day.has_value() || currency == parts.base_currency) return std::nullopt;
  const auto rate = parts.index.FindRate(parts.folder, currency, parts.base_currency, *day);
  if (rate.has_value() && parts.report.IsLost({Table::kExchangeRates, *rate})) {
    return RowRef{Table::kExchangeRates, *rate};
  }
  // The part that cannot be read may hold a later rate than the rows before it.
  if (parts.report.IsBroken(Table::kExchangeRates)) {
    return parts.report.BrokenFile(Table::kExchangeRates);
  }
  return std::nullopt;
}

}  // namespace milkway::cli
