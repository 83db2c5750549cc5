// A real server on the loopback interface that counts milk, and its callers.

#ifndef MILKWAY_TESTS_RUNTIME_MILK_FIXTURE_H_
#define MILKWAY_TESTS_RUNTIME_MILK_FIXTURE_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "google/protobuf/message.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "services/runtime/server.h"
#include "tests/runtime/milk_counter.h"
#include "tests/support/stores.h"

namespace milkway::runtime::testing {

// One call, seen by the client. Waits for its end before it is destroyed: the thread
// of gRPC that ends it must not be the last to hold the channel.
template <typename Response>
class ClientCall {
 public:
  ClientCall() = default;
  ~ClientCall() { ended_.WaitForNotification(); }

  grpc::ClientContext* context() { return &context_; }
  Response* response() { return &response_; }
  bool HasEnded() const { return ended_.HasBeenNotified(); }

  // Holds on to `request` until the call has ended.
  template <typename Request>
  const Request* Keep(const Request& request) {
    auto kept = std::make_shared<Request>(request);
    const Request* pointer = kept.get();
    request_ = std::move(kept);
    return pointer;
  }

  void End(const grpc::Status& status) {
    status_ = clients::FromGrpcStatus(status);
    ended_.Notify();
  }

  absl::StatusOr<Response> Wait() {
    ended_.WaitForNotification();
    if (!status_.ok()) return status_;
    return response_;
  }

 private:
  grpc::ClientContext context_;
  std::shared_ptr<const google::protobuf::Message> request_;
  Response response_;
  absl::Status status_;
  absl::Notification ended_;
};

using Milk = class MilkService::Stub::async;

// Starts a call of `method`, such as &Milk::AddMilk.
template <typename Request, typename Response>
std::shared_ptr<ClientCall<Response>> StartCall(
    MilkService::Stub* stub, clients::UnaryMethod<Milk, Request, Response> method,
    const Request& request, const std::string& caller = "admin:li",
    std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
  auto call = std::make_shared<ClientCall<Response>>();
  clients::Prepare({caller, deadline}, call->context());
  (stub->async()->*method)(call->context(), call->Keep(request), call->response(),
                           [ended = call.get()](grpc::Status status) { ended->End(status); });
  return call;
}

// A UUID for the request `number`.
inline std::string RequestIdOf(uint64_t number) {
  return absl::StrFormat("01976b0e-0000-7000-8000-%012x", number);
}

inline AddMilkRequest AddMilkOf(uint64_t number, const std::string& school_id, int64_t quantity_g) {
  AddMilkRequest request;
  request.set_request_id(RequestIdOf(number));
  request.set_school_id(school_id);
  request.set_quantity_g(quantity_g);
  return request;
}

inline OrderMilkRequest OrderMilkOf(uint64_t number, const std::string& order) {
  OrderMilkRequest request;
  request.set_request_id(RequestIdOf(number));
  request.set_order(order);
  return request;
}

class MilkTest : public ::testing::Test {
 protected:
  MilkTest() { Start(); }
  ~MilkTest() override { Stop(); }

  // The program stops in the order in which the real one does.
  void Stop() {
    process_->intents.Stop();
    process_->service.EndAwaiting();
    server_.reset();
    process_.reset();
  }
  void Start() {
    process_.emplace(store_.get(), &orders_, log_, caller_limits_);
    auto server = Server::Start("127.0.0.1:0", {&process_->service}, store_.get());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = MilkService::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }
  void Restart() {
    Stop();
    store_.Reopen();
    Start();
  }

  template <typename Request, typename Response>
  std::shared_ptr<ClientCall<Response>> Begin(clients::UnaryMethod<Milk, Request, Response> method,
                                              const Request& request,
                                              const std::string& caller = "admin:li") {
    return StartCall(stub_.get(), method, request, caller);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(clients::UnaryMethod<Milk, Request, Response> method,
                                const Request& request, const std::string& caller = "admin:li") {
    return Begin(method, request, caller)->Wait();
  }

  int64_t MilkAt(const std::string& school_id) {
    return testing::MilkAt(*store_->NewSnapshot(), school_id);
  }
  int64_t Additions() { return AdditionsOf(*store_->NewSnapshot()); }

  // Waits until `count` calls have ended, as the server sees it.
  void AwaitCalls(int64_t count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (process_->metrics.CallCount() < count && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    EXPECT_EQ(process_->metrics.CallCount(), count);
  }

  milkway::testing::MemoryStore store_;
  Dairy dairy_;
  OrderKind orders_{&dairy_};
  CallLog* log_ = nullptr;  // from the next start on, as the limits
  CallerLimits* caller_limits_ = nullptr;
  std::optional<MilkProcess> process_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<MilkService::Stub> stub_;
};

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_MILK_FIXTURE_H_
