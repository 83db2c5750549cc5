#include "services/runtime/clock.h"

#include <chrono>

namespace milkway::runtime {

int64_t SystemClock::NowUs() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
}

}  // namespace milkway::runtime
