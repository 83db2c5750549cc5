#include "services/inventory/catalog_service.h"

#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/catalog_convert.h"
#include "services/inventory/contacts.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr int kPlacesAskedMax = 1000;

}  // namespace

grpc::ServerUnaryReactor* CatalogService::SetProgramme(Context* context,
                                                       const v1::SetProgrammeRequest* request,
                                                       v1::SetProgrammeResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::SetProgrammeResponse> {
                            const auto currency = ParseBaseCurrency(request->programme());
                            if (!currency.ok()) return InField("programme", currency.status());
                            v1::Programme before;
                            ASSIGN_OR_RETURN(*before.mutable_base_currency(),
                                             ReadBaseCurrency(transaction));
                            RETURN_IF_ERROR(SetBaseCurrency(transaction, *currency));
                            v1::SetProgrammeResponse answer;
                            answer.mutable_programme()->set_base_currency(*currency);
                            call.Changed(&before, &answer.programme());
                            return answer;
                          });
}

grpc::ServerUnaryReactor* CatalogService::GetProgramme(Context* context,
                                                       const v1::GetProgrammeRequest* request,
                                                       v1::GetProgrammeResponse* response) {
  return handlers_.Query(
      context, request, response,
      [](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetProgrammeResponse> {
        ASSIGN_OR_RETURN(const std::string currency, ReadBaseCurrency(reader));
        v1::GetProgrammeResponse answer;
        answer.mutable_programme()->set_base_currency(currency);
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::CreateProduct(Context* context,
                                                        const v1::CreateProductRequest* request,
                                                        v1::CreateProductResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::CreateProductResponse> {
                            const auto product = ParseProduct(request->product());
                            if (!product.ok()) return InField("product", product.status());
                            const std::string& id = request->product().product_id();
                            RETURN_IF_ERROR(inventory::CreateProduct(transaction, id, *product));
                            v1::CreateProductResponse answer;
                            *answer.mutable_product() = ToMessage(id, *product);
                            call.Changed(nullptr, &answer.product());
                            return answer;
                          });
}

grpc::ServerUnaryReactor* CatalogService::GetProduct(Context* context,
                                                     const v1::GetProductRequest* request,
                                                     v1::GetProductResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetProductResponse> {
        ASSIGN_OR_RETURN(const rec::ProductRecord product,
                         ReadProduct(reader, request->product_id()));
        v1::GetProductResponse answer;
        *answer.mutable_product() = ToMessage(request->product_id(), product);
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::ListProducts(Context* context,
                                                       const v1::ListProductsRequest* request,
                                                       v1::ListProductsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListProductsResponse> {
        v1::ListProductsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<ProductTable>(
                             reader, ProductKey::Range(), *request,
                             [&](const ProductKey::Key& key, const rec::ProductRecord& product) {
                               *answer.add_products() = ToMessage(std::get<0>(key), product);
                               return true;
                             }));
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::CreateLocation(Context* context,
                                                         const v1::CreateLocationRequest* request,
                                                         v1::CreateLocationResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CreateLocationResponse> {
        const auto location = ParseLocation(request->location());
        if (!location.ok()) return InField("location", location.status());
        const std::string& id = request->location().location_id();
        RETURN_IF_ERROR(inventory::CreateLocation(transaction, id, *location));
        v1::CreateLocationResponse answer;
        *answer.mutable_location() = ToMessage(id, *location);
        call.Changed(nullptr, &answer.location());
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::GetLocation(Context* context,
                                                      const v1::GetLocationRequest* request,
                                                      v1::GetLocationResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetLocationResponse> {
        ASSIGN_OR_RETURN(const rec::LocationRecord location,
                         ReadLocation(reader, request->location_id()));
        v1::GetLocationResponse answer;
        *answer.mutable_location() = ToMessage(request->location_id(), location);
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::ListLocations(Context* context,
                                                        const v1::ListLocationsRequest* request,
                                                        v1::ListLocationsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLocationsResponse> {
        const bool all_kinds = request->kind() == v1::LOCATION_KIND_UNSPECIFIED;
        v1::ListLocationsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<LocationTable>(
                             reader, LocationKey::Range(), *request,
                             [&](const LocationKey::Key& key, const rec::LocationRecord& location) {
                               if (!all_kinds && static_cast<int>(location.kind()) !=
                                                     static_cast<int>(request->kind())) {
                                 return false;
                               }
                               *answer.add_locations() = ToMessage(std::get<0>(key), location);
                               return true;
                             }));
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::SetContacts(Context* context,
                                                      const v1::SetContactsRequest* request,
                                                      v1::SetContactsResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::SetContactsResponse> {
        ASSIGN_OR_RETURN(rec::ContactsRecord contacts, ParseContacts(request->contacts()));
        contacts.set_recorded_by(call.caller.id);
        v1::SetContactsResponse before;
        ASSIGN_OR_RETURN(const rec::ContactsRecord earlier,
                         ReadContacts(transaction, request->location_id()));
        *before.mutable_contacts() = ToMessages(earlier);
        RETURN_IF_ERROR(inventory::SetContacts(transaction, request->location_id(), contacts));
        v1::SetContactsResponse answer;
        *answer.mutable_contacts() = ToMessages(contacts);
        call.Changed(&before, &answer);
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::GetContacts(Context* context,
                                                      const v1::GetContactsRequest* request,
                                                      v1::GetContactsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetContactsResponse> {
        RETURN_IF_ERROR(
            runtime::CheckCount("location_ids", request->location_ids_size(), 1, kPlacesAskedMax));
        v1::GetContactsResponse answer;
        for (const std::string& location_id : request->location_ids()) {
          ASSIGN_OR_RETURN(const rec::ContactsRecord contacts, ReadContacts(reader, location_id));
          v1::PlaceContacts& place = *answer.add_places();
          place.set_location_id(location_id);
          *place.mutable_contacts() = ToMessages(contacts);
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::RecordExchangeRate(
    Context* context, const v1::RecordExchangeRateRequest* request,
    v1::RecordExchangeRateResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordExchangeRateResponse> {
        const auto rate = ParseExchangeRate(request->exchange_rate());
        if (!rate.ok()) return InField("exchange_rate", rate.status());
        RETURN_IF_ERROR(inventory::RecordExchangeRate(transaction, *rate));
        v1::RecordExchangeRateResponse answer;
        *answer.mutable_exchange_rate() = ToMessage(*rate);
        call.Changed(nullptr, &answer.exchange_rate());
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::GetExchangeRate(Context* context,
                                                          const v1::GetExchangeRateRequest* request,
                                                          v1::GetExchangeRateResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetExchangeRateResponse> {
        ASSIGN_OR_RETURN(const std::string from,
                         ParseCurrency("from_currency", request->from_currency()));
        ASSIGN_OR_RETURN(const std::string to,
                         ParseCurrency("to_currency", request->to_currency()));
        ASSIGN_OR_RETURN(const LocalDate on, ParseDate("on", request->on()));
        ASSIGN_OR_RETURN(const ExchangeRate rate, RateOn(reader, from, to, on));
        v1::GetExchangeRateResponse answer;
        *answer.mutable_exchange_rate() = ToMessage(rate);
        return answer;
      });
}

grpc::ServerUnaryReactor* CatalogService::ListExchangeRates(
    Context* context, const v1::ListExchangeRatesRequest* request,
    v1::ListExchangeRatesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListExchangeRatesResponse> {
        v1::ListExchangeRatesResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<ExchangeRateTable>(
                reader, ExchangeRateKey::Range(), *request,
                [&](const ExchangeRateKey::Key& key, const rec::ExchangeRateRecord& record) {
                  const auto& [from, to, day] = key;
                  *answer.add_exchange_rates() = ToMessage(ExchangeRate{
                      LocalDate{static_cast<int32_t>(day)}, from, to,
                      Decimal{record.units(), static_cast<int>(record.scale())}, record.source()});
                  return true;
                }));
        return answer;
      });
}

}  // namespace milkway::inventory
