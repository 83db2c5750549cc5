// Random class records and corrections of several schools, sent by a clerk each at the
// same time, against a simple model of each school (distribution_model.h): new ones,
// the same again, the same id with another body, the same class by another phone, more
// milk than there is. Now and then calls between the services are lost, the services
// stop or lose their power, and what was not answered is asked again.
//
//   MILKWAY_RANDOM_STEPS=1000000 distributions_random_test    for a long run
//   MILKWAY_RANDOM_SEED=1 distributions_random_test           to repeat the choices of a run

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consumption/distribution_clerk.h"
#include "tests/support/deployments.h"
#include "tests/support/random_seed.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::PowerCut;
using ::milkway::testing::RandomSeed;
using ::milkway::testing::UnreliableLink;
using ::testing::IsEmpty;

constexpr int kClerks = 4;
constexpr int kStepsUsual = 52'000;  // for each deployment
constexpr int kStepsOfARound = 6'000;
constexpr uint64_t kChangesMax = 2'500;
constexpr std::chrono::milliseconds kTick{5};
constexpr uint32_t kTicksBetweenLosses = 200;

int StepsWanted() {
  const char* text = std::getenv("MILKWAY_RANDOM_STEPS");
  int steps = kStepsUsual;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &steps)) << text;
  return steps;
}

class RandomDistributions : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  RandomDistributions() {
    for (int number = 0; number < kClerks; ++number) {
      clerks_.push_back(std::make_unique<DistributionClerk>(
          &milkway_, absl::StrCat("school-", number), random_()));
    }
  }

  UnreliableLink& link() { return milkway_.system().LinkTo("inventory"); }

  // Starts again, with or without a power cut to come.
  void StartRound() {
    PowerCut cut;
    if (random_() % 3 > 0) {
      cut = {random_() % 2 == 0 ? "consumption" : "inventory", 1 + random_() % kChangesMax};
    }
    if (milkway_.Restart(cut)) return;
    ++power_cuts_;
    ASSERT_TRUE(milkway_.Restart());
  }

  // Loses what is sent for a moment, now and then.
  void MaybeLoseCalls() {
    link().LoseNothing();
    if (random_() % kTicksBetweenLosses > 0) return;
    ++losses_;
    link().Lose(random_() % 2 == 0 ? UnreliableLink::Loss::kRequest : UnreliableLink::Loss::kAnswer,
                "BatchPost");
  }

  // Lets all clerks work until their steps are taken or the services are gone.
  void RunRound(int steps) {
    std::atomic<int> left{steps};
    std::atomic<int> working{kClerks};
    std::vector<std::thread> threads;
    for (const auto& clerk : clerks_) {
      threads.emplace_back([&, clerk = clerk.get()] {
        clerk->Work(&left);
        --working;
      });
    }
    bool is_running = true;
    while (working > 0) {
      std::this_thread::sleep_for(kTick);
      MaybeLoseCalls();
      if (is_running && milkway_.system().PowerIsGone()) {
        ++power_cuts_;
        is_running = false;
        milkway_.Stop();
      }
    }
    for (std::thread& thread : threads) thread.join();
    link().LoseNothing();
    steps_ += steps - left.load();
  }

  const uint32_t seed_ = RandomSeed();
  std::mt19937 random_{seed_};
  std::vector<std::unique_ptr<DistributionClerk>> clerks_;
  int steps_ = 0;
  int power_cuts_ = 0;
  int losses_ = 0;
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, RandomDistributions, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(RandomDistributions, AgreeWithASimpleModelAndTheBooksWithBoth) {
  const int wanted = StepsWanted();

  while (steps_ < wanted && !HasFailure()) {
    StartRound();
    RunRound(std::min(kStepsOfARound, wanted - steps_));
  }
  ASSERT_TRUE(milkway_.Restart());
  // What was asked and not answered before the end.
  RunRound(0);

  int64_t postings = 0;
  int corrections = 0;
  int refusals = 0;
  for (const auto& clerk : clerks_) {
    clerk->CompareAll();
    postings += clerk->PostingCount();
    corrections += clerk->corrections();
    refusals += clerk->refusals();
  }
  std::printf("%d steps, %d corrections, %d refusals, %d power cuts, %d losses\n", steps_,
              corrections, refusals, power_cuts_, losses_);
  EXPECT_EQ(milkway_.PostingCount(), postings);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::consumption
