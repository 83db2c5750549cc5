// A clock that nobody sets.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_STEADY_TIME_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_STEADY_TIME_H_

#include <chrono>

#include "absl/time/time.h"

namespace milkway::runtime {

// For pauses and patience: it goes on by a second a second whatever becomes of the wall
// clock. To be compared with itself only.
inline absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_STEADY_TIME_H_
