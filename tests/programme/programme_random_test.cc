// Everything that can be recorded in a programme, at random, by many callers at once,
// in one process and in a process each: purchases, shipments, receipts, counts, recalls,
// class records, rosters, gifts, with their corrections; half of it backdated, some of it
// repeated, some of it wrong. Now and then the power goes, and what was not answered is
// asked again.
//
// A story is kept of what was answered OK (story.h). Everything that the services show is
// compared with it, and with what their postings alone come to (books.h).
//
//   MILKWAY_RANDOM_STEPS=1000000 programme_random_test   for a long run
//   MILKWAY_RANDOM_SEED=1 programme_random_test          to repeat the choices of a run

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "tests/programme/books.h"
#include "tests/programme/checks.h"
#include "tests/programme/clerk.h"
#include "tests/programme/running_system.h"
#include "tests/programme/story.h"
#include "tests/support/deployments.h"
#include "tests/support/random_seed.h"

namespace milkway::programme {
namespace {

using Stores = RunningSystem::Stores;

constexpr int kStepsUsual = 100'000;  // in both deployments together
constexpr int kStepsOfAWorld = 12'500;
constexpr int kStepsOfARound = 3'100;

constexpr const char* kDoneUsually[] = {
    "AcknowledgeRecallRequest",
    "AddPurchaseCostRequest",
    "AdjustStockRequest",
    "AllocateGiftRequest",
    "CancelShipmentRequest",
    "CloseShipmentRequest",
    "CorrectDistributionRequest",
    "CorrectReceiptRequest",
    "CountersignReceiptRequest",
    "DeclareLostRequest",
    "DispatchShipmentRequest",
    "DispatchShipmentRequest LOT_QUARANTINED",
    "EnrolStudentsRequest",
    "FinishPacksRequest",
    "LiftRecallRequest",
    "OpenPacksRequest",
    "PlaceRecallRequest",
    "PutTermRequest",
    "RecordCountRequest",
    "RecordCountsRequest",
    "RecordDistributionRequest",
    "RecordDistributionRequest DISTRIBUTION_RECORDED",
    "RecordDistributionRequest LOT_QUARANTINED",
    "RecordDistributionRequest REQUEST_ID_REUSED",
    "RecordDistributionRequest STOCK_MISSING",
    "RecordDistributionRequest STUDENT_EXCLUDED",
    "RecordPurchaseRequest",
    "RecordReceiptRequest",
    "RecordReleaseRequest",
    "RecordReturnRequest",
    "RecordSupplierReturnRequest",
    "ResolveShortageRequest",
    "RollOverClassesRequest",
    "TransferStudentRequest",
    "UpdateStudentRequest",
};

int StepsWanted() {
  const char* text = std::getenv("MILKWAY_RANDOM_STEPS");
  int steps = kStepsUsual;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &steps)) << text;
  return steps;
}

// What the steps came to, and what became of the power.
struct Tally {
  int steps = 0;
  int power_cuts = 0;
  int stops = 0;
  int64_t postings = 0;
  std::map<std::string, int64_t> answers;
};

// One programme from its beginning.
void RunWorld(Stores stores, uint64_t seed, int steps, Tally* tally) {
  Story story;
  Books books;
  RunningSystem system(stores, seed);
  Clerk clerk(seed, &system, &story, &books);
  Checks checks(&system, &story, &books);
  clerk.Settle();
  checks.AfterBurst();
  int done = 0;
  while (done < steps && !::testing::Test::HasFailure()) {
    const int end = std::min(done + kStepsOfARound, steps);
    system.Restart();
    while (done < end && !::testing::Test::HasFailure()) {
      done += clerk.TakeBurst();
      checks.AfterBurst();
      clerk.JudgeShortages();
    }
    if (!::testing::Test::HasFailure()) checks.Sums();
  }
  system.RestartForGood();
  if (!::testing::Test::HasFailure()) checks.All();
  tally->steps += done;
  tally->power_cuts += system.power_cuts();
  tally->stops += system.stops();
  tally->postings += static_cast<int64_t>(books.postings().size());
  for (const auto& [what, times] : story.tally) tally->answers[what] += times;
}

class RandomProgramme : public ::testing::TestWithParam<Stores> {};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, RandomProgramme, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(RandomProgramme, TellsOneStoryWhateverHappensInWhateverOrder) {
  const uint32_t seed = testing::RandomSeed();
  const int wanted = StepsWanted() / 2;
  Tally tally;

  for (uint32_t world = 0; tally.steps < wanted && !HasFailure(); ++world) {
    RunWorld(GetParam(), seed + world, std::min(kStepsOfAWorld, wanted - tally.steps), &tally);
    if (HasFailure()) std::printf("in the world of seed %u\n", seed + world);
  }

  // Of a usual run: everything was done, and the power went.
  const bool is_usual = wanted >= kStepsUsual / 2 && !HasFailure();
  for (const char* what : kDoneUsually) {
    EXPECT_TRUE(tally.answers.count(what) > 0 || !is_usual) << what;
  }
  EXPECT_TRUE(tally.power_cuts > 0 || !is_usual);
  for (const auto& [what, times] : tally.answers) {
    std::printf("%9ld %s\n", static_cast<long>(times), what.c_str());
  }
  std::printf("%d steps, %ld postings, %d power cuts, %d stops in the middle\n", tally.steps,
              static_cast<long>(tally.postings), tally.power_cuts, tally.stops);
}

}  // namespace
}  // namespace milkway::programme
