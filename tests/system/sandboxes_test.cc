// Dry runs on sandboxes: across processes that believe nobody's word, and on no other
// servers than sandboxes.

#include "services/milkwayd/sandboxes.h"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/origin.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
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
using ::testing::HasSubstr;

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

  // As milkwayd does.
  ~Process() { sandboxes_->Stop(); }

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

TEST_F(SandboxTest, IsKnownByItsAddressAsItWasAnswered) {
  const auto inventory = Open(*inventory_, {});
  ASSERT_THAT(inventory, IsOk());
  const std::string port = inventory->address().substr(inventory->address().rfind(':'));

  const auto shipments = Open(*shipments_, {{"inventory", "localhost" + port}});

  EXPECT_THAT(shipments, IsRefusal("SANDBOX_UNKNOWN"));
  EXPECT_THAT(std::string(shipments.status().message()), HasSubstr("exactly as it was answered"));
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

TEST_F(SandboxTest, SaysThatTheOtherProcessDoesNotKnowWhoAsks) {
  const auto inventory = Open(*inventory_, {});
  ASSERT_THAT(inventory, IsOk());
  // Not through the socket, where it would be known as a service.
  const Process stranger("trace", folder_, &clock_, trust_, {{"inventory", inventory_->address()}});

  const auto sandbox = Open(stranger, {{"inventory", inventory->address()}});

  EXPECT_THAT(sandbox, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(sandbox, IsRefusal("SANDBOX_KEY_NOT_TOLD"));
}

// Takes every question, and answers none.
class SilentProcess final : public OperationsService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetSandboxKey(grpc::CallbackServerContext*,
                                          const operations::v1::GetSandboxKeyRequest*,
                                          operations::v1::GetSandboxKeyResponse*) override {
    class Reactor final : public grpc::ServerUnaryReactor {
     public:
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    asked_.Notify();
    return new Reactor;
  }

  absl::Notification asked_;
};

class ProcessThatIsSilent : public SandboxTest {
 protected:
  ProcessThatIsSilent() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_, grpc::InsecureServerCredentials());
    builder.RegisterService(&silent_);
    server_ = builder.BuildAndStart();
    asking_ = std::make_unique<Process>(
        "trace", folder_, &clock_, trust_,
        std::map<std::string, std::string>{{"inventory", "unix:" + socket_}});
  }
  ~ProcessThatIsSilent() override { server_->Shutdown(std::chrono::system_clock::now()); }

  const std::string socket_ = folder_ / "silent.sock";
  SilentProcess silent_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Process> asking_;
};

TEST_F(ProcessThatIsSilent, IsNotWaitedForForLong) {
  const absl::Time asked_at = absl::Now();

  EXPECT_THAT(Open(*asking_, {{"inventory", "127.0.0.1:40123"}}),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(absl::Now() - asked_at, absl::Seconds(6));
}

TEST_F(ProcessThatIsSilent, IsNotWaitedForByAServerThatStops) {
  std::thread opening([this] {
    EXPECT_FALSE(Open(*asking_, {{"inventory", "127.0.0.1:40123"}}).ok());
  });
  silent_.asked_.WaitForNotification();

  const absl::Time stopped_at = absl::Now();
  asking_.reset();
  opening.join();

  EXPECT_LT(absl::Now() - stopped_at, absl::Seconds(2));
}

// A table that is read when services start; whoever reads it waits for who writes it.
class SlowTable {
 public:
  explicit SlowTable(std::string file) : file_(std::move(file)) {
    EXPECT_EQ(mkfifo(file_.c_str(), 0600), 0);
  }
  const std::string& file() const { return file_; }
  // Waits until somebody reads it, who then goes on waiting.
  void AwaitReader() { writer_.open(file_); }
  void LetGo() { writer_.close(); }

 private:
  const std::string file_;
  std::ofstream writer_;
};

TEST_F(SandboxTest, ThatOpensKeepsNobodyFromAskingForTheKeyOfAnother) {
  SlowTable table(folder_ / "needs.csv");
  InstanceOptions options;
  bool has_gateway = false;
  options.targets = *ParseTargets("consumption", &has_gateway);
  options.data_folder = folder_ / "consumption";
  options.server.listen = {"127.0.0.1:0"};
  options.trust = trust_;
  const auto original = Instance::Start(options, &clock_, nullptr, nullptr);
  ASSERT_THAT(original, IsOk());
  options.daily_needs_file = table.file();
  Sandboxes sandboxes(options, &clock_);
  sandboxes.SetOriginal(original->get());
  std::thread opening([&] { (void)sandboxes.Open({}); });
  table.AwaitReader();

  absl::Notification answered;
  std::thread asking([&] {
    EXPECT_THAT(sandboxes.KeyOf("127.0.0.1:40123"), IsRefusal("SANDBOX_UNKNOWN"));
    answered.Notify();
  });
  EXPECT_TRUE(answered.WaitForNotificationWithTimeout(absl::Seconds(5)));

  table.LetGo();
  opening.join();
  asking.join();
}

}  // namespace
}  // namespace milkway::testing
