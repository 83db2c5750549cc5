// gRPC: how goods travel, and what happened to them in order.

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/documents.h"
#include "services/shipments/journey_convert.h"
#include "services/shipments/legs.h"
#include "services/shipments/shipment_queries.h"
#include "services/shipments/shipment_service.h"
#include "services/shipments/temperatures.h"
#include "services/shipments/transport_convert.h"
#include "services/shipments/watch_stream.h"

namespace milkway::shipments {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

grpc::ServerUnaryReactor* ShipmentService::RecordLeg(Context* context,
                                                     const v1::RecordLegRequest* request,
                                                     v1::RecordLegResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordLegResponse> {
        ASSIGN_OR_RETURN(const std::string shipment_id,
                         runtime::ParseId("shipment_id", request->shipment_id()));
        const absl::StatusOr<Leg> leg = ParseLeg(request->leg());
        if (!leg.ok()) return InField("leg", leg.status());
        ASSIGN_OR_RETURN(const std::vector<Leg> legs,
                         shipments::RecordLeg(transaction, shipment_id, *leg, ActorOf(call)));
        v1::RecordLegResponse answer;
        for (const Leg& known : legs) *answer.add_legs() = ToMessage(known);
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::AttachShipmentDocument(
    Context* context, const v1::AttachShipmentDocumentRequest* request,
    v1::AttachShipmentDocumentResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AttachShipmentDocumentResponse> {
        ASSIGN_OR_RETURN(const std::string shipment_id,
                         runtime::ParseId("shipment_id", request->shipment_id()));
        const absl::StatusOr<DocumentOnRecord> document = ParseDocument(request->document());
        if (!document.ok()) return InField("document", document.status());
        RETURN_IF_ERROR(AttachDocument(transaction, shipment_id, *document, ActorOf(call)));
        v1::AttachShipmentDocumentResponse answer;
        *answer.mutable_document() = ToMessage(*document);
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::RecordTemperatures(
    Context* context, const v1::RecordTemperaturesRequest* request,
    v1::RecordTemperaturesResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordTemperaturesResponse> {
        ASSIGN_OR_RETURN(const Readings readings, ParseReadings(*request));
        ASSIGN_OR_RETURN(const rec::LoggerRecord logger,
                         shipments::RecordTemperatures(transaction, readings, ActorOf(call)));
        v1::RecordTemperaturesResponse answer;
        *answer.mutable_summary() = ToMessage(LoggerOnRecord{readings.logger_id, logger});
        return answer;
      });
}

grpc::ServerUnaryReactor* ShipmentService::ListTemperatures(
    Context* context, const v1::ListTemperaturesRequest* request,
    v1::ListTemperaturesResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::ListTemperatures(reader, *request);
  });
}

grpc::ServerUnaryReactor* ShipmentService::GetJourney(Context* context,
                                                      const v1::GetJourneyRequest* request,
                                                      v1::GetJourneyResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetJourneyResponse> {
        ASSIGN_OR_RETURN(const JourneyQuestion question, ParseJourneyQuestion(*request));
        ASSIGN_OR_RETURN(const Journey journey,
                         question.shipment_id.empty()
                             ? JourneyOfLot(reader, question.lot)
                             : JourneyOfShipment(reader, question.shipment_id));
        return ToMessage(journey);
      });
}

grpc::ServerUnaryReactor* ShipmentService::ListShipmentChanges(
    Context* context, const v1::ListShipmentChangesRequest* request,
    v1::ListShipmentChangesResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return shipments::ListShipmentChanges(reader, *request);
  });
}

grpc::ServerWriteReactor<v1::WatchShipmentsResponse>* ShipmentService::WatchShipments(
    Context* context, const v1::WatchShipmentsRequest* request) {
  return new WatchStream(runtime::CallScope(handlers_.parts(), *context,
                                            v1::WatchShipmentsRequest::descriptor(), request),
                         *request);
}

}  // namespace milkway::shipments
