// The ledger against a model that recomputes everything (ledger_model.h), over
// random steps in many small worlds.
//
// MILKWAY_RANDOM_STEPS: how many, instead of 100,000. MILKWAY_RANDOM_SEED: the seed
// to repeat. A failure shows the shortest sequence of steps found that still fails.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/inventory/ledger_model.h"
#include "tests/inventory/ledger_steps.h"
#include "tests/inventory/ledger_world.h"

namespace milkway::inventory {
namespace {

constexpr uint64_t kStepsUsual = 100'000;
constexpr uint64_t kStepsOfAWorld = 200;

uint64_t Environment(const char* name, uint64_t otherwise) {
  const char* text = getenv(name);
  uint64_t number = otherwise;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &number)) << name << "=" << text;
  return number;
}

std::string RunSteps(const std::vector<Step>& steps) {
  Tally ignored;
  size_t next = 0;
  return World(&ignored).Run([&](const LedgerModel&) {
    return next < steps.size() ? std::optional<Step>(steps[next++]) : std::nullopt;
  });
}

// Leaves out steps, in ever smaller pieces, as long as something differs.
std::vector<Step> Shortest(std::vector<Step> steps) {
  for (size_t piece = steps.size() / 2; piece > 0;) {
    bool is_shorter = false;
    for (size_t from = 0; from < steps.size();) {
      std::vector<Step> fewer = steps;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
      const size_t count = std::min(piece, steps.size() - from);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
      if (RunSteps(fewer).empty()) {
        from += piece;
      } else {
        steps = std::move(fewer);
        is_shorter = true;
      }
    }
    if (!is_shorter) piece /= 2;
  }
  return steps;
}

TEST(LedgerRandom, TheBooksAreWhatABruteForceModelMakesOfTheSameSteps) {
  const uint64_t seed = Environment("MILKWAY_RANDOM_SEED", std::random_device{}());
  const uint64_t steps_wanted = Environment("MILKWAY_RANDOM_STEPS", kStepsUsual);
  printf("MILKWAY_RANDOM_SEED=%lu\n", static_cast<unsigned long>(seed));
  Tally tally;

  for (uint64_t done = 0; done < steps_wanted; done += kStepsOfAWorld) {
    const uint64_t seed_of_world = seed + done / kStepsOfAWorld;
    StepMaker maker(seed_of_world);
    std::vector<Step> steps;
    const std::string difference = World(&tally).Run([&](const LedgerModel& model) {
      if (steps.size() == kStepsOfAWorld) return std::optional<Step>();
      steps.push_back(maker.Next(model));
      return std::optional<Step>(steps.back());
    });
    if (difference.empty()) continue;

    const std::vector<Step> shortest = Shortest(steps);
    FAIL() << "MILKWAY_RANDOM_SEED=" << seed_of_world << " MILKWAY_RANDOM_STEPS=" << kStepsOfAWorld
           << ": " << difference << "\nIn short: " << RunSteps(shortest) << "\n"
           << absl::StrJoin(shortest, "\n", [](std::string* out, const Step& step) {
                absl::StrAppend(out, TextOf(step));
              });
  }

  // All that can happen did happen.
  for (const char* what :
       {"purchases", "postings", "postings with found", "corrections among them", "counts",
        "INVALID_ARGUMENT", "LOT_UNKNOWN", "LOCATION_UNKNOWN", "LOCATION_KIND_WRONG",
        "POSTING_UNKNOWN", "POSTING_CORRECTED", "CORRECTION_MISMATCH", "COUNT_RECORDED",
        "STOCK_MISSING", "LOT_QUARANTINED", "LOT_EXPIRED", "postings out of quarantine"}) {
    EXPECT_TRUE(tally.contains(what) || steps_wanted < kStepsUsual) << what;
  }
  for (const auto& [what, times] : tally) {
    printf("%8ld %s\n", static_cast<long>(times), what.c_str());
  }
}

}  // namespace
}  // namespace milkway::inventory
