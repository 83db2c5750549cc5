// gRPC: the catalogue.

#ifndef MILKWAY_SERVICES_INVENTORY_CATALOG_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_CATALOG_SERVICE_H_

#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::inventory {

class CatalogService final : public v1::CatalogService::CallbackService {
 public:
  explicit CatalogService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* SetProgramme(Context* context, const v1::SetProgrammeRequest* request,
                        v1::SetProgrammeResponse* response) override;
  Reactor* GetProgramme(Context* context, const v1::GetProgrammeRequest* request,
                        v1::GetProgrammeResponse* response) override;
  Reactor* CreateProduct(Context* context, const v1::CreateProductRequest* request,
                         v1::CreateProductResponse* response) override;
  Reactor* GetProduct(Context* context, const v1::GetProductRequest* request,
                      v1::GetProductResponse* response) override;
  Reactor* ListProducts(Context* context, const v1::ListProductsRequest* request,
                        v1::ListProductsResponse* response) override;
  Reactor* CreateLocation(Context* context, const v1::CreateLocationRequest* request,
                          v1::CreateLocationResponse* response) override;
  Reactor* GetLocation(Context* context, const v1::GetLocationRequest* request,
                       v1::GetLocationResponse* response) override;
  Reactor* ListLocations(Context* context, const v1::ListLocationsRequest* request,
                         v1::ListLocationsResponse* response) override;
  Reactor* SetContacts(Context* context, const v1::SetContactsRequest* request,
                       v1::SetContactsResponse* response) override;
  Reactor* GetContacts(Context* context, const v1::GetContactsRequest* request,
                       v1::GetContactsResponse* response) override;
  Reactor* RecordExchangeRate(Context* context, const v1::RecordExchangeRateRequest* request,
                              v1::RecordExchangeRateResponse* response) override;
  Reactor* GetExchangeRate(Context* context, const v1::GetExchangeRateRequest* request,
                           v1::GetExchangeRateResponse* response) override;
  Reactor* ListExchangeRates(Context* context, const v1::ListExchangeRatesRequest* request,
                             v1::ListExchangeRatesResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_CATALOG_SERVICE_H_
