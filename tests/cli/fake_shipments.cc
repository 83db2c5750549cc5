#include "clients/cli/days.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"
#include "milkway/shipments/v1/transport.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace ship = shipments::v1;

bool Concerns(const ship::GetShipmentResponse& shipment, const std::string& place) {
  return place.empty() || place == shipment.shipment().origin_id() ||
         place == shipment.shipment().destination_id();
}

class Shipments final : public ship::ShipmentService::Service, public FakeHandler {
  grpc::Status CreateShipment(grpc::ServerContext* context,
                              const ship::CreateShipmentRequest* request,
                              ship::CreateShipmentResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool is_new) {
      const ship::Shipment& shipment = request->shipment();
      if (is_new) *books.shipments[shipment.shipment_id()].mutable_shipment() = shipment;
      return grpc::Status::OK;
    });
  }
  grpc::Status DispatchShipment(grpc::ServerContext* context,
                                const ship::DispatchShipmentRequest* request,
                                ship::DispatchShipmentResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *books.shipments[request->shipment_id()].mutable_shipment()->mutable_dispatched_at() =
          request->dispatched_at();
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordMilestone(grpc::ServerContext* context,
                               const ship::RecordMilestoneRequest* request,
                               ship::RecordMilestoneResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool is_new) {
      if (is_new) *books.shipments[request->shipment_id()].add_milestones() = request->milestone();
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordReceipt(grpc::ServerContext* context,
                             const ship::RecordReceiptRequest* request,
                             ship::RecordReceiptResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool is_new) {
      auto& shipment = books.shipments[request->receipt().shipment_id()];
      if (is_new) *shipment.add_receipts()->mutable_receipt() = request->receipt();
      *response->mutable_shipment() = shipment.shipment();
      return grpc::Status::OK;
    });
  }
  grpc::Status CorrectReceipt(grpc::ServerContext* context,
                              const ship::CorrectReceiptRequest* request,
                              ship::CorrectReceiptResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->receipt().shipment_id()].shipment();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetShipment(grpc::ServerContext* context, const ship::GetShipmentRequest* request,
                           ship::GetShipmentResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto found = books.shipments.find(request->shipment_id());
      if (found == books.shipments.end() || !Concerns(found->second, request->place_id())) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "SHIPMENT_UNKNOWN", "no such shipment");
      }
      *response = found->second;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListShipments(grpc::ServerContext* context,
                             const ship::ListShipmentsRequest* request,
                             ship::ListShipmentsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, shipment] : books.shipments) {
        const std::string& asked = request->destination_id();
        if (asked.empty() || asked == shipment.shipment().destination_id()) {
          *response->add_shipments() = shipment.shipment();
        }
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status DeclareLost(grpc::ServerContext* context, const ship::DeclareLostRequest* request,
                           ship::DeclareLostResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->shipment_id()].shipment();
      response->set_position(9);
      return grpc::Status::OK;
    });
  }
  grpc::Status CloseShipment(grpc::ServerContext* context,
                             const ship::CloseShipmentRequest* request,
                             ship::CloseShipmentResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->shipment_id()].shipment();
      response->set_position(9);
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordReturn(grpc::ServerContext* context, const ship::RecordReturnRequest* request,
                            ship::RecordReturnResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->shipment_id()].shipment();
      response->set_position(9);
      return grpc::Status::OK;
    });
  }
  grpc::Status CancelShipment(grpc::ServerContext* context,
                              const ship::CancelShipmentRequest* request,
                              ship::CancelShipmentResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->shipment_id()].shipment();
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordRelease(grpc::ServerContext* context,
                             const ship::RecordReleaseRequest* request,
                             ship::RecordReleaseResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_shipment() = books.shipments[request->shipment_id()].shipment();
      response->set_released_g(60'000);
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordLeg(grpc::ServerContext* context, const ship::RecordLegRequest* request,
                         ship::RecordLegResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      auto& shipment = books.shipments[request->shipment_id()];
      shipment.clear_legs();
      *shipment.add_legs() = request->leg();
      *response->mutable_legs() = shipment.legs();
      return grpc::Status::OK;
    });
  }
  grpc::Status AttachShipmentDocument(grpc::ServerContext* context,
                                      const ship::AttachShipmentDocumentRequest* request,
                                      ship::AttachShipmentDocumentResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *books.shipments[request->shipment_id()].add_documents() = request->document();
      *response->mutable_document() = request->document();
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordTemperatures(grpc::ServerContext* context,
                                  const ship::RecordTemperaturesRequest* request,
                                  ship::RecordTemperaturesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      ship::TemperatureSummary& summary = *response->mutable_summary();
      summary.set_logger_id(request->logger_id());
      summary.set_reading_count(request->readings_size());
      *books.shipments[request->shipment_id()].add_temperatures() = summary;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListTemperatures(grpc::ServerContext* context,
                                const ship::ListTemperaturesRequest* request,
                                ship::ListTemperaturesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& summary : books.shipments[request->shipment_id()].temperatures()) {
        ship::RecordedTemperature& row = *response->add_readings();
        row.set_logger_id(summary.logger_id());
        row.mutable_reading()->set_read_us(summary.first_read_us());
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status CountersignReceipt(grpc::ServerContext* context,
                                  const ship::CountersignReceiptRequest* request,
                                  ship::CountersignReceiptResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      ship::RecordedReceipt& receipt = *response->mutable_receipt();
      receipt.set_version(1);
      receipt.mutable_countersignature()->set_signed_by("li");
      receipt.set_position(static_cast<int64_t>(books.shipments.size()));
      return grpc::Status::OK;
    });
  }
  grpc::Status ListReceiptsToCountersign(
      grpc::ServerContext* context, const ship::ListReceiptsToCountersignRequest* request,
      ship::ListReceiptsToCountersignResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, shipment] : books.shipments) {
        response->mutable_receipts()->MergeFrom(shipment.receipts());
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status ResolveShortage(grpc::ServerContext* context,
                               const ship::ResolveShortageRequest* request,
                               ship::ResolveShortageResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      response->mutable_shortage()->set_open_packs(0);
      response->set_position(static_cast<int64_t>(books.shipments.size()));
      return grpc::Status::OK;
    });
  }
  grpc::Status ListShortages(grpc::ServerContext* context,
                             const ship::ListShortagesRequest* request,
                             ship::ListShortagesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, shipment] : books.shipments) {
        response->mutable_shortages()->MergeFrom(shipment.shortages());
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status GetJourney(grpc::ServerContext* context, const ship::GetJourneyRequest* request,
                          ship::GetJourneyResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto at = [](const char* time) { return ToZonedTime(*ParseTime(time)); };
      ship::JourneyEvent& milestone = *response->add_events();
      milestone.set_shipment_id(books.shipments.begin()->first);
      milestone.set_kind(ship::SHIPMENT_EVENT_KIND_MILESTONE);
      milestone.set_milestone(ship::MILESTONE_KIND_ARRIVED_PORT);
      *milestone.mutable_at() = at("2025-03-01T10:20:00+11:00");
      ship::JourneyEvent& event = *response->add_events();
      event.set_shipment_id(books.shipments.begin()->first);
      *event.mutable_at() = at("2025-03-20T12:00:00+00:00");
      *event.mutable_late_at() = at("2025-03-25T12:00:00+00:00");
      event.set_kind(ship::SHIPMENT_EVENT_KIND_ARRIVAL);
      event.set_expected(true);
      event.set_source(ship::EXPECTATION_SOURCE_LANE);
      event.set_sample_count(12);
      return grpc::Status::OK;
    });
  }
  grpc::Status ListLaneTimes(grpc::ServerContext* context,
                             const ship::ListLaneTimesRequest* request,
                             ship::ListLaneTimesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      ship::LaneTime& time = *response->add_times();
      time.set_shipment_id(books.shipments.begin()->first);
      time.set_received_us(int64_t{7'200'000'000});
      return grpc::Status::OK;
    });
  }
  grpc::Status ListShipmentChanges(grpc::ServerContext* context,
                                   const ship::ListShipmentChangesRequest* request,
                                   ship::ListShipmentChangesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      ship::ShipmentChange& change = *response->add_changes();
      change.set_position(request->after_position() + 1);
      change.set_shipment_id(books.shipments.begin()->first);
      change.set_kind(ship::SHIPMENT_EVENT_KIND_RECEIVED);
      return grpc::Status::OK;
    });
  }
  grpc::Status WatchShipments(grpc::ServerContext* context,
                              const ship::WatchShipmentsRequest* request,
                              grpc::ServerWriter<ship::WatchShipmentsResponse>* writer) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      if (request->after_position() >= 3) {
        return Refusal(grpc::StatusCode::INVALID_ARGUMENT, "END_OF_TEST", "that is all");
      }
      ship::WatchShipmentsResponse message;
      ship::ShipmentChange& change = *message.add_changes();
      change.set_position(request->after_position() + 1);
      change.set_shipment_id(books.shipments.begin()->first);
      message.set_resume_position(change.position());
      writer->Write(message);
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping");
    });
  }
};

}  // namespace

void AddShipmentServices(FakeServer* server, FakeServices* services) {
  AddService<Shipments>(server, services);
}

}  // namespace milkway::cli::testing
