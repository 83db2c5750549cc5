// How many refusals the audit log keeps, so that nobody can fill the disk with them.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_REFUSAL_BUDGET_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_REFUSAL_BUDGET_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace milkway::runtime {

// 100 at once and 1 a second of callers who are known, and as many of others: whoever
// knocks without a name does not hide what those inside try. One for the process.
// Thread-safe.
class RefusalBudget {
 public:
  static constexpr int64_t kAtOnce = 100;
  static constexpr int64_t kPauseUs = 1'000'000;

  // Whether a refusal may be kept: if so, how many before it were not.
  std::optional<int64_t> Take(bool caller_is_known, int64_t now_us);

 private:
  struct Share {
    int64_t left = kAtOnce;
    int64_t counted_us = 0;  // up to when what comes back with time is in `left`
    int64_t left_out = 0;
  };

  absl::Mutex mutex_;
  Share known_ ABSL_GUARDED_BY(mutex_);
  Share unknown_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_REFUSAL_BUDGET_H_
