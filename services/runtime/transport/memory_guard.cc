#include "services/runtime/transport/memory_guard.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>

namespace milkway::runtime {

namespace {

constexpr int64_t kReceivedPerSent = 16;
// Less is what an honest caller may send before the first answer: headers and a question.
constexpr int64_t kUnansweredBytes = 8'192;
constexpr size_t kPart = 10;

int64_t UnansweredBytes(const Traffic& traffic) {
  return traffic.received_bytes - kReceivedPerSent * traffic.sent_bytes;
}

// The number of KiB after a name in a file of the kernel, in bytes; 0 if it is not there.
int64_t BytesOf(const char* file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;) {
    int64_t kib = 0;
    if (word == name && lines >> kib) return kib << 10;
  }
  return 0;
}

}  // namespace

std::optional<Traffic> TrafficOf(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof(info);
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_received) + sizeof(info.tcpi_bytes_received)) {
    return std::nullopt;  // an old kernel
  }
  return Traffic{descriptor, static_cast<int64_t>(info.tcpi_bytes_received),
                 static_cast<int64_t>(info.tcpi_bytes_acked),
                 static_cast<int64_t>(info.tcpi_last_data_sent)};
}

std::vector<int> Greediest(std::vector<Traffic> connections) {
  const size_t most = std::max<size_t>(connections.size() / kPart, 1);
  std::sort(connections.begin(), connections.end(), [](const Traffic& one, const Traffic& other) {
    return UnansweredBytes(one) > UnansweredBytes(other);
  });
  std::vector<int> greediest;
  for (const Traffic& traffic : connections) {
    if (greediest.size() == most || UnansweredBytes(traffic) < kUnansweredBytes) break;
    greediest.push_back(traffic.descriptor);
  }
  return greediest;
}

std::vector<int> LongestUnanswered(std::vector<Traffic> connections) {
  std::sort(connections.begin(), connections.end(), [](const Traffic& one, const Traffic& other) {
    return one.silence_ms > other.silence_ms;
  });
  connections.resize(std::min(connections.size(), std::max<size_t>(connections.size() / kPart, 1)));
  std::vector<int> longest;
  for (const Traffic& traffic : connections) longest.push_back(traffic.descriptor);
  return longest;
}

int64_t ResidentBytes() {
  return BytesOf("/proc/self/status", "VmRSS:") + BytesOf("/proc/self/status", "VmSwap:");
}

int64_t UsualResidentBytes() {
  constexpr int64_t kMost = int64_t{1} << 30;
  int64_t all_bytes = BytesOf("/proc/meminfo", "MemTotal:");
  // Of the group that a container is; "max" where there is no limit.
  int64_t group_bytes = 0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> group_bytes && group_bytes > 0) {
    all_bytes = std::min(all_bytes, group_bytes);
  }
  return all_bytes > 0 ? std::min(all_bytes / 2, kMost) : kMost;
}

}  // namespace milkway::runtime
