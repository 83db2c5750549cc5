// Wherever a process ends, its intents end the same.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/runtime/records/v1/records.pb.h"
#include "services/runtime/intent.h"
#include "services/runtime/service_tables.h"
#include "tests/runtime/intent_fixture.h"
#include "tests/support/failing_env.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::FailingEnv;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HeldPerforms;
using testing::IntentTest;
using ::testing::IsEmpty;
using testing::OrderKind;
using ::testing::Pair;
using ::testing::SizeIs;

class EndOfTheProcess : public IntentTest {
 protected:
  // The other side does its work, and its answer is lost.
  void LoseAnswers() {
    kind_.perform = [this](const std::vector<Intent>& intents, IntentKind::Performed done) {
      (void)kind_.Order(intents);
      std::move(done)(OrderKind::Outcomes(intents.size(), absl::UnavailableError("lost")));
    };
  }

  // Goes on as a program does that is started again.
  void Resume() {
    kind_.perform = nullptr;
    EXPECT_THAT(runner_->Resume(), IsOk());
    Settle();
  }
};

TEST_F(EndOfTheProcess, BeforeAnIntentIsSetGoing) {
  Open(1, "cheese");
  Restart();
  Resume();

  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_EQ(*Order(1, "cheese")->Wait(), (**MemoryOf(1, "cheese")).answer);
}

TEST_F(EndOfTheProcess, BeforeARefusedIntentIsSetGoing) {
  Open(1, "too much cheese");
  Restart();
  Resume();

  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_EQ(*MemoryOf(1, "too much cheese"), std::nullopt);
  EXPECT_THAT(Order(1, "less cheese")->Wait(), IsOk());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("less cheese", 1)));
}

TEST_F(EndOfTheProcess, AfterTheOtherSideDidItsWork) {
  LoseAnswers();
  const auto reply = Order(1, "cheese");
  AwaitStore();
  ASSERT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
  Restart();
  EXPECT_THAT(reply->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  Resume();

  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
  EXPECT_EQ(*Order(1, "cheese")->Wait(),
            *dairy_.Deliver(DeriveRequestId({0, 1}, "order"), "cheese"));
}

TEST_F(EndOfTheProcess, AfterTheConclusion) {
  const auto answer = Order(1, "cheese")->Wait();
  ASSERT_THAT(answer, IsOk());
  Restart();
  LoseAnswers();
  ASSERT_THAT(runner_->Resume(), IsOk());

  EXPECT_EQ(runner_->OpenCount(), 0u);
  EXPECT_EQ(*Order(1, "cheese")->Wait(), *answer);
  EXPECT_THAT(Order(1, "butter")->Wait(), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(EndOfTheProcess, AgainAndAgainEndsTheSame) {
  LoseAnswers();
  (void)Order(1, "cheese");
  for (int time = 0; time < 5; ++time) {
    Restart();
    ASSERT_THAT(runner_->Resume(), IsOk());
  }
  Restart();
  Resume();

  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(EndOfTheProcess, LeavesNoIntentOfManyBehind) {
  LoseAnswers();
  for (int number = 1; number <= 1'000; ++number) (void)Order(number, absl::StrCat(number));
  for (int number = 1'001; number <= 2'000; ++number) Open(number, absl::StrCat(number));
  Restart();
  ASSERT_EQ(StoredIntents(), 2'000);
  Resume();

  EXPECT_EQ(StoredIntents(), 0);
  EXPECT_THAT(Conclusions(), SizeIs(2'000));
  EXPECT_EQ(Conclusions(), dairy_.deliveries());
}

TEST_F(EndOfTheProcess, KeepsWhoAskedAndUnderWhichRequest) {
  const Intent opened = Open(7, "cheese");
  Restart();
  Intent seen;
  kind_.perform = [&](const std::vector<Intent>& intents, IntentKind::Performed done) {
    seen = intents.front();
    std::move(done)(kind_.Order(intents));
  };
  ASSERT_THAT(runner_->Resume(), IsOk());
  Settle();

  EXPECT_EQ(seen.id, opened.id);
  EXPECT_EQ(seen.caller_id, "wang");
  ASSERT_TRUE(seen.request.has_value());
  EXPECT_EQ(seen.request->id, opened.request->id);
  EXPECT_EQ(seen.request->hash, opened.request->hash);
}

TEST_F(EndOfTheProcess, NeverGivesAnIntentTheIdOfAnother) {
  ASSERT_THAT(Order(1, "cheese")->Wait(), IsOk());
  const Intent before = Open(2, "butter");
  Restart();

  EXPECT_GT(Open(3, "milk").id, before.id);
}

TEST_F(EndOfTheProcess, BeforeAConclusionIsWritten) {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  FailingEnv env(memory.get());
  storage::RocksDbStoreOptions options;
  options.folder = "/store";
  options.env = &env;
  const RequestId id{0, 1};
  const auto run = [&](auto body) {
    const auto store = *storage::OpenRocksDbStore(options);
    const OnceTable once = *OnceTable::Open(ServiceTag::kConsumption, store.get());
    IntentRunner runner(ServiceTag::kConsumption, store.get(), &once);
    runner.Register(&kind_);
    body(*store, once, runner);
  };
  run([&](storage::Store& store, const OnceTable&, IntentRunner& runner) {
    Intent intent;
    ASSERT_THAT(store.TransactAndWait([&](storage::Transaction& transaction) {
      intent = Intent{*runner.TakeId(transaction), "cheese", "wang", Intent::Request{id, {}}, ""};
      return runner.Open(transaction, "order", intent);
    }),
                IsOk());
    env.Fail();
    testing::Reply reply;
    runner.Drive("order", intent, [&](auto answer) { reply.Hear(std::move(answer)); });
    EXPECT_THAT(reply.Wait(), StatusIs(absl::StatusCode::kUnavailable));
  });
  env.Work();

  run([&](storage::Store& store, const OnceTable& once, IntentRunner& runner) {
    ASSERT_THAT(runner.Resume(), IsOk());
    while (runner.OpenCount() > 0) absl::SleepFor(absl::Milliseconds(1));
    const auto memory_of_it = once.Find(*store.NewSnapshot(), id, {});
    ASSERT_THAT(memory_of_it, IsOk());
    EXPECT_EQ((*memory_of_it)->intent_id, 0u);
  });
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

// The server listens before the others can be called: what comes in then is opened,
// and may even be under way, when the intents of the last run are resumed.
class AnIntentOfThisRun : public EndOfTheProcess {};

TEST_F(AnIntentOfThisRun, IsNotResumedWhileItIsUnderWay) {
  HeldPerforms held(&kind_);
  const auto reply = Order(1, "cheese");
  held.Await(1);

  ASSERT_THAT(runner_->Resume(), IsOk());

  EXPECT_THAT(held.Await(1), ElementsAre(ElementsAre("cheese")));
  held.Release();
  EXPECT_THAT(reply->Wait(), IsOk());
  Settle();
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(AnIntentOfThisRun, IsNotResumedBeforeItIsSetGoing) {
  Open(1, "of the last run");
  Restart();
  const Intent intent = Open(2, "cheese");

  ASSERT_THAT(runner_->Resume(), IsOk());
  Settle();

  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("of the last run", 1)));
  EXPECT_THAT(Drive(intent)->Wait(), IsOk());
  EXPECT_THAT(Conclusions(), ElementsAre(Pair("cheese", 1), Pair("of the last run", 1)));
}

TEST_F(EndOfTheProcess, LetsARepeatedRequestComeAgainUntilItsIntentIsResumed) {
  Open(1, "cheese");
  Restart();

  EXPECT_THAT(Order(1, "cheese")->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  Resume();

  EXPECT_THAT(Order(1, "cheese")->Wait(), IsOk());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(EndOfTheProcess, LetsARepeatedRequestAwaitItsResumedIntent) {
  Open(1, "cheese");
  Restart();
  HeldPerforms held(&kind_);
  ASSERT_THAT(runner_->Resume(), IsOk());
  held.Await(1);
  const auto reply = Order(1, "cheese");
  AwaitStore();
  EXPECT_FALSE(reply->IsHeard());

  held.Release();

  EXPECT_THAT(reply->Wait(), IsOk());
}

class ADamagedOrForeignStore : public EndOfTheProcess {
 protected:
  // An intent that the runner has not stored.
  void PutIntent(const std::string& kind, absl::string_view key_tail) {
    records::v1::OpenIntent record;
    record.set_kind(kind);
    Put(key_tail, record.SerializeAsString());
  }
  void Put(absl::string_view key_tail, const std::string& value) {
    const std::string key =
        absl::StrCat(TableKey(ServiceTag::kConsumption, kIntentTable), key_tail);
    ASSERT_THAT(store_->TransactAndWait(
                    [&](storage::Transaction& transaction) { return transaction.Put(key, value); }),
                IsOk());
  }
};

constexpr absl::string_view kIntent9("\0\0\0\0\0\0\0\x09", 8);

TEST_F(ADamagedOrForeignStore, WithAKindThatIsNotKnownIsNotResumed) {
  Open(1, "cheese");
  PutIntent("levitation", kIntent9);
  Restart();

  const absl::Status status = runner_->Resume();

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("levitation"));
  EXPECT_EQ(runner_->OpenCount(), 0u);
  EXPECT_THAT(dairy_.deliveries(), IsEmpty());
}

TEST_F(ADamagedOrForeignStore, WithARowThatCannotBeReadIsNotResumed) {
  Put(kIntent9, "\xff\xff");

  EXPECT_THAT(runner_->Resume(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ADamagedOrForeignStore, WithAKeyThatIsNotWholeIsNotResumed) {
  PutIntent("order", "\x09");

  EXPECT_THAT(runner_->Resume(), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace milkway::runtime
