#include "services/milkwayd/process_guard.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

namespace milkway {

namespace {

constexpr mode_t kOwnerOnly = 077;
// More are of no use, and the system keeps a table of them.
constexpr rlim_t kDescriptorsMax = 1 << 16;

}  // namespace

void GuardProcess(bool core_dumps) {
  umask(kOwnerOnly);
  if (core_dumps) return;
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int ConnectionsWithinDescriptors(int wanted) {
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return wanted;
  const rlim_t most = std::min(descriptors.rlim_max, kDescriptorsMax);
  if (descriptors.rlim_cur < most) {
    descriptors.rlim_cur = most;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  // A quarter is the store's, and of what the process calls itself.
  return static_cast<int>(std::min<rlim_t>(wanted, descriptors.rlim_cur / 4 * 3));
}

}  // namespace milkway
