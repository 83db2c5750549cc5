#include "services/shipments/shipment_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/dispatch.h"
#include "services/shipments/ledger_steps.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_queries.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_convert.h"

namespace milkway::shipments {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

// Lots of the receipt whose weight the shipment does not remember.
std::vector<LotId> UnknownLots(const Receipt& receipt, const rec::ShipmentRecord& shipment) {
  PackWeights known;
  for (const rec::ShipmentLineRecord& line : shipment.lines()) {
    known[LotId{line.lot_id()}] = line.pack_weight_g();
  }
  for (const rec::LotStatusRecord& lot : shipment.lots()) {
    known[LotId{lot.lot_id()}] = lot.pack_weight_g();
  }
  std::vector<LotId> unknown;
  for (const ReceiptLine& line : receipt.lines) {
    if (known.find(line.lot) == known.end()) unknown.push_back(line.lot);
  }
  return unknown;
}

}  // namespace

void ShipmentService::AskAboutDraft(const v1::CreateShipmentRequest& request,
                                    runtime::Handlers::Finish<DraftFacts> finish) const {
  absl::StatusOr<ShipmentDraft> draft = ParseShipment(request.shipment());
  if (!draft.ok()) return std::move(finish)(InField("shipment", draft.status()));
  auto facts = std::make_shared<DraftFacts>();
  facts->draft = *std::move(draft);
  inventory_.AskAboutDraft(facts->draft, [facts, finish = std::move(finish)](
                                             absl::StatusOr<PackWeights> weights) mutable {
    if (!weights.ok()) return std::move(finish)(weights.status());
    facts->weights = *std::move(weights);
    std::move(finish)(std::move(*facts));
  });
}

void ShipmentService::AskAboutReceipt(absl::StatusOr<Receipt> receipt,
                                      runtime::Handlers::Finish<ReceiptFacts> finish) const {
  if (!receipt.ok()) return std::move(finish)(InField("receipt", receipt.status()));
  const auto shipment = ReadShipment(*handlers_.parts().store->NewSnapshot(), receipt->shipment_id);
  if (!shipment.ok()) return std::move(finish)(shipment.status());
  const std::vector<LotId> lots = UnknownLots(*receipt, *shipment);
  inventory_.AskPackWeights(lots, [receipt = *std::move(receipt), finish = std::move(finish)](
                                      absl::StatusOr<PackWeights> weights) mutable {
    if (!weights.ok()) return std::move(finish)(weights.status());
    std::move(finish)(ReceiptFacts{std::move(receipt), *std::move(weights)});
  });
}

grpc::ServerUnaryReactor* ShipmentService::CreateShipment(Context* context,
                                                          const v1::CreateShipmentRequest* request,
                                                          v1::CreateShipmentResponse* response) {
  return handlers_.MutateAfter<DraftFacts>(
      context, request, response,
      [this, request](const Call&, runtime::Handlers::Finish<DraftFacts> finish) {
        AskAboutDraft(*request, std::move(finish));
      },
      [](Transaction& transaction, const Call& call,
         const DraftFacts& facts) -> absl::StatusOr<v1::CreateShipmentResponse> {
        const auto shipment =
            shipments::CreateShipment(transaction, facts.draft, facts.weights, ActorOf(call));
        if (!shipment.ok()) return InField("shipment", shipment.status());
        v1::CreateShipmentResponse answer;
        *answer.mutable_shipment() = ToMessage(facts.draft.shipment_id, *shipment);
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::CancelShipment(Context* context,
                                                          const v1::CancelShipmentRequest* request,
                                                          v1::CancelShipmentResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CancelShipmentResponse> {
        ASSIGN_OR_RETURN(const std::string shipment_id,
                         runtime::ParseId("shipment_id", request->shipment_id()));
        ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment,
                         shipments::CancelShipment(transaction, shipment_id, ActorOf(call)));
        v1::CancelShipmentResponse answer;
        *answer.mutable_shipment() = ToMessage(shipment_id, shipment);
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::DispatchShipment(
    Context* context, const v1::DispatchShipmentRequest* request,
    v1::DispatchShipmentResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kDispatchStep,
      [request](Transaction& transaction, const Call&) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const Dispatch dispatch, ParseDispatch(*request));
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(const rec::StepRecord step, BeginDispatch(transaction, dispatch, id));
        return step.SerializeAsString();
      });
}

grpc::ServerUnaryReactor* ShipmentService::RecordMilestone(
    Context* context, const v1::RecordMilestoneRequest* request,
    v1::RecordMilestoneResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordMilestoneResponse> {
        ASSIGN_OR_RETURN(const std::string shipment_id,
                         runtime::ParseId("shipment_id", request->shipment_id()));
        const auto milestone = ParseMilestone(request->milestone());
        if (!milestone.ok()) return InField("milestone", milestone.status());
        RETURN_IF_ERROR(
            shipments::RecordMilestone(transaction, shipment_id, *milestone, ActorOf(call)));
        return v1::RecordMilestoneResponse();
      });
}

grpc::ServerUnaryReactor* ShipmentService::RecordReceipt(Context* context,
                                                         const v1::RecordReceiptRequest* request,
                                                         v1::RecordReceiptResponse* response) {
  return handlers_.MutateAcrossAfter<ReceiptFacts>(
      context, request, response, kReceiptStep,
      [this, request](const Call&, runtime::Handlers::Finish<ReceiptFacts> finish) {
        AskAboutReceipt(ParseReceipt(request->receipt()), std::move(finish));
      },
      [request](Transaction& transaction, const Call& call,
                const ReceiptFacts& facts) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        const auto step = BeginReceipt(transaction, facts.receipt, facts.weights, id, call.now_us);
        if (!step.ok()) return InField("receipt", step.status());
        return step->SerializeAsString();
      });
}

grpc::ServerUnaryReactor* ShipmentService::CorrectReceipt(Context* context,
                                                          const v1::CorrectReceiptRequest* request,
                                                          v1::CorrectReceiptResponse* response) {
  return handlers_.MutateAcrossAfter<ReceiptFacts>(
      context, request, response, kReceiptCorrectionStep,
      [this, request](const Call&, runtime::Handlers::Finish<ReceiptFacts> finish) {
        AskAboutReceipt(ParseCorrectedReceipt(request->receipt()), std::move(finish));
      },
      [request](Transaction& transaction, const Call& call,
                const ReceiptFacts& facts) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const std::string reason, ParseCorrectionReason(request->reason()));
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        const auto step =
            BeginCorrection(transaction, facts.receipt, reason, facts.weights, id, call.now_us);
        if (!step.ok()) return InField("receipt", step.status());
        return step->SerializeAsString();
      });
}

grpc::ServerUnaryReactor* ShipmentService::GetShipment(Context* context,
                                                       const v1::GetShipmentRequest* request,
                                                       v1::GetShipmentResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::GetShipment(reader, *request);
  });
}

grpc::ServerUnaryReactor* ShipmentService::ListShipments(Context* context,
                                                         const v1::ListShipmentsRequest* request,
                                                         v1::ListShipmentsResponse* response) {
  return handlers_.Query(context, request, response,
                         [request](const Reader& reader, const Call& call) {
                           return shipments::ListShipments(reader, *request, call.caller);
                         });
}

grpc::ServerUnaryReactor* ShipmentService::ListLaneTimes(Context* context,
                                                         const v1::ListLaneTimesRequest* request,
                                                         v1::ListLaneTimesResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::ListLaneTimes(reader, *request);
  });
}

}  // namespace milkway::shipments
