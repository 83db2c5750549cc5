#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace ship = shipments::v1;

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
      if (found == books.shipments.end()) {
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
        *response->add_shipments() = shipment.shipment();
      }
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddShipmentServices(FakeServer* server, FakeServices* services) {
  AddService<Shipments>(server, services);
}

}  // namespace milkway::cli::testing
