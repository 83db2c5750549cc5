// What the fuzzers share.

#ifndef MILKWAY_TESTS_FUZZ_FUZZ_H_
#define MILKWAY_TESTS_FUZZ_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

// Reads one input; ends the program if what it reads is not right.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace milkway::fuzz {

inline absl::string_view BytesOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void Require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", rule);
  std::abort();
}

}  // namespace milkway::fuzz

#endif  // MILKWAY_TESTS_FUZZ_FUZZ_H_
