// gRPC: shipments, milestones and receipts.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_

#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/runtime/handler.h"
#include "services/shipments/inventory_peer.h"
#include "services/shipments/shipment.h"

namespace milkway::shipments {

class ShipmentService final : public v1::ShipmentService::CallbackService {
 public:
  // `inventory` must outlive the service.
  ShipmentService(runtime::Handlers::Parts parts, const InventoryPeer* inventory)
      : handlers_(parts), inventory_(*inventory) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* CreateShipment(Context* context, const v1::CreateShipmentRequest* request,
                          v1::CreateShipmentResponse* response) override;
  Reactor* CancelShipment(Context* context, const v1::CancelShipmentRequest* request,
                          v1::CancelShipmentResponse* response) override;
  Reactor* DispatchShipment(Context* context, const v1::DispatchShipmentRequest* request,
                            v1::DispatchShipmentResponse* response) override;
  Reactor* RecordMilestone(Context* context, const v1::RecordMilestoneRequest* request,
                           v1::RecordMilestoneResponse* response) override;
  Reactor* RecordReceipt(Context* context, const v1::RecordReceiptRequest* request,
                         v1::RecordReceiptResponse* response) override;
  Reactor* CorrectReceipt(Context* context, const v1::CorrectReceiptRequest* request,
                          v1::CorrectReceiptResponse* response) override;
  Reactor* GetShipment(Context* context, const v1::GetShipmentRequest* request,
                       v1::GetShipmentResponse* response) override;
  Reactor* ListShipments(Context* context, const v1::ListShipmentsRequest* request,
                         v1::ListShipmentsResponse* response) override;

 private:
  // A draft or a receipt, with what had to be asked to decide on it.
  struct DraftFacts {
    ShipmentDraft draft;
    PackWeights weights;
  };
  struct ReceiptFacts {
    Receipt receipt;
    PackWeights weights;  // of the lots that the shipment does not know
  };

  void AskAboutDraft(const v1::CreateShipmentRequest& request,
                     runtime::Handlers::Finish<DraftFacts> finish) const;
  // Takes what was parsed from the request's field "receipt".
  void AskAboutReceipt(absl::StatusOr<Receipt> receipt,
                       runtime::Handlers::Finish<ReceiptFacts> finish) const;

  runtime::Handlers handlers_;
  const InventoryPeer& inventory_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_
