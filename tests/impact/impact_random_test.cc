// Gifts, allocations and shares against a model that works everything out anew
// (impact_model.h), over random steps in many small worlds (impact_world.h).
//
// MILKWAY_RANDOM_STEPS: how many, instead of 100,000. MILKWAY_RANDOM_SEED: the seed to
// repeat. A failure names its world and shows the last steps.

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/impact/impact_world.h"
#include "tests/support/random_seed.h"

namespace milkway::impact {
namespace {

constexpr int64_t kStepsUsual = 100'000;
constexpr int64_t kStepsOfAWorld = 250;

TEST(ImpactRandom, GiftsGetWhatABruteForceModelGivesThem) {
  const uint32_t seed = testing::RandomSeed();
  const char* wanted = std::getenv("MILKWAY_RANDOM_STEPS");
  int64_t steps = kStepsUsual;
  ASSERT_TRUE(wanted == nullptr || absl::SimpleAtoi(wanted, &steps)) << wanted;
  Tally tally;

  for (int64_t done = 0; done < steps && !HasFailure(); done += kStepsOfAWorld) {
    const uint32_t seed_of_world = seed + static_cast<uint32_t>(done / kStepsOfAWorld);
    SCOPED_TRACE(absl::StrCat("MILKWAY_RANDOM_SEED=", seed_of_world,
                              " MILKWAY_RANDOM_STEPS=", kStepsOfAWorld));
    World(seed_of_world, &tally).Run(kStepsOfAWorld);
  }

  for (const auto& [what, times] : tally) {
    std::printf("%8ld %s\n", static_cast<long>(times), what.c_str());
  }
}

}  // namespace
}  // namespace milkway::impact
