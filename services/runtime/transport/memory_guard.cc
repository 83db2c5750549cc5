#include "services/runtime/transport/memory_guard.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>

namespace milkway::runtime {

namespace {

constexpr int64_t kReceivedPerSent = 16;
// Less is what an honest caller may send before the first answer: headers and a question.
constexpr int64_t kUnansweredBytes = 8'192;
constexpr size_t kPart = 10;

int64_t UnansweredBytes(const Traffic& traffic) {
  return traffic.received_bytes - kReceivedPerSent * traffic.sent_bytes;
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
                 static_cast<int64_t>(info.tcpi_bytes_acked)};
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

int64_t ResidentBytes() {
  int64_t all_pages = 0;
  int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> all_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

}  // namespace milkway::runtime
