// Gifts of every kind, pools, fees, refunds, credits and returns against a model that
// counts single grams and cents (programme_model.h), over many small random programmes.
//
// MILKWAY_RANDOM_PROGRAMMES: how many, instead of 100,000. MILKWAY_RANDOM_SEED: the seed
// to repeat. A failure names its programme and shows its steps.

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/impact/random_programme.h"
#include "tests/support/random_seed.h"
#include "tests/support/stores.h"

namespace milkway::impact {
namespace {

constexpr int64_t kProgrammesUsual = 100'000;

TEST(ProgrammesRandom, GiftsGetWhatCountingGramsAndCentsGivesThem) {
  const uint32_t seed = testing::RandomSeed();
  const char* wanted = std::getenv("MILKWAY_RANDOM_PROGRAMMES");
  int64_t programmes = kProgrammesUsual;
  ASSERT_TRUE(wanted == nullptr || absl::SimpleAtoi(wanted, &programmes)) << wanted;
  RandomProgramme::Tally tally;
  testing::MemoryStore store;

  for (int64_t index = 0; index < programmes && !HasFailure(); ++index) {
    const uint32_t own_seed = seed + static_cast<uint32_t>(index);
    // A programme is one transaction that leaves nothing.
    (void)store->TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
      RandomProgramme programme(own_seed, &transaction, &tally);
      programme.Run();
      if (HasFailure()) {
        ADD_FAILURE() << "MILKWAY_RANDOM_SEED=" << own_seed << " MILKWAY_RANDOM_PROGRAMMES=1\n"
                      << absl::StrJoin(programme.said(), "\n");
      }
      return absl::AbortedError("thrown away");
    });
  }

  for (const auto& [what, times] : tally) {
    std::printf("%8ld %s\n", static_cast<long>(times), what.c_str());
  }
}

}  // namespace
}  // namespace milkway::impact
