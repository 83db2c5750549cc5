// How much one caller may have under way, and that nobody else feels it.

#include "services/runtime/caller_limits.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using Kind = CallerLimits::Kind;

runtime::Call CallOf(const std::string& id, const std::string& peer = "203.0.113.7") {
  runtime::Call call;
  call.caller.id = id;
  call.caller.role = id.empty() ? common::v1::ROLE_UNSPECIFIED : common::v1::ROLE_SCHOOL_CONTACT;
  call.peer = peer;
  return call;
}

TEST(ACaller, HasSoManyCallsUnderWayAndNoMore) {
  CallerLimits limits({.calls = 2, .streams = 1});
  auto first = limits.Admit(CallOf("wang"), Kind::kCall);
  const auto second = limits.Admit(CallOf("wang"), Kind::kCall);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());

  const auto third = limits.Admit(CallOf("wang"), Kind::kCall);

  EXPECT_THAT(third, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(third, IsRefusal("TOO_MANY_CALLS"));
  first->Return();
  EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kCall), IsOk());
}

TEST(ACaller, HasItsStreamsBesides) {
  CallerLimits limits({.calls = 1, .streams = 1});
  const auto call = limits.Admit(CallOf("wang"), Kind::kCall);

  const auto stream = limits.Admit(CallOf("wang"), Kind::kStream);

  EXPECT_THAT(stream, IsOk());
  EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kStream), IsRefusal("TOO_MANY_CALLS"));
}

TEST(ACaller, IsNotHeldUpByAnother) {
  CallerLimits limits({.calls = 1, .streams = 1});
  const auto wang = limits.Admit(CallOf("wang"), Kind::kCall);

  EXPECT_THAT(limits.Admit(CallOf("li"), Kind::kCall), IsOk());
}

TEST(ACaller, IsAnAddressIfNobodyKnowsHim) {
  CallerLimits limits({.calls = 1, .streams = 1});
  const auto one = limits.Admit(CallOf("", "203.0.113.7"), Kind::kCall);

  EXPECT_THAT(limits.Admit(CallOf("", "203.0.113.7"), Kind::kCall), IsRefusal("TOO_MANY_CALLS"));
  EXPECT_THAT(limits.Admit(CallOf("", "203.0.113.8"), Kind::kCall), IsOk());
  // Somebody who has chosen an address for his name.
  EXPECT_THAT(limits.Admit(CallOf("203.0.113.7"), Kind::kCall), IsOk());
}

TEST(AService, MayHaveAnyNumberUnderWay) {
  CallerLimits limits({.calls = 1, .streams = 1});
  runtime::Call call = CallOf("shipments");
  call.caller.role = common::v1::ROLE_SERVICE;
  const auto first = limits.Admit(call, Kind::kCall);

  EXPECT_THAT(limits.Admit(call, Kind::kCall), IsOk());
}

TEST(APermit, CountsOnceHoweverItIsMoved) {
  CallerLimits limits({.calls = 1, .streams = 1});
  {
    CallerLimits::Permit permit = *limits.Admit(CallOf("wang"), Kind::kCall);
    CallerLimits::Permit moved(std::move(permit));
    CallerLimits::Permit assigned;
    assigned = std::move(moved);
    EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kCall), IsRefusal("TOO_MANY_CALLS"));
    assigned.Return();
    assigned.Return();
    EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kCall), IsOk());
  }

  const auto first = limits.Admit(CallOf("wang"), Kind::kCall);
  EXPECT_THAT(first, IsOk());
  EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kCall), IsRefusal("TOO_MANY_CALLS"));
}

TEST(Callers, AtTheSameTimeNeverHaveMoreThanTheirs) {
  constexpr int kMost = 5;
  CallerLimits limits({.calls = kMost, .streams = 1});
  std::atomic<int> under_way{0};
  std::atomic<int> most_seen{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 20'000; ++turn) {
        auto permit = limits.Admit(CallOf("wang"), Kind::kCall);
        if (!permit.ok()) continue;
        const int now = ++under_way;
        for (int seen = most_seen; now > seen && !most_seen.compare_exchange_weak(seen, now);) {
        }
        --under_way;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(most_seen, kMost);
  EXPECT_THAT(limits.Admit(CallOf("wang"), Kind::kCall), IsOk());
}

// Through the wrapper of a real server.
class ACallerOfAServer : public testing::MilkTest {
 protected:
  ACallerOfAServer() {
    Stop();
    caller_limits_ = &limits_;
    Start();
  }
  ~ACallerOfAServer() override {
    Stop();
    caller_limits_ = nullptr;
    Start();
  }

  CallerLimits limits_{{.calls = 2, .streams = 1}};
};

TEST_F(ACallerOfAServer, IsToldToWaitForItsOwnCalls) {
  const auto first = Begin(&testing::Milk::AwaitMilk, testing::AwaitMilkRequest(), "admin:wang");
  auto finish_first = process_->service.TakeAwaiting();
  const auto second = Begin(&testing::Milk::AwaitMilk, testing::AwaitMilkRequest(), "admin:wang");
  auto finish_second = process_->service.TakeAwaiting();

  EXPECT_THAT(Call(&testing::Milk::GetMilk, testing::GetMilkRequest(), "admin:wang"),
              IsRefusal("TOO_MANY_CALLS"));
  EXPECT_THAT(Call(&testing::Milk::GetMilk, testing::GetMilkRequest(), "admin:li"), IsOk());

  std::move(finish_first)(testing::AwaitMilkResponse());
  EXPECT_THAT(first->Wait(), IsOk());
  EXPECT_THAT(Call(&testing::Milk::GetMilk, testing::GetMilkRequest(), "admin:wang"), IsOk());
  std::move(finish_second)(testing::AwaitMilkResponse());
  EXPECT_THAT(second->Wait(), IsOk());
}

// Whoever has an answer may call again: no call that ends is still counted.
TEST_F(ACallerOfAServer, MayCallAgainTheMomentItIsAnswered) {
  const auto held = Begin(&testing::Milk::AwaitMilk, testing::AwaitMilkRequest(), "admin:wang");
  auto finish = process_->service.TakeAwaiting();

  for (int number = 0; number < 500; ++number) {
    EXPECT_THAT(Call(&testing::Milk::GetMilk, testing::GetMilkRequest(), "admin:wang"), IsOk());
  }

  std::move(finish)(testing::AwaitMilkResponse());
  EXPECT_THAT(held->Wait(), IsOk());
}

}  // namespace
}  // namespace milkway::runtime
