// gRPC: what became of the goods besides plain receipts.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/fields.h"
#include "services/shipments/countersign.h"
#include "services/shipments/ledger_steps.h"
#include "services/shipments/outcome_convert.h"
#include "services/shipments/shipment_queries.h"
#include "services/shipments/shipment_service.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/shortages.h"
#include "services/shipments/transit_exits.h"

namespace milkway::shipments {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

// Lots of the shipment that are held back.
std::vector<LotId> HeldLots(const rec::ShipmentRecord& shipment) {
  std::vector<LotId> lots;
  for (const auto& [lot, status] : StatusesOf(shipment)) {
    if (status.quarantined_g > 0) lots.push_back(lot);
  }
  return lots;
}

template <typename Request>
absl::StatusOr<std::string> DecideLoss(Transaction& transaction, const Request& request) {
  ASSIGN_OR_RETURN(const Loss loss, ParseLoss(request));
  ASSIGN_OR_RETURN(const auto id, runtime::ParseRequestId("request_id", request.request_id()));
  ASSIGN_OR_RETURN(const rec::StepRecord step, BeginLoss(transaction, loss, id));
  return step.SerializeAsString();
}

}  // namespace

grpc::ServerUnaryReactor* ShipmentService::DeclareLost(Context* context,
                                                       const v1::DeclareLostRequest* request,
                                                       v1::DeclareLostResponse* response) {
  return handlers_.MutateAcross(context, request, response, kLossStep,
                                [request](Transaction& transaction, const Call&) {
                                  return DecideLoss(transaction, *request);
                                });
}

grpc::ServerUnaryReactor* ShipmentService::CloseShipment(Context* context,
                                                         const v1::CloseShipmentRequest* request,
                                                         v1::CloseShipmentResponse* response) {
  return handlers_.MutateAcross(context, request, response, kClosingStep,
                                [request](Transaction& transaction, const Call&) {
                                  return DecideLoss(transaction, *request);
                                });
}

grpc::ServerUnaryReactor* ShipmentService::RecordReturn(Context* context,
                                                        const v1::RecordReturnRequest* request,
                                                        v1::RecordReturnResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kReturnStep,
      [request](Transaction& transaction, const Call&) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const ReturnToOrigin returned, ParseReturn(*request));
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(const rec::StepRecord step, BeginReturn(transaction, returned, id));
        return step.SerializeAsString();
      });
}

void ShipmentService::AskAboutRelease(const v1::RecordReleaseRequest& request,
                                      runtime::Handlers::Finish<ReleaseFacts> finish) const {
  absl::StatusOr<ReleaseOrder> order = ParseRelease(request);
  if (!order.ok()) return std::move(finish)(order.status());
  const auto shipment = ReadShipment(*handlers_.parts().store->NewSnapshot(), order->shipment_id);
  if (!shipment.ok()) return std::move(finish)(shipment.status());
  inventory_.AskHeldStock(shipment->destination_id(), HeldLots(*shipment),
                          [order = *std::move(order),
                           finish = std::move(finish)](absl::StatusOr<HeldStock> held) mutable {
                            if (!held.ok()) return std::move(finish)(held.status());
                            std::move(finish)(ReleaseFacts{std::move(order), *std::move(held)});
                          });
}

grpc::ServerUnaryReactor* ShipmentService::RecordRelease(Context* context,
                                                         const v1::RecordReleaseRequest* request,
                                                         v1::RecordReleaseResponse* response) {
  return handlers_.MutateAcrossAfter<ReleaseFacts>(
      context, request, response, kReleaseStep,
      [this, request](const Call&, runtime::Handlers::Finish<ReleaseFacts> finish) {
        AskAboutRelease(*request, std::move(finish));
      },
      [request](Transaction& transaction, const Call& call,
                const ReleaseFacts& facts) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(const rec::StepRecord step,
                         BeginRelease(transaction, facts.order, facts.held, id, call.now_us));
        return step.SerializeAsString();
      });
}

grpc::ServerUnaryReactor* ShipmentService::CountersignReceipt(
    Context* context, const v1::CountersignReceiptRequest* request,
    v1::CountersignReceiptResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CountersignReceiptResponse> {
        ASSIGN_OR_RETURN(const Countersigning signing, ParseCountersigning(*request));
        ASSIGN_OR_RETURN(const ReceiptOnRecord receipt,
                         shipments::CountersignReceipt(transaction, signing, ActorOf(call)));
        v1::CountersignReceiptResponse answer;
        *answer.mutable_receipt() = ToMessage(receipt);
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::ListReceiptsToCountersign(
    Context* context, const v1::ListReceiptsToCountersignRequest* request,
    v1::ListReceiptsToCountersignResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::ListReceiptsToCountersign(reader, *request);
  });
}

grpc::ServerUnaryReactor* ShipmentService::ResolveShortage(
    Context* context, const v1::ResolveShortageRequest* request,
    v1::ResolveShortageResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kShortageStep,
      [request](Transaction& transaction, const Call& call) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const Resolution resolution, ParseResolution(*request));
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(const rec::StepRecord step,
                         BeginResolution(transaction, resolution, id, call.now_us));
        return step.SerializeAsString();
      });
}

grpc::ServerUnaryReactor* ShipmentService::ListShortages(Context* context,
                                                         const v1::ListShortagesRequest* request,
                                                         v1::ListShortagesResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::ListShortages(reader, *request);
  });
}

}  // namespace milkway::shipments
