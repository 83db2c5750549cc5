// Calls that would never end.

#include "services/runtime/deadline_cap.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/runtime/transport_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using testing::SoundService;
using testing::TransportTest;
using testing::WhoAmIRequest;
using testing::WhoAmIResponse;

class ACallWithoutADeadline : public TransportTest {
 protected:
  // A method that takes `takes`, and may take `may_take`.
  void StartWith(absl::Duration takes, absl::Duration may_take) {
    method_ = [this, takes, may_take](grpc::CallbackServerContext& context, WhoAmIResponse*) {
      DeadlineCap cap(&context, may_take);
      absl::SleepFor(takes);
      was_cancelled_ = context.IsCancelled();
      cap.Lift();
      ended_.Notify();
    };
    ASSERT_THAT(Start(At("127.0.0.1:0")), IsOk());
  }

  absl::Status CallForEver() {
    grpc::ClientContext context;
    WhoAmIResponse response;
    return clients::FromGrpcStatus(SoundService::NewStub(ChannelTo(server_->address()))
                                       ->WhoAmI(&context, WhoAmIRequest(), &response));
  }

  bool was_cancelled_ = false;
  absl::Notification ended_;
};

TEST_F(ACallWithoutADeadline, HearsThatItTookTooLong) {
  StartWith(absl::Seconds(2), absl::Milliseconds(200));
  const absl::Time begun = absl::Now();

  const absl::Status status = CallForEver();

  EXPECT_LT(absl::Now() - begun, absl::Seconds(2));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(std::string(status.message()), HasSubstr("200ms"));
  ended_.WaitForNotification();
  EXPECT_TRUE(was_cancelled_);
}

TEST_F(ACallWithoutADeadline, IsAnsweredIfItEndsInTime) {
  StartWith(absl::Milliseconds(50), absl::Seconds(2));

  EXPECT_THAT(CallForEver(), IsOk());
  EXPECT_FALSE(was_cancelled_);
}

// The cap and the end of a call meet, again and again: neither may touch what is gone.
TEST_F(ACallWithoutADeadline, MayEndJustWhenItsTimeIsOver) {
  method_ = [](grpc::CallbackServerContext& context, WhoAmIResponse*) {
    DeadlineCap cap(&context, absl::Milliseconds(1));
    absl::SleepFor(absl::Microseconds(1'000));
    cap.Lift();
  };
  ASSERT_THAT(Start(At("127.0.0.1:0")), IsOk());

  for (int number = 0; number < 300; ++number) {
    const absl::Status status = CallForEver();
    EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kDeadlineExceeded) << status;
  }
}

TEST(TheMostThatACallMayTake, IsMoreForThoseThatCopyAStore) {
  EXPECT_EQ(UnaryCallMaxOf("milkway.inventory.v1.StockService/GetStockCard"), absl::Minutes(2));
  EXPECT_EQ(UnaryCallMaxOf("milkway.operations.v1.OperationsService/CreateBackup"),
            absl::Minutes(10));
}

}  // namespace
}  // namespace milkway::runtime
