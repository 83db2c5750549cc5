// Our own mistakes: a broken contract between our own functions ends the program,
// because what would follow could be written into the books.

#ifndef MILKWAY_SERVICES_RUNTIME_CHECK_H_
#define MILKWAY_SERVICES_RUNTIME_CHECK_H_

#include <cstdio>
#include <cstdlib>

#include "absl/base/optimization.h"

namespace milkway::runtime::check_internal {

[[noreturn]] inline void Fail(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace milkway::runtime::check_internal

// Ends the program if `condition` is false, in every build. Never for what a
// caller, a disk or a peer can get wrong: that is an absl::Status.
#define MILKWAY_CHECK(condition)                                                \
  do {                                                                          \
    if (ABSL_PREDICT_FALSE(!(condition))) {                                     \
      ::milkway::runtime::check_internal::Fail(#condition, __FILE__, __LINE__); \
    }                                                                           \
  } while (false)

#endif  // MILKWAY_SERVICES_RUNTIME_CHECK_H_
