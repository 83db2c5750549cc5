// gRPC: shipments, how they travel and what becomes of them.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_

#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/runtime/handler.h"
#include "services/shipments/inventory_peer.h"
#include "services/shipments/release.h"
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
  Reactor* ListLaneTimes(Context* context, const v1::ListLaneTimesRequest* request,
                         v1::ListLaneTimesResponse* response) override;

  // In outcome_service.cc: what became of the goods besides plain receipts.
  Reactor* DeclareLost(Context* context, const v1::DeclareLostRequest* request,
                       v1::DeclareLostResponse* response) override;
  Reactor* CloseShipment(Context* context, const v1::CloseShipmentRequest* request,
                         v1::CloseShipmentResponse* response) override;
  Reactor* RecordReturn(Context* context, const v1::RecordReturnRequest* request,
                        v1::RecordReturnResponse* response) override;
  Reactor* RecordRelease(Context* context, const v1::RecordReleaseRequest* request,
                         v1::RecordReleaseResponse* response) override;
  Reactor* CountersignReceipt(Context* context, const v1::CountersignReceiptRequest* request,
                              v1::CountersignReceiptResponse* response) override;
  Reactor* ListReceiptsToCountersign(Context* context,
                                     const v1::ListReceiptsToCountersignRequest* request,
                                     v1::ListReceiptsToCountersignResponse* response) override;
  Reactor* ResolveShortage(Context* context, const v1::ResolveShortageRequest* request,
                           v1::ResolveShortageResponse* response) override;
  Reactor* ListShortages(Context* context, const v1::ListShortagesRequest* request,
                         v1::ListShortagesResponse* response) override;

  // In transport_service.cc: how they travel, and what happened in order.
  Reactor* RecordLeg(Context* context, const v1::RecordLegRequest* request,
                     v1::RecordLegResponse* response) override;
  Reactor* AttachShipmentDocument(Context* context,
                                  const v1::AttachShipmentDocumentRequest* request,
                                  v1::AttachShipmentDocumentResponse* response) override;
  Reactor* RecordTemperatures(Context* context, const v1::RecordTemperaturesRequest* request,
                              v1::RecordTemperaturesResponse* response) override;
  Reactor* ListTemperatures(Context* context, const v1::ListTemperaturesRequest* request,
                            v1::ListTemperaturesResponse* response) override;
  Reactor* GetJourney(Context* context, const v1::GetJourneyRequest* request,
                      v1::GetJourneyResponse* response) override;
  Reactor* ListShipmentChanges(Context* context, const v1::ListShipmentChangesRequest* request,
                               v1::ListShipmentChangesResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchShipmentsResponse>* WatchShipments(
      Context* context, const v1::WatchShipmentsRequest* request) override;

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

  struct ReleaseFacts {
    ReleaseOrder order;
    HeldStock held;
  };

  void AskAboutDraft(const v1::CreateShipmentRequest& request,
                     runtime::Handlers::Finish<DraftFacts> finish) const;
  // Takes what was parsed from the request's field "receipt".
  void AskAboutReceipt(absl::StatusOr<Receipt> receipt,
                       runtime::Handlers::Finish<ReceiptFacts> finish) const;
  void AskAboutRelease(const v1::RecordReleaseRequest& request,
                       runtime::Handlers::Finish<ReleaseFacts> finish) const;

  runtime::Handlers handlers_;
  const InventoryPeer& inventory_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_SERVICE_H_
