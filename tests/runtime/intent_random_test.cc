// Thousands of intents, with an unreliable other side and a process that ends again
// and again, against a simple model: what was done at all was done exactly once.

#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "services/runtime/intent.h"
#include "services/runtime/worker.h"
#include "tests/runtime/intent_fixture.h"
#include "tests/support/random_seed.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using testing::IntentTest;
using testing::OrderKind;
using testing::Reply;

constexpr uint64_t kRequests = 10'000;
constexpr int kVariants = 3;
constexpr size_t kUnheardMax = 1'500;

// One of the bodies that callers send under request `number`.
std::string OrderOf(uint64_t number, int variant) {
  const bool is_refused = (number + variant) % 7 == 0;
  return absl::StrCat(is_refused ? "too much " : "", "order ", number, "/", variant);
}

class RandomIntents : public IntentTest {
 protected:
  struct Sent {
    uint64_t number;
    int variant;
    std::shared_ptr<Reply> reply;
  };

  // True in `percent` of a hundred cases.
  bool Chance(int percent) {
    absl::MutexLock lock(&mutex_);
    return static_cast<int>(random_() % 100) < percent;
  }
  uint64_t Below(uint64_t limit) {
    absl::MutexLock lock(&mutex_);
    return random_() % limit;
  }

  // From now on messages and answers are lost, on the threads of two workers, and a
  // conclusion may fail.
  void BeUnreliable() {
    kind_.batch_max = 16;
    kind_.perform = [this](const std::vector<Intent>& intents, IntentKind::Performed done) {
      workers_[Below(2)].Run([this, &intents, done = std::move(done)]() mutable {
        std::move(done)(OrderUnreliably(intents));
      });
    };
    kind_.before_conclude = [this](const Intent&) {
      return Below(500) == 0 ? absl::DataLossError("a row is damaged") : absl::OkStatus();
    };
  }
  void BeReliable() {
    kind_.perform = nullptr;
    kind_.before_conclude = nullptr;
  }

  OrderKind::Outcomes OrderUnreliably(const std::vector<Intent>& intents) {
    OrderKind::Outcomes outcomes(intents.size(), absl::UnavailableError("the message was lost"));
    if (Chance(4)) return outcomes;
    for (size_t index = 0; index < intents.size(); ++index) {
      if (Chance(4)) continue;
      IntentKind::Outcome outcome = kind_.Order(intents[index]);
      outcomes[index] = Chance(4) ? absl::DeadlineExceededError("the answer was lost") : outcome;
    }
    return outcomes;
  }

  // Sends new requests and old ones again, with the same body or another, then ends
  // the process, quietly or in the middle.
  void LiveOnce() {
    if (Chance(70)) {
      EXPECT_THAT(runner_->Resume(), IsOk());
    }
    for (uint64_t step = 200 + Below(1'500); step > 0; --step) {
      if (Chance(60)) ++last_number_;
      const uint64_t number = Chance(80)
                                  ? last_number_ - Below(std::min<uint64_t>(last_number_, 50))
                                  : 1 + Below(last_number_);
      const int variant = Chance(80) ? 0 : static_cast<int>(Below(kVariants));
      sent_.push_back({number, variant, Order(number, OrderOf(number, variant))});
      if (sent_.size() > kUnheardMax) (void)sent_[sent_.size() - kUnheardMax].reply->Wait();
    }
    if (Chance(30)) {
      for (const Sent& sent : sent_) (void)sent.reply->Wait();
    }
  }

  // The body that each request was done with, as the store remembers.
  std::map<uint64_t, int> Winners() {
    std::map<uint64_t, int> winners;
    for (uint64_t number = 1; number <= last_number_; ++number) {
      for (int variant = 0; variant < kVariants; ++variant) {
        const auto memory = MemoryOf(number, OrderOf(number, variant));
        if (memory.ok() && memory->has_value()) winners[number] = variant;
      }
    }
    return winners;
  }

  // Nobody heard of what was not done, nor of it being done otherwise.
  void ExpectHeard(const Sent& sent, const std::map<uint64_t, int>& winners) {
    const auto answer = sent.reply->Wait();
    const auto winner = winners.find(sent.number);
    if (answer.ok()) {
      ASSERT_NE(winner, winners.end());
      EXPECT_EQ(winner->second, sent.variant);
      EXPECT_EQ(*answer, (**MemoryOf(sent.number, OrderOf(sent.number, sent.variant))).answer);
    } else if (PartsOf(answer.status()).reason == "TOO_MUCH_ORDERED") {
      EXPECT_TRUE(absl::StartsWith(OrderOf(sent.number, sent.variant), "too much"));
    } else if (PartsOf(answer.status()).reason == "REQUEST_ID_REUSED") {
      EXPECT_GT(variants_[sent.number].size(), 1u);
    } else {
      EXPECT_TRUE(absl::IsUnavailable(answer.status()) || absl::IsDataLoss(answer.status()))
          << answer.status();
    }
  }

  const uint32_t seed_ = ::milkway::testing::RandomSeed();
  uint64_t last_number_ = 1;
  std::vector<Sent> sent_;
  std::map<uint64_t, std::set<int>> variants_;

 private:
  absl::Mutex mutex_;
  std::mt19937 random_ ABSL_GUARDED_BY(mutex_){seed_};
  Worker workers_[2];
};

TEST_F(RandomIntents, AreDoneOnceOrNotAtAll) {
  int lives = 0;
  while (last_number_ < kRequests && !HasFailure()) {
    ++lives;
    Stop();
    store_.Reopen();
    BeUnreliable();
    Start();
    LiveOnce();
  }
  Stop();
  store_.Reopen();
  BeReliable();
  Start();
  ASSERT_THAT(runner_->Resume(), IsOk());
  Settle();

  EXPECT_EQ(StoredIntents(), 0);
  const std::map<uint64_t, int> winners = Winners();
  std::map<std::string, int> once_each;
  for (const auto& [number, variant] : winners) once_each[OrderOf(number, variant)] = 1;
  EXPECT_TRUE(dairy_.deliveries() == once_each);
  EXPECT_TRUE(Conclusions() == once_each);
  for (const Sent& sent : sent_) variants_[sent.number].insert(sent.variant);
  for (const Sent& sent : sent_) ExpectHeard(sent, winners);
  EXPECT_GT(winners.size(), kRequests / 2);
  printf("%d lives, %zu requests sent, %zu done\n", lives, sent_.size(), winners.size());
}

}  // namespace
}  // namespace milkway::runtime
