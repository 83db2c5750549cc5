// Dry runs on sandboxes: across processes that believe nobody's word, and on no other
// servers than sandboxes.

#include "services/milkwayd/sandboxes.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/origin.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/milkwayd/instance.h"
#include "services/milkwayd/targets.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/trust.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::testing {
namespace {

using operations::v1::OperationsService;

// One process of several, which knows services by their socket and people by their tokens.
class Process {
 public:
  Process(const std::string& target, const TempFolder& folder, const runtime::Clock* clock,
          std::shared_ptr<runtime::Trust> trust, std::map<std::string, std::string> peers)
      : socket_(folder / (target + ".sock")) {
    InstanceOptions options;
    bool has_gateway = false;
    options.targets = *ParseTargets(target, &has_gateway);
    options.data_folder = folder / target;
    options.server.listen = {"127.0.0.1:0"};
    options.server.service_sockets = {socket_};
    options.peers = std::move(peers);
    options.trust = std::move(trust);
    sandboxes_ = std::make_unique<Sandboxes>(options, clock);
    instance_ = *Instance::Start(options, clock, nullptr, sandboxes_.get());
    sandboxes_->SetOriginal(instance_.get());
  }

  const std::string& address() const { return instance_->address(); }
  std::string socket() const { return "unix:" + socket_; }

 private:
  const std::string socket_;
  std::unique_ptr<Sandboxes> sandboxes_;
  std::unique_ptr<Instance> instance_;
};

class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() {
    trust_->Update({{key_.kid(), key_.public_pem()}}, {}, clock_.NowUs());
    inventory_ = std::make_unique<Process>("inventory", folder_, &clock_, trust_,
                                           std::map<std::string, std::string>());
    shipments_ = std::make_unique<Process>(
        "shipments", folder_, &clock_, trust_,
        std::map<std::string, std::string>{{"inventory", inventory_->socket()}});
  }

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(const std::string& address,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& service = "") {
    Stub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    clients::CallOptions options;
    const int64_t now_s = clock_.NowUs() / 1'000'000;
    if (service.empty()) {
      options.token =
          *key_.Sign({"li", common::v1::ROLE_PROCUREMENT, {}, "session", now_s, now_s + 600});
    } else {
      options.service = service;
    }
    grpc::ClientContext context;
    clients::Prepare(options, &context);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return clients::FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<operations::v1::OpenSandboxResponse> Open(
      const Process& process, const std::map<std::string, std::string>& peers) {
    operations::v1::OpenSandboxRequest request;
    for (const auto& [name, address] : peers) (*request.mutable_peers())[name] = address;
    return Call(process.address(), &OperationsService::Stub::OpenSandbox, request);
  }

  TempFolder folder_;
  const runtime::SystemClock clock_;
  const runtime::TokenKey key_ = *runtime::TokenKey::Generate();
  const std::shared_ptr<runtime::Trust> trust_ = std::make_shared<runtime::Trust>();
  std::unique_ptr<Process> inventory_;
  std::unique_ptr<Process> shipments_;
};

TEST_F(SandboxTest, OfOneProcessIsCalledByThatOfAnother) {
  const auto inventory = Open(*inventory_, {});
  ASSERT_THAT(inventory, IsOk());
  const auto shipments = Open(*shipments_, {{"inventory", inventory->address()}});
  ASSERT_THAT(shipments, IsOk());

  // A draft asks the inventory for its lots, which must know that it is the shipments that
  // ask.
  shipments::v1::CreateShipmentRequest request;
  request.set_request_id("01976b0e-0000-7000-8000-000000000001");
  request.mutable_shipment()->set_shipment_id("shipment-1");
  request.mutable_shipment()->set_origin_id("melbourne");
  request.mutable_shipment()->set_destination_id("chengdu");
  request.mutable_shipment()->set_mode(shipments::v1::TRANSPORT_MODE_SEA);
  request.mutable_shipment()->add_lines()->set_lot_id(17);
  request.mutable_shipment()->mutable_lines(0)->set_packs(1);
  EXPECT_THAT(
      Call(shipments->address(), &shipments::v1::ShipmentService::Stub::CreateShipment, request),
      IsRefusal("LOCATION_UNKNOWN"));
}

TEST_F(SandboxTest, CallsNoServerThatIsNoSandboxOnThisMachine) {
  for (const std::string& address :
       {inventory_->socket(), std::string("192.0.2.7:7700"), std::string("inventory:7700"),
        std::string("7700"), std::string()}) {
    EXPECT_THAT(Open(*shipments_, {{"inventory", address}}), NamesField("peers[\"inventory\"]"))
        << address;
  }
  EXPECT_THAT(Open(*shipments_, {{"inventory", inventory_->address()}}),
              IsRefusal("SANDBOX_UNKNOWN"));
}

TEST_F(SandboxTest, TellsItsKeyToServicesOnly) {
  const auto sandbox = Open(*inventory_, {});
  ASSERT_THAT(sandbox, IsOk());
  operations::v1::GetSandboxKeyRequest request;
  request.set_address(sandbox->address());

  EXPECT_THAT(Call(inventory_->address(), &OperationsService::Stub::GetSandboxKey, request),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(
      Call(inventory_->socket(), &OperationsService::Stub::GetSandboxKey, request, "shipments"),
      IsOk());
}

}  // namespace
}  // namespace milkway::testing
