// Steps across services: performed together, tried again, concluded once.

#include "services/runtime/intent.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "services/runtime/errors.h"
#include "tests/runtime/intent_fixture.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using testing::HeldPerforms;
using testing::IntentTest;
using ::testing::IsEmpty;
using testing::OrderKind;
using testing::OrderMilkResponse;
using ::testing::Pair;
using testing::Reply;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(IntentTest, AnIntentIsPerformedConcludedAnsweredAndGone) {
  const auto reply = Order(1, "cheese");

  const auto answer = reply->Wait();

  ASSERT_THAT(answer, IsOk());
  OrderMilkResponse response;
  ASSERT_TRUE(response.ParseFromString(*answer));
  EXPECT_EQ(response.delivery(), 1);
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
  EXPECT_EQ((**MemoryOf(1, "cheese")).answer, *answer);
  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_EQ(runner_->OpenCount(), 0u);
}

TEST_F(IntentTest, TheKindIsToldWhoAskedAndUnderWhichRequest) {
  Intent seen;
  kind_.perform = [&](const std::vector<Intent>& intents, IntentKind::Performed done) {
    seen = intents.front();
    std::move(done)(kind_.Order(intents));
  };

  ASSERT_THAT(Order(7, "cheese")->Wait(), IsOk());

  EXPECT_EQ(seen.caller_id, "wang");
  EXPECT_EQ(seen.payload, "cheese");
  ASSERT_TRUE(seen.request.has_value());
  EXPECT_EQ(seen.request->id, (RequestId{0, 7}));
}

TEST_F(IntentTest, AnIntentWithoutARequestRemembersNothing) {
  Intent intent;
  ASSERT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) {
    intent = Intent{*runner_->TakeId(transaction), "cheese", "wang", std::nullopt, ""};
    return runner_->Open(transaction, "order", intent);
  }),
              IsOk());

  ASSERT_THAT(Drive(intent)->Wait(), IsOk());

  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
  EXPECT_EQ(StoredIntents(), 0);
}

TEST_F(IntentTest, AKindThatIsNotRegisteredCannotBeOpened) {
  EXPECT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) {
    return runner_->Open(transaction, "unheard of", Intent{1, "cheese", "wang", std::nullopt, ""});
  }),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(IntentTest, WhatComesWhileEnoughIsUnderWayIsGatheredIntoOneBatch) {
  kind_.batch_max = 4;
  kind_.performs_max = 2;
  HeldPerforms held(&kind_);
  std::vector<std::shared_ptr<Reply>> replies;
  for (int number = 1; number <= 9; ++number) {
    replies.push_back(Order(number, absl::StrCat(number)));
    if (number <= 2) held.Await(number);
  }
  AwaitStore();

  EXPECT_THAT(held.Await(2), ElementsAre(ElementsAre("1"), ElementsAre("2")));
  held.Release();
  EXPECT_THAT(held.Await(2), ElementsAre(ElementsAre("2"), ElementsAre("3", "4", "5", "6")));
  held.Release();
  EXPECT_THAT(held.Await(2),
              ElementsAre(ElementsAre("3", "4", "5", "6"), ElementsAre("7", "8", "9")));
  held.Release();
  held.Release();

  for (const auto& reply : replies) EXPECT_THAT(reply->Wait(), IsOk());
  EXPECT_THAT(dairy_.deliveries(), SizeIs(9));
}

TEST_F(IntentTest, NoMoreAreUnderWayThanMayBe) {
  kind_.batch_max = 3;
  kind_.performs_max = 2;
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  std::atomic<size_t> largest{0};
  std::vector<std::thread> others;
  absl::Mutex mutex;
  kind_.perform = [&](const std::vector<Intent>& intents, IntentKind::Performed done) {
    most = std::max(most.load(), ++under_way);
    largest = std::max(largest.load(), intents.size());
    absl::MutexLock lock(&mutex);
    others.emplace_back([&, done = std::move(done)]() mutable {
      OrderKind::Outcomes outcomes = kind_.Order(intents);
      absl::SleepFor(absl::Milliseconds(1));
      --under_way;
      std::move(done)(std::move(outcomes));
    });
  };

  std::vector<std::shared_ptr<Reply>> replies;
  for (int number = 1; number <= 100; ++number) {
    replies.push_back(Order(number, absl::StrCat(number)));
  }
  for (const auto& reply : replies) EXPECT_THAT(reply->Wait(), IsOk());
  Stop();
  for (std::thread& other : others) other.join();
  Start();

  EXPECT_LE(most, 2);
  EXPECT_LE(largest, 3u);
  EXPECT_GT(largest, 1u);
  EXPECT_THAT(dairy_.deliveries(), SizeIs(100));
}

TEST_F(IntentTest, ATransientErrorIsTriedAgainAndTheCallerHearsOnlyTheEnd) {
  HeldPerforms held(&kind_);
  const auto reply = Order(1, "cheese");
  for (const auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kInternal}) {
    held.Await(1);
    held.ReleaseBut("cheese", absl::Status(code, "not now"));
    EXPECT_FALSE(reply->IsHeard());
  }
  held.Await(1);
  EXPECT_EQ(StoredIntents(), 1);

  held.Release();

  EXPECT_THAT(reply->Wait(), IsOk());
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(IntentTest, OnlyWhatFailedOfABatchIsTriedAgain) {
  kind_.performs_max = 1;
  HeldPerforms held(&kind_);
  const auto milk = Order(1, "milk");
  held.Await(1);
  const auto cheese = Order(2, "cheese");
  const auto butter = Order(3, "butter");
  AwaitStore();
  held.Release();
  ASSERT_THAT(held.Await(1), ElementsAre(ElementsAre("cheese", "butter")));

  held.ReleaseBut("cheese", absl::UnavailableError("not now"));

  EXPECT_THAT(butter->Wait(), IsOk());
  EXPECT_FALSE(cheese->IsHeard());
  EXPECT_THAT(held.Await(1), ElementsAre(ElementsAre("cheese")));
  held.Release();
  EXPECT_THAT(cheese->Wait(), IsOk());
}

TEST_F(IntentTest, PausesGrowWhileTheOtherSideIsAway) {
  std::vector<absl::Time> performed;
  kind_.perform = [&](const std::vector<Intent>& intents, IntentKind::Performed done) {
    performed.push_back(absl::Now());
    if (performed.size() == 4) return std::move(done)(kind_.Order(intents));
    std::move(done)(OrderKind::Outcomes(intents.size(), absl::UnavailableError("away")));
  };

  ASSERT_THAT(Order(1, "cheese")->Wait(), IsOk());

  ASSERT_THAT(performed, SizeIs(4));
  EXPECT_GE(performed[1] - performed[0], absl::Milliseconds(99));
  EXPECT_GE(performed[2] - performed[1], absl::Milliseconds(199));
  EXPECT_GE(performed[3] - performed[2], absl::Milliseconds(399));
}

TEST_F(IntentTest, ARefusalIsToldAndReleasesTheRequest) {
  EXPECT_THAT(Order(1, "too much cheese")->Wait(), IsRefusal("TOO_MUCH_ORDERED"));

  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_EQ(*MemoryOf(1, "too much cheese"), std::nullopt);
  EXPECT_THAT(Order(1, "less cheese")->Wait(), IsOk());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("less cheese", 1)));
}

TEST_F(IntentTest, ARefusedOneOfABatchLeavesTheOthersAlone) {
  HeldPerforms held(&kind_);
  kind_.performs_max = 1;
  const auto first = Order(1, "butter");
  held.Await(1);
  const auto good = Order(2, "cheese");
  const auto bad = Order(3, "too much milk");
  AwaitStore();
  held.Release();
  EXPECT_THAT(held.Await(1), ElementsAre(ElementsAre("cheese", "too much milk")));
  held.Release();

  EXPECT_THAT(first->Wait(), IsOk());
  EXPECT_THAT(good->Wait(), IsOk());
  EXPECT_THAT(bad->Wait(), IsRefusal("TOO_MUCH_ORDERED"));
}

TEST_F(IntentTest, ARepeatedRequestAwaitsTheOneUnderWay) {
  HeldPerforms held(&kind_);
  const auto first = Order(1, "cheese");
  held.Await(1);
  const auto second = Order(1, "cheese");
  const auto other = Order(1, "butter");
  EXPECT_THAT(other->Wait(), IsRefusal("REQUEST_ID_REUSED"));
  AwaitStore();
  EXPECT_FALSE(second->IsHeard());

  held.Release();

  const auto answer = first->Wait();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(*second->Wait(), *answer);
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(IntentTest, ARepeatedRequestHearsTheRefusalOfTheOneUnderWay) {
  HeldPerforms held(&kind_);
  const auto first = Order(1, "too much cheese");
  held.Await(1);
  const auto second = Order(1, "too much cheese");
  AwaitStore();

  held.Release();

  EXPECT_THAT(first->Wait(), IsRefusal("TOO_MUCH_ORDERED"));
  EXPECT_THAT(second->Wait(), IsRefusal("TOO_MUCH_ORDERED"));
}

TEST_F(IntentTest, ARequestRepeatedAfterTheEndHearsTheSameAnswer) {
  const auto first = Order(1, "cheese")->Wait();
  ASSERT_THAT(Order(2, "butter")->Wait(), IsOk());

  const auto again = Order(1, "cheese")->Wait();

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, *first);
  EXPECT_THAT(Conclusions(), UnorderedElementsAre(Pair("cheese", 1), Pair("butter", 1)));
}

TEST_F(IntentTest, WhoeverAwaitsAnIntentThatIsUnderWayHearsItsEnd) {
  HeldPerforms held(&kind_);
  const Intent intent = Open(1, "cheese");
  const auto first = Drive(intent);
  Reply second;
  IntentRunner::Waiter waiter = [&](absl::StatusOr<std::string> answer) {
    second.Hear(std::move(answer));
  };

  EXPECT_TRUE(runner_->Await(intent.id, waiter));
  held.Release();

  ASSERT_THAT(second.Wait(), IsOk());
  EXPECT_EQ(*second.Wait(), *first->Wait());
}

TEST_F(IntentTest, NobodyAwaitsAnIntentThatIsGone) {
  ASSERT_THAT(Order(1, "cheese")->Wait(), IsOk());
  bool is_called = false;
  IntentRunner::Waiter waiter = [&](absl::StatusOr<std::string>) { is_called = true; };

  EXPECT_FALSE(runner_->Await(1, waiter));

  EXPECT_FALSE(is_called);
}

TEST_F(IntentTest, StoppingTellsThoseWhoWaitAndKeepsTheIntents) {
  HeldPerforms held(&kind_);
  const auto performed = Order(1, "cheese");
  held.Await(1);
  held.ReleaseBut("cheese", absl::UnavailableError("not now"));
  held.Await(1);
  const auto repeated = Order(1, "cheese");
  const auto other = Order(2, "butter");
  held.Await(2);

  runner_->Stop();

  EXPECT_THAT(performed->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(repeated->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(other->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  held.ReleaseBut("cheese", absl::UnavailableError("not now"));
  held.ReleaseBut("butter", absl::UnavailableError("not now"));
  EXPECT_EQ(StoredIntents(), 2);
}

TEST_F(IntentTest, WhoeverComesAfterStoppingHearsItAtOnce) {
  const Intent stored = Open(1, "cheese");
  runner_->Stop();

  EXPECT_THAT(Order(2, "butter")->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Drive(stored)->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Order(1, "cheese")->Wait(), StatusIs(absl::StatusCode::kUnavailable));

  EXPECT_THAT(dairy_.deliveries(), IsEmpty());
  EXPECT_EQ(StoredIntents(), 2);
}

TEST_F(IntentTest, WhatEndsAfterStoppingIsConcludedAllTheSame) {
  HeldPerforms held(&kind_);
  const auto reply = Order(1, "cheese");
  held.Await(1);
  runner_->Stop();

  held.Release();
  Restart();

  EXPECT_THAT(reply->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_THAT(Order(1, "cheese")->Wait(), IsOk());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(IntentTest, AnErrorOfOneConclusionRollsBackTheBatchAndTriesAgain) {
  kind_.performs_max = 1;
  HeldPerforms held(&kind_);
  std::atomic<bool> fails{true};
  kind_.before_conclude = [&](const Intent& intent) {
    return fails && intent.payload == "butter" ? absl::DataLossError("a row is damaged")
                                               : absl::OkStatus();
  };
  const auto first = Order(1, "milk");
  held.Await(1);
  const auto cheese = Order(2, "cheese");
  const auto butter = Order(3, "butter");
  AwaitStore();
  held.Release();
  held.Await(1);
  held.Release();

  EXPECT_THAT(cheese->Wait(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(butter->Wait(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("milk", 1)));
  EXPECT_EQ(StoredIntents(), 2);

  fails = false;
  const auto again = Order(2, "cheese");
  for (size_t left = 2; left > 0;) {
    left -= held.Await(1).front().size();
    held.Release();
  }
  EXPECT_THAT(again->Wait(), IsOk());
  Settle();
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("butter", 1), Pair("cheese", 1), Pair("milk", 1)));
  EXPECT_THAT(dairy_.deliveries(), SizeIs(3));
}

// The runner, the store's threads and the other side's threads are all still busy
// when the last answer is heard.
TEST_F(IntentTest, TheRunnerMayGoAsSoonAsTheLastAnswerIsHeard) {
  std::vector<std::thread> others;
  kind_.perform = [&](const std::vector<Intent>& intents, IntentKind::Performed done) {
    others.emplace_back(
        [&, done = std::move(done)]() mutable { std::move(done)(kind_.Order(intents)); });
  };
  for (int number = 1; number <= 500; ++number) {
    ASSERT_THAT(Order(number, "cheese")->Wait(), IsOk());
    runner_.reset();
    Start();
  }
  for (std::thread& other : others) other.join();
}

TEST(CallersTogether, AreAListWithCommasAlsoWhenSomeAreOnlyCounted) {
  const std::string a(600, 'a');
  EXPECT_EQ(JoinCallers({a, "li", std::string(600, 'm'), "w"}), absl::StrCat(a, ",li,and 2 more"));
}

}  // namespace
}  // namespace milkway::runtime
