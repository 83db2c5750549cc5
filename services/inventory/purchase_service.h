// gRPC: purchases and lots.

#ifndef MILKWAY_SERVICES_INVENTORY_PURCHASE_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_PURCHASE_SERVICE_H_

#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::inventory {

class PurchaseService final : public v1::PurchaseService::CallbackService {
 public:
  explicit PurchaseService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* RecordPurchase(Context* context, const v1::RecordPurchaseRequest* request,
                          v1::RecordPurchaseResponse* response) override;
  Reactor* AddPurchaseCost(Context* context, const v1::AddPurchaseCostRequest* request,
                           v1::AddPurchaseCostResponse* response) override;
  Reactor* AttachPurchaseDocument(Context* context,
                                  const v1::AttachPurchaseDocumentRequest* request,
                                  v1::AttachPurchaseDocumentResponse* response) override;
  Reactor* ListPurchaseDocuments(Context* context, const v1::ListPurchaseDocumentsRequest* request,
                                 v1::ListPurchaseDocumentsResponse* response) override;
  Reactor* RecordSupplierReturn(Context* context, const v1::RecordSupplierReturnRequest* request,
                                v1::RecordSupplierReturnResponse* response) override;
  Reactor* ListSupplierReturns(Context* context, const v1::ListSupplierReturnsRequest* request,
                               v1::ListSupplierReturnsResponse* response) override;
  Reactor* GetPurchase(Context* context, const v1::GetPurchaseRequest* request,
                       v1::GetPurchaseResponse* response) override;
  Reactor* ListPurchases(Context* context, const v1::ListPurchasesRequest* request,
                         v1::ListPurchasesResponse* response) override;
  Reactor* GetLots(Context* context, const v1::GetLotsRequest* request,
                   v1::GetLotsResponse* response) override;
  Reactor* ListLots(Context* context, const v1::ListLotsRequest* request,
                    v1::ListLotsResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_PURCHASE_SERVICE_H_
