// Between the catalogue's messages and its records. All input checks are here: a
// record that exists is sound. INVALID_ARGUMENT names the field from the message
// given on ("net_weight_g"); the caller says what stands before it.

#ifndef MILKWAY_SERVICES_INVENTORY_CATALOG_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_CATALOG_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/inventory_keys.h"

namespace milkway::inventory {

absl::StatusOr<std::string> ParseBaseCurrency(const v1::Programme& message);

absl::StatusOr<rec::ProductRecord> ParseProduct(const v1::Product& message);
v1::Product ToMessage(const std::string& product_id, const rec::ProductRecord& product);

absl::StatusOr<rec::LocationRecord> ParseLocation(const v1::Location& message);
v1::Location ToMessage(const std::string& location_id, const rec::LocationRecord& location);

absl::StatusOr<ExchangeRate> ParseExchangeRate(const v1::ExchangeRate& message);
v1::ExchangeRate ToMessage(const ExchangeRate& rate);

// An ISO 4217 code that is known.
absl::StatusOr<std::string> ParseCurrency(absl::string_view field, const std::string& code);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_CATALOG_CONVERT_H_
