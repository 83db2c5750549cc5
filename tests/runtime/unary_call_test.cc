// Calling another service without waiting for it.

#include "clients/cpp/unary_call.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/origin.h"
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
using ::testing::ElementsAre;
using testing::Milk;
using testing::MilkService;
using testing::MilkTest;

class UnaryCall : public MilkTest {
 protected:
  // On whose behalf milk is added, from now on.
  void HearOrigins() {
    process_->service.in_body = [this](const runtime::Call& call) {
      origins_.push_back(call.caller.on_behalf_of);
      return absl::OkStatus();
    };
  }

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

  std::vector<std::string> origins_;
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

TEST_F(UnaryCall, OfAServiceSaysForWhomEvenAfterAnAnswer) {
  HearOrigins();
  absl::Notification is_done;
  {
    const clients::Origin wang{"wang", ""};
    const clients::OriginScope scope(&wang);
    clients::CallUnary<AddMilkResponse>(
        stub_->async(), &Milk::AddMilk, {"service:shipments"}, AddMilkOf(1, "changyuan", 1),
        [&](const absl::StatusOr<AddMilkResponse>&) {
          clients::CallUnary<AddMilkResponse>(
              stub_->async(), &Milk::AddMilk, {"service:shipments"}, AddMilkOf(2, "changyuan", 1),
              [&](const absl::StatusOr<AddMilkResponse>&) { is_done.Notify(); });
        });
  }
  is_done.WaitForNotification();

  EXPECT_THAT(origins_, ElementsAre("wang", "wang"));
}

// gRPC ends the program over metadata that is no visible ASCII.
TEST_F(UnaryCall, CarriesTheIdOfWhomeverItIsFor) {
  HearOrigins();
  const std::vector<std::string> ids = {"https://id.example.org#42", "王小明", " 100% \n\x7f",
                                        "50%20"};
  for (size_t number = 0; number < ids.size(); ++number) {
    const clients::Origin origin{ids[number], ""};
    const clients::OriginScope scope(&origin);
    ASSERT_THAT(Add(AddMilkOf(number, "changyuan", 1), "service:shipments"), IsOk());
  }

  EXPECT_EQ(origins_, ids);
}

TEST_F(UnaryCall, CarriesTheIdOfACallerWhoIsNoVisibleAscii) {
  std::string caller_id;
  process_->service.in_body = [&](const runtime::Call& call) {
    caller_id = call.caller.id;
    return absl::OkStatus();
  };
  ASSERT_THAT(Add(AddMilkOf(1, "changyuan", 1), "admin:王 50%"), IsOk());

  EXPECT_EQ(caller_id, "王 50%");
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
