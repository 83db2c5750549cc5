#include "services/runtime/audit/refusal_budget.h"

#include <algorithm>
#include <utility>

namespace milkway::runtime {

std::optional<int64_t> RefusalBudget::Take(bool caller_is_known, int64_t now_us) {
  absl::MutexLock lock(&mutex_);
  Share& share = caller_is_known ? known_ : unknown_;
  const int64_t earned = std::max<int64_t>((now_us - share.counted_us) / kPauseUs, 0);
  share.left = std::min(share.left + earned, kAtOnce);
  share.counted_us = share.left == kAtOnce ? now_us : share.counted_us + earned * kPauseUs;
  if (share.left == 0) {
    ++share.left_out;
    return std::nullopt;
  }
  --share.left;
  return std::exchange(share.left_out, 0);
}

}  // namespace milkway::runtime
