// The seed of a random test: a fresh one each time, or the one of a run to repeat.

#ifndef MILKWAY_TESTS_SUPPORT_RANDOM_SEED_H_
#define MILKWAY_TESTS_SUPPORT_RANDOM_SEED_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "absl/strings/numbers.h"

namespace milkway::testing {

// MILKWAY_RANDOM_SEED if it is set to a number. Prints the seed.
inline uint32_t RandomSeed() {
  const char* wanted = std::getenv("MILKWAY_RANDOM_SEED");
  uint32_t seed = 0;
  if (wanted == nullptr || !absl::SimpleAtoi(wanted, &seed)) seed = std::random_device{}();
  std::printf("MILKWAY_RANDOM_SEED=%u repeats this run\n", seed);
  return seed;
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_RANDOM_SEED_H_
