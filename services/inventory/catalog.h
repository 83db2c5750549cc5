// Products, locations, exchange rates and settings: what everything else refers to.
//
// Entries are written once. Creating an entry again is OK if its content is the
// same, and ALREADY_EXISTS otherwise.

#ifndef MILKWAY_SERVICES_INVENTORY_CATALOG_H_
#define MILKWAY_SERVICES_INVENTORY_CATALOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/inventory/inventory_keys.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "storage/store.h"

namespace milkway::inventory {

// ALREADY_EXISTS: PRODUCT_EXISTS, LOCATION_EXISTS, EXCHANGE_RATE_EXISTS.
absl::Status CreateProduct(storage::Transaction& transaction, const std::string& product_id,
                           const rec::ProductRecord& product);
absl::Status CreateLocation(storage::Transaction& transaction, const std::string& location_id,
                            const rec::LocationRecord& location);

// NOT_FOUND: PRODUCT_UNKNOWN, LOCATION_UNKNOWN.
absl::StatusOr<rec::ProductRecord> ReadProduct(const storage::Reader& reader,
                                               const std::string& product_id);
absl::StatusOr<rec::LocationRecord> ReadLocation(const storage::Reader& reader,
                                                 const std::string& location_id);

// A rate from one currency to another on a day.
struct ExchangeRate {
  LocalDate on;
  std::string from;
  std::string to;
  Decimal rate;
  std::string source;
};
absl::Status RecordExchangeRate(storage::Transaction& transaction, const ExchangeRate& rate);

// The latest direct rate on or before `on`; 1 between a currency and itself.
// FAILED_PRECONDITION (EXCHANGE_RATE_MISSING).
absl::StatusOr<ExchangeRate> RateOn(const storage::Reader& reader, const std::string& from,
                                    const std::string& to, LocalDate on);

// `amount` in `to` at the rate of `on`.
absl::StatusOr<Money> ConvertOn(const storage::Reader& reader, const Money& amount,
                                const std::string& to, LocalDate on);

// FAILED_PRECONDITION (BASE_CURRENCY_FIXED) if another one is in use.
absl::Status SetBaseCurrency(storage::Transaction& transaction, const std::string& currency);
// Empty while it is not fixed.
absl::StatusOr<std::string> ReadBaseCurrency(const storage::Reader& reader);
// The base currency; AUD from now on if it was not fixed.
absl::StatusOr<std::string> FixBaseCurrency(storage::Transaction& transaction);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_CATALOG_H_
