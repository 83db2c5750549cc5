// How calls wait, repeat and give up.

#include "clients/cli/connection.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "clients/cli/failure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "tests/cli/fake_server.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

using inventory::v1::CatalogService;
using inventory::v1::CreateProductRequest;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RetryPolicy QuickPolicy() {
  RetryPolicy policy;
  policy.first_answer = std::chrono::milliseconds(200);
  policy.total = std::chrono::milliseconds(1'000);
  policy.first_pause = std::chrono::milliseconds(5);
  policy.longest_pause = std::chrono::milliseconds(20);
  return policy;
}

class ConnectionTest : public ::testing::Test {
 protected:
  absl::Status CreateProduct(Connection& connection) {
    CreateProductRequest request;
    request.set_request_id("0195a1f0-7c1e-7bb2-9a53-4f1d2c3b4a59");
    return connection.Call(&CatalogService::Stub::CreateProduct, request).status();
  }

  Connection Connect(const std::string& address) {
    return Connection({address, address, address, address}, QuickPolicy(), &interrupt_,
                      [this](absl::string_view line) { notices_.emplace_back(line); });
  }

  // Answers the first `failures` requests with `code`.
  void FailFirst(int failures, grpc::StatusCode code) {
    server_.SetHook([this, failures, code](const auto&) {
      return ++attempts_ <= failures ? grpc::Status(code, "try again") : grpc::Status::OK;
    });
  }

  FakeServer server_;
  std::atomic<int> attempts_ = 0;
  Interrupt interrupt_;
  std::vector<std::string> notices_;
};

TEST_F(ConnectionTest, RepeatsWhatMaySucceedALittleLaterWithTheSameRequestId) {
  for (const auto code :
       {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::ABORTED,
        grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::DEADLINE_EXCEEDED}) {
    attempts_ = 0;
    FailFirst(3, code);
    Connection connection = Connect(server_.address());

    EXPECT_THAT(CreateProduct(connection), IsOk()) << code;

    EXPECT_EQ(attempts_, 4) << code;
  }
  for (const auto& request : server_.Requests<CreateProductRequest>()) {
    EXPECT_EQ(request.request_id(), "0195a1f0-7c1e-7bb2-9a53-4f1d2c3b4a59");
  }
}

TEST_F(ConnectionTest, DoesNotRepeatARefusal) {
  FailFirst(1, grpc::StatusCode::FAILED_PRECONDITION);
  Connection connection = Connect(server_.address());

  EXPECT_THAT(CreateProduct(connection), StatusIs(absl::StatusCode::kFailedPrecondition));

  EXPECT_EQ(attempts_, 1);
}

TEST_F(ConnectionTest, DoesNotRepeatAnAbortThatStaysTrue) {
  server_.SetHook([this](const auto&) {
    ++attempts_;
    return testing::Refusal(grpc::StatusCode::ABORTED, "REVISION_CHANGED", "somebody was faster");
  });
  Connection connection = Connect(server_.address());

  EXPECT_THAT(CreateProduct(connection), StatusIs(absl::StatusCode::kAborted));

  EXPECT_EQ(attempts_, 1);
}

TEST_F(ConnectionTest, RepeatsAnAbortThatIsOverInAMoment) {
  server_.SetHook([this](const auto&) {
    return ++attempts_ == 1 ? testing::Refusal(grpc::StatusCode::ABORTED, "SHIPMENT_BUSY", "wait")
                            : grpc::Status::OK;
  });
  Connection connection = Connect(server_.address());

  EXPECT_THAT(CreateProduct(connection), IsOk());

  EXPECT_EQ(attempts_, 2);
}

TEST_F(ConnectionTest, GivesUpSoonOnAServerThatNeverAnswered) {
  Connection connection = Connect("127.0.0.1:1");

  const absl::Status status = CreateProduct(connection);

  EXPECT_EQ(ExitCodeOf(status), kUnreachable);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("no answer from the server at 127.0.0.1:1"), HasSubstr("ops/up")));
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(ConnectionTest, SaysOnceThatAServerStoppedAnswering) {
  Connection connection = Connect(server_.address());
  ASSERT_THAT(CreateProduct(connection), IsOk());
  FailFirst(5, grpc::StatusCode::UNAVAILABLE);

  EXPECT_THAT(CreateProduct(connection), IsOk());

  EXPECT_THAT(notices_, ElementsAre(HasSubstr("cannot answer now")));
}

TEST_F(ConnectionTest, GivesUpWhenItsTimeIsOver) {
  FailFirst(1'000'000, grpc::StatusCode::RESOURCE_EXHAUSTED);
  Connection connection = Connect(server_.address());

  EXPECT_THAT(CreateProduct(connection), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ConnectionTest, ARequestToStopEndsTheCallThatIsUnderWay) {
  std::atomic<bool> started = false;
  server_.SetHook([&started](const auto&) {
    started = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return grpc::Status::OK;
  });
  Connection connection = Connect(server_.address());
  std::thread person([&] {
    while (!started) std::this_thread::yield();
    interrupt_.Request();
  });

  const absl::Status status = CreateProduct(connection);
  person.join();

  EXPECT_EQ(ExitCodeOf(status), kInterrupted);
  EXPECT_EQ(ExitCodeOf(CreateProduct(connection)), kInterrupted);
  EXPECT_THAT(server_.Requests<CreateProductRequest>(), SizeIs(1));
}

TEST_F(ConnectionTest, KnowsWhichServicesShareAProcess) {
  Connection connection({"a:1", "b:1", "a:1", "c:1", "b:1", "b:1", "a:1"}, QuickPolicy(),
                        &interrupt_, nullptr);

  const std::vector<Endpoint*> processes = connection.Processes();

  ASSERT_THAT(processes, SizeIs(3));
  EXPECT_THAT(connection.ServicesAt(*processes[0]),
              ElementsAre("inventory", "consumption", "accounts"));
  EXPECT_THAT(connection.ServicesAt(*processes[1]), ElementsAre("shipments", "trace", "planning"));
  EXPECT_THAT(connection.ServicesAt(*processes[2]), ElementsAre("impact"));
}

}  // namespace
}  // namespace milkway::cli
