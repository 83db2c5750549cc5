// Calling another service without waiting for it.

#include "clients/cpp/unary_call.h"

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using testing::AddMilkOf;
using testing::AddMilkRequest;
using testing::AddMilkResponse;
using testing::AwaitMilkRequest;
using testing::AwaitMilkResponse;
using testing::Milk;
using testing::MilkService;
using testing::MilkTest;

class UnaryCall : public MilkTest {
 protected:
  absl::StatusOr<AddMilkResponse> Add(const AddMilkRequest& request, const std::string& caller) {
    absl::Notification is_done;
    absl::StatusOr<AddMilkResponse> result;
    clients::CallUnary<AddMilkResponse>(stub_->async(), &Milk::AddMilk, {caller}, request,
                                        [&](absl::StatusOr<AddMilkResponse> answer) {
                                          result = std::move(answer);
                                          is_done.Notify();
                                        });
    is_done.WaitForNotification();
    return result;
  }
};

TEST_F(UnaryCall, HandsOverTheAnswer) {
  const auto answer = Add(AddMilkOf(1, "changyuan", 250), "admin:li");

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->quantity_g(), 250);
}

TEST_F(UnaryCall, HandsOverTheRefusalWithItsName) {
  EXPECT_THAT(Add(AddMilkOf(1, "changyuan", 5'000), "admin:li"), IsRefusal("TOO_MUCH_MILK"));
}

TEST_F(UnaryCall, IsMadeAsTheCaller) {
  EXPECT_THAT(Add(AddMilkOf(1, "changyuan", 250), "donor:li"), IsRefusal("PERMISSION_DENIED"));
  EXPECT_THAT(Add(AddMilkOf(1, "changyuan", 250), ""), IsRefusal("CALLER_UNKNOWN"));
}

TEST_F(UnaryCall, EndsAtItsDeadline) {
  absl::Notification is_done;
  clients::CallUnary<AwaitMilkResponse>(
      stub_->async(), &Milk::AwaitMilk, {"admin:li", std::chrono::milliseconds(50)},
      AwaitMilkRequest(), [&](absl::StatusOr<AwaitMilkResponse> answer) {
        EXPECT_THAT(answer, StatusIs(absl::StatusCode::kDeadlineExceeded));
        is_done.Notify();
      });
  Handlers::Finish<AwaitMilkResponse> finish = process_->service.TakeAwaiting();

  is_done.WaitForNotification();

  std::move(finish)(AwaitMilkResponse());
}

// gRPC's threads end with the last channel and server. One of these threads must not
// be the one that lets go of it: it would wait for itself.
TEST_F(UnaryCall, MayBeTheLastThingThatAProcessDoes) {
  absl::Notification is_heard;
  clients::CallUnary<AddMilkResponse>(stub_->async(), &Milk::AddMilk, {"admin:li"},
                                      AddMilkOf(1, "changyuan", 250),
                                      [&](absl::StatusOr<AddMilkResponse>) {
                                        is_heard.Notify();
                                        absl::SleepFor(absl::Milliseconds(100));
                                      });
  is_heard.WaitForNotification();

  Stop();
  stub_.reset();

  absl::SleepFor(absl::Milliseconds(200));
  Start();
}

}  // namespace
}  // namespace milkway::runtime
