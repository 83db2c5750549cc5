#include "services/runtime/transport/flood_guard.h"

#include <sys/ioctl.h>

#include <cstdlib>
#include <ctime>

#include "services/runtime/transport/memory_guard.h"
#include "services/runtime/transport/steady_time.h"

namespace milkway::runtime {

namespace {

// Within this much work nobody sends a flood.
constexpr int64_t kLittleWorkNs = 10'000'000;

int64_t WorkedNs() {
  timespec worked{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked);
  return absl::ToInt64Nanoseconds(absl::DurationFromTimespec(worked));
}

}  // namespace

void LimitReads() {
  // The way of reading that was to become the usual one.
  setenv("GRPC_EXPERIMENTS", "-tcp_read_chunks", /*overwrite=*/0);
}

bool Flood::IsSeenAt(int descriptor) {
  const auto traffic = TrafficOf(descriptor);
  if (!traffic) return false;
  const int64_t bytes = traffic->received_bytes - bytes_before_;
  if (bytes < kLittleBytes) return false;
  int waiting_bytes = 0;
  if (ioctl(descriptor, FIONREAD, &waiting_bytes) == 0 && waiting_bytes == 0) {
    bytes_before_ = traffic->received_bytes;
    looks_ = 0;
    return false;
  }
  ++looks_;
  return looks_ >= kLooksMax || (looks_ >= kLooksMin && bytes > kBytesMax);
}

bool BusyClock::IsTime() {
  const absl::Time now = SteadyNow();
  if (now - looked_ < kPause) return false;
  looked_ = now;
  const int64_t worked_ns = WorkedNs();
  if (worked_ns - worked_ns_ < kLittleWorkNs) return false;
  worked_ns_ = worked_ns;
  return true;
}

}  // namespace milkway::runtime
