// A server's life: it takes an address, says how it does, and drains.

#include "services/runtime/server.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/client_callback.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/failing_env.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;
using ::milkway::testing::FailingEnv;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using testing::AddMilkOf;
using ::testing::AnyOf;
using testing::AwaitMilkRequest;
using testing::AwaitMilkResponse;
using testing::ClientCall;
using testing::GetMilkRequest;
using ::testing::HasSubstr;
using testing::Milk;
using testing::MilkProcess;
using testing::MilkTest;
using ::testing::StartsWith;

std::shared_ptr<grpc::Channel> ChannelTo(const Server& server) {
  return grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
}

// How the server says it does.
absl::StatusOr<HealthCheckResponse::ServingStatus> HealthOf(const Server& server) {
  grpc::TemplatedGenericStub<HealthCheckRequest, HealthCheckResponse> stub(ChannelTo(server));
  ClientCall<HealthCheckResponse> call;
  const HealthCheckRequest request;
  stub.UnaryCall(call.context(), "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request,
                 call.response(), [&call](grpc::Status status) { call.End(status); });
  const auto response = call.Wait();
  if (!response.ok()) return response.status();
  return response->status();
}

class ServerTest : public MilkTest {};

TEST_F(ServerTest, ListensOnAFreePortWhereItIsAskedForPort0) {
  EXPECT_THAT(server_->address(), StartsWith("127.0.0.1:"));
  EXPECT_NE(server_->address(), "127.0.0.1:0");

  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
}

TEST_F(ServerTest, ListensWhereItWasToldTo) {
  const std::string address = server_->address();
  Stop();
  process_.emplace(store_.get(), &orders_);

  auto again = Server::Start(address, {&process_->service}, store_.get());

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->address(), address);
  server_ = *std::move(again);
}

TEST_F(ServerTest, IsRefusedAPortThatAnotherHas) {
  MilkProcess other(store_.get(), &orders_);

  const auto second = Server::Start(server_->address(), {&other.service}, store_.get());

  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(second.status().message(),
            absl::StrCat("cannot listen on ", server_->address(),
                         "; is another server running there? Stop that one first, or name "
                         "another address"));
  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
}

TEST_F(ServerTest, IsRefusedAnAddressThatIsNotItsOwn) {
  MilkProcess other(store_.get(), &orders_);

  // A network for documentation, which no machine is in.
  EXPECT_THAT(Server::Start("192.0.2.1:0", {&other.service}, store_.get()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ServerTest, IsRefusedWhatIsNotAnAddress) {
  MilkProcess other(store_.get(), &orders_);

  for (const char* listen : {"", "7700", ":7700", "127.0.0.1", "127.0.0.1:", "127.0.0.1:port",
                             "127.0.0.1:-1", "127.0.0.1:65536"}) {
    const auto server = Server::Start(listen, {&other.service}, store_.get());
    EXPECT_THAT(server, StatusIs(absl::StatusCode::kInvalidArgument)) << listen;
    EXPECT_THAT(std::string(server.status().message()), HasSubstr("HOST:PORT")) << listen;
  }
}

TEST_F(ServerTest, CanBeCalledFromWithinTheProcess) {
  const auto stub = testing::MilkService::NewStub(server_->InProcessChannel());

  EXPECT_THAT(
      StartCall(stub.get(), &Milk::AddMilk, AddMilkOf(1, "changyuan", 250), "admin:li")->Wait(),
      IsOk());
}

TEST_F(ServerTest, RefusesAMessageThatIsTooLarge) {
  GetMilkRequest request;
  request.set_school_id(std::string(kMessageBytesMax - 100, 'x'));
  EXPECT_THAT(Call(&Milk::GetMilk, request), IsOk());

  request.set_school_id(std::string(kMessageBytesMax, 'x'));
  EXPECT_THAT(Call(&Milk::GetMilk, request), StatusIs(absl::StatusCode::kResourceExhausted));
}

// What the server's reflection answers to the bytes of a ServerReflectionRequest.
class Reflection : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reflection(const Server& server, absl::string_view request)
      : stub_(ChannelTo(server)), bytes_(std::string(request)), request_(&bytes_, 1) {
    stub_.PrepareBidiStreamingCall(&context_,
                                   "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                   grpc::StubOptions(), this);
    StartRead(&response_);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartCall();
  }

  void OnDone(const grpc::Status&) override { done_.Notify(); }

  std::string Wait() {
    done_.WaitForNotification();
    grpc::Slice whole;
    if (!response_.DumpToSingleSlice(&whole).ok()) return "";
    return std::string(reinterpret_cast<const char*>(whole.begin()), whole.size());
  }

 private:
  grpc::GenericStub stub_;
  const grpc::Slice bytes_;
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  grpc::ClientContext context_;
  absl::Notification done_;
};

TEST_F(ServerTest, ListsItsServicesToWhoeverReflects) {
  // list_services: field 7, one byte long.
  const std::string names = Reflection(*server_, "\x3a\x01*").Wait();

  EXPECT_THAT(names, HasSubstr("milkway.runtime.testing.MilkService"));
  EXPECT_THAT(names, HasSubstr("grpc.health.v1.Health"));
}

TEST_F(ServerTest, DescribesItsServicesToWhoeverReflects) {
  for (const std::string& service :
       {std::string("milkway.runtime.testing.MilkService"), std::string("grpc.health.v1.Health")}) {
    // file_containing_symbol: field 4.
    const std::string request =
        absl::StrCat("\x22", std::string(1, static_cast<char>(service.size())), service);

    const std::string description = Reflection(*server_, request).Wait();

    EXPECT_THAT(description, HasSubstr(".proto")) << service;
  }
}

TEST(AServerOnAFailingDisk, SaysThatItDoesNotServe) {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  FailingEnv env(memory.get());
  storage::RocksDbStoreOptions options;
  options.folder = "/store";
  options.env = &env;
  const auto store = *storage::OpenRocksDbStore(options);
  const auto server = *Server::Start("127.0.0.1:0", {}, store.get());
  EXPECT_EQ(*HealthOf(*server), HealthCheckResponse::SERVING);

  env.Fail();
  EXPECT_FALSE(store
                   ->TransactAndWait([](storage::Transaction& transaction) {
                     return transaction.Put("key", "value");
                   })
                   .ok());

  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (*HealthOf(*server) == HealthCheckResponse::SERVING && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_EQ(*HealthOf(*server), HealthCheckResponse::NOT_SERVING);
}

class Draining : public MilkTest {
 protected:
  // Drains on a thread of its own, while `meanwhile` runs.
  void DrainWhile(absl::Duration patience, const std::function<void()>& meanwhile) {
    std::thread draining([&] { server_->Drain(patience); });
    meanwhile();
    draining.join();
  }
};

TEST_F(Draining, WaitsForTheCallsUnderWayAndTakesNoNewOnes) {
  const auto call = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  Handlers::Finish<AwaitMilkResponse> finish = process_->service.TakeAwaiting();

  DrainWhile(absl::Seconds(60), [&] {
    absl::StatusOr<testing::AddMilkResponse> late = testing::AddMilkResponse();
    for (int number = 1; late.ok(); ++number) {
      late = Call(&Milk::AddMilk, AddMilkOf(number, "changyuan", 1));
    }
    // CANCELLED, if it was on its way in already.
    EXPECT_THAT(late, AnyOf(StatusIs(absl::StatusCode::kUnavailable),
                            StatusIs(absl::StatusCode::kCancelled)));
    EXPECT_FALSE(call->HasEnded());
    std::move(finish)(AwaitMilkResponse());
  });

  EXPECT_THAT(call->Wait(), IsOk());
}

TEST_F(Draining, CancelsWhatTakesTooLong) {
  const auto call = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  Handlers::Finish<AwaitMilkResponse> finish = process_->service.TakeAwaiting();

  DrainWhile(absl::Milliseconds(100), [&] {
    EXPECT_FALSE(call->Wait().ok());
    std::move(finish)(AwaitMilkResponse());
  });
}

TEST_F(Draining, MayComeTwice) {
  server_->Drain(absl::Seconds(60));

  server_->Drain(absl::Seconds(60));
}

}  // namespace
}  // namespace milkway::runtime
