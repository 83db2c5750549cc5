#include "services/inventory/catalog.h"

#include <limits>
#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

namespace {

constexpr char kDefaultBaseCurrency[] = "AUD";

// OK if the row is new or the same; else `taken`.
template <typename Table, typename... Fields>
absl::Status PutOnce(storage::Transaction& transaction, const typename Table::Record& record,
                     const absl::Status& taken, const Fields&... key) {
  ASSIGN_OR_RETURN(const auto stored, Table::Find(transaction, key...));
  if (!stored.has_value()) return Table::Put(transaction, record, key...);
  const bool is_same = runtime::SerializeInOrder(*stored) == runtime::SerializeInOrder(record);
  return is_same ? absl::OkStatus() : taken;
}

}  // namespace

absl::Status CreateProduct(storage::Transaction& transaction, const std::string& product_id,
                           const rec::ProductRecord& product) {
  return PutOnce<ProductTable>(transaction, product,
                               IdTaken("PRODUCT_EXISTS", "the product", product_id), product_id);
}

absl::Status CreateLocation(storage::Transaction& transaction, const std::string& location_id,
                            const rec::LocationRecord& location) {
  return PutOnce<LocationTable>(
      transaction, location, IdTaken("LOCATION_EXISTS", "the location", location_id), location_id);
}

absl::StatusOr<rec::ProductRecord> ReadProduct(const storage::Reader& reader,
                                               const std::string& product_id) {
  ASSIGN_OR_RETURN(auto product, ProductTable::Find(reader, product_id));
  if (!product.has_value()) return ProductUnknown(product_id);
  return *std::move(product);
}

absl::StatusOr<rec::LocationRecord> ReadLocation(const storage::Reader& reader,
                                                 const std::string& location_id) {
  ASSIGN_OR_RETURN(auto location, LocationTable::Find(reader, location_id));
  if (!location.has_value()) return LocationUnknown(location_id);
  return *std::move(location);
}

absl::Status RecordExchangeRate(storage::Transaction& transaction, const ExchangeRate& rate) {
  rec::ExchangeRateRecord record;
  record.set_units(rate.rate.units);
  record.set_scale(static_cast<uint32_t>(rate.rate.scale));
  record.set_source(rate.source);
  const std::string what = absl::StrCat(rate.from, " to ", rate.to, " on ", FormatDate(rate.on));
  return PutOnce<ExchangeRateTable>(transaction, record,
                                    IdTaken("EXCHANGE_RATE_EXISTS", "the exchange rate", what),
                                    rate.from, rate.to, int64_t{rate.on.days});
}

absl::StatusOr<ExchangeRate> RateOn(const storage::Reader& reader, const std::string& from,
                                    const std::string& to, LocalDate on) {
  if (from == to) return ExchangeRate{on, from, to, Decimal{1, 0}, "the same currency"};
  const storage::KeyRange until = {ExchangeRateKey::Prefix(from, to),
                                   ExchangeRateKey::Prefix(from, to, int64_t{on.days} + 1)};
  std::optional<ExchangeRate> latest;
  RETURN_IF_ERROR(ExchangeRateTable::Scan(
      reader, until,
      [&](const ExchangeRateKey::Key& key, const rec::ExchangeRateRecord& record) {
        latest = ExchangeRate{LocalDate{static_cast<int32_t>(std::get<2>(key))}, from, to,
                              Decimal{record.units(), static_cast<int>(record.scale())},
                              record.source()};
        return false;
      },
      storage::ScanOrder::kDescending));
  if (!latest.has_value()) return ExchangeRateMissing(from, to, on);
  return *std::move(latest);
}

absl::StatusOr<Money> ConvertOn(const storage::Reader& reader, const Money& amount,
                                const std::string& to, LocalDate on) {
  ASSIGN_OR_RETURN(const ExchangeRate rate, RateOn(reader, amount.currency, to, on));
  return Convert(amount, rate.rate, to);
}

absl::Status SetBaseCurrency(storage::Transaction& transaction, const std::string& currency) {
  ASSIGN_OR_RETURN(const std::string in_use, ReadBaseCurrency(transaction));
  if (in_use == currency) return absl::OkStatus();
  if (!in_use.empty()) return BaseCurrencyFixed(in_use);
  rec::ProgrammeRecord programme;
  programme.set_base_currency(currency);
  return ProgrammeTable::Put(transaction, programme);
}

absl::StatusOr<std::string> ReadBaseCurrency(const storage::Reader& reader) {
  ASSIGN_OR_RETURN(const auto programme, ProgrammeTable::Find(reader));
  return programme.has_value() ? programme->base_currency() : std::string();
}

absl::StatusOr<std::string> FixBaseCurrency(storage::Transaction& transaction) {
  ASSIGN_OR_RETURN(std::string in_use, ReadBaseCurrency(transaction));
  if (!in_use.empty()) return in_use;
  RETURN_IF_ERROR(SetBaseCurrency(transaction, kDefaultBaseCurrency));
  return std::string(kDefaultBaseCurrency);
}

}  // namespace milkway::inventory
