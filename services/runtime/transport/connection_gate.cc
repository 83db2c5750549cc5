#include "services/runtime/transport/connection_gate.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/time/clock.h"
#include "services/runtime/transport/memory_guard.h"
#include "services/runtime/transport/steady_time.h"

namespace milkway::runtime {

namespace {

// How often the connections are counted anew, at most.
constexpr absl::Duration kCountPause = absl::Milliseconds(200);
// How long it waits when the process has no descriptors left.
constexpr absl::Duration kExhaustedPause = absl::Milliseconds(100);
// How often the connections are looked at, while there are some.
const int kLookPauseMs = static_cast<int>(absl::ToInt64Milliseconds(BusyClock::kPause));
// How often the memory of the process is looked at.
constexpr absl::Duration kMemoryPause = absl::Milliseconds(200);
// What was freed is given back to the system within this, mostly.
constexpr absl::Duration kReliefPause = absl::Seconds(1);
constexpr size_t kPartOfThisMachine = 8;
constexpr size_t kIpv6NetworkBytes = 8;

// Where a connection comes from, for counting; empty for this machine.
std::string NetworkOf(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    const in_addr& address = reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
    if ((ntohl(address.s_addr) >> 24) == IN_LOOPBACKNET) return "";
    return std::string(reinterpret_cast<const char*>(&address), sizeof(address));
  }
  if (peer.ss_family != AF_INET6) return "";
  const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (IN6_IS_ADDR_LOOPBACK(&address)) return "";
  const char* bytes = reinterpret_cast<const char*>(&address);
  if (!IN6_IS_ADDR_V4MAPPED(&address)) return std::string(bytes, kIpv6NetworkBytes);
  constexpr size_t kIpv4Start = sizeof(address) - sizeof(in_addr);
  if (bytes[kIpv4Start] == IN_LOOPBACKNET) return "";
  return std::string(bytes + kIpv4Start, sizeof(in_addr));
}

bool IsOfOwnUser(int descriptor) {
  ucred user{};
  socklen_t size = sizeof(user);
  return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &user, &size) == 0 &&
         (user.uid == geteuid() || user.uid == 0);
}

}  // namespace

ConnectionGate::~ConnectionGate() { Stop(); }

absl::Status ConnectionGate::Start() {
  for (const Door& door : doors_) door.hand_over->Start();
  wakes_ = eventfd(0, EFD_CLOEXEC);
  if (wakes_ < 0) return absl::InternalError("no descriptors are left to listen with");
  thread_ = std::thread([this] { AcceptAll(); });
  return absl::OkStatus();
}

void ConnectionGate::Close(absl::Duration patience) {
  const absl::Time deadline = SteadyNow() + patience;
  EndThread();
  doors_.clear();
  if (wakes_ >= 0) thread_ = std::thread([this, deadline] { WatchUntilStopped(deadline); });
}

void ConnectionGate::Stop() {
  EndThread();
  if (wakes_ >= 0) close(std::exchange(wakes_, -1));
  doors_.clear();
}

void ConnectionGate::EndThread() {
  if (!thread_.joinable()) return;
  eventfd_write(wakes_, 1);
  thread_.join();
  eventfd_t times = 0;
  eventfd_read(wakes_, &times);
}

void ConnectionGate::WatchUntilStopped(absl::Time deadline) {
  pollfd wait = {wakes_, POLLIN, 0};
  while (poll(&wait, 1, kLookPauseMs) == 0 || (wait.revents == 0 && errno == EINTR)) {
    GuardMemory();
    CutOffFloods();
    if (SteadyNow() > deadline) CutOffAll();
  }
}

void ConnectionGate::AcceptAll() {
  std::vector<pollfd> waits = {{wakes_, POLLIN, 0}};
  std::vector<std::pair<const Door*, const ListeningSocket*>> listening;
  for (const Door& door : doors_) {
    for (const ListeningSocket& socket : door.sockets) {
      waits.push_back({socket.descriptor(), POLLIN, 0});
      listening.emplace_back(&door, &socket);
    }
  }
  while (true) {
    const int pause_ms = connections_.empty() ? -1 : kLookPauseMs;
    if (poll(waits.data(), waits.size(), pause_ms) < 0 && errno != EINTR) return;
    if (waits[0].revents != 0) return;
    GuardMemory();
    CutOffFloods();
    for (size_t index = 0; index < listening.size(); ++index) {
      if (waits[index + 1].revents == 0) continue;
      AcceptAt(*listening[index].first, *listening[index].second);
    }
  }
}

void ConnectionGate::AcceptAt(const Door& door, const ListeningSocket& socket) {
  const int descriptor =
      accept4(socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor >= 0) {
    if (!LetIn(door, socket, descriptor)) close(descriptor);
    return;
  }
  const bool is_exhausted =
      errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
  // The connection stays in the queue, and would wake the thread again at once.
  if (is_exhausted) absl::SleepFor(kExhaustedPause);
}

bool ConnectionGate::LetIn(const Door& door, const ListeningSocket& socket, int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  // Somebody who has gone again already has no address.
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (door.is_for_own_user && !IsOfOwnUser(descriptor)) return false;
  if (is_closed_ && !door.is_for_own_user) return false;
  Connection connection{InodeOf(descriptor), NetworkOf(peer), door.is_for_own_user, Flood()};
  // What had this descriptor before is closed.
  Forget(descriptor);
  if (!door.is_for_own_user && !HasRoomFor(connection.address)) return false;
  if (!connection.address.empty()) ++count_by_address_[connection.address];
  connections_.emplace(descriptor, std::move(connection));
  if (door.hand_over->Take(socket.descriptor(), descriptor)) return true;
  Forget(descriptor);
  return false;
}

bool ConnectionGate::HasRoomFor(const std::string& address) {
  const auto has_room = [&] {
    const auto all = static_cast<size_t>(limits_.connections);
    if (address.empty()) return connections_.size() < all;
    if (connections_.size() >= all - all / kPartOfThisMachine) return false;
    const auto count = count_by_address_.find(address);
    return count == count_by_address_.end() || count->second < limits_.per_address;
  };
  if (has_room()) return true;
  if (SteadyNow() - counted_ < kCountPause) return false;
  counted_ = SteadyNow();
  ForgetClosed();
  return has_room();
}

void ConnectionGate::GuardMemory() {
  const absl::Time now = SteadyNow();
  if (now - guarded_ < kMemoryPause) return;
  guarded_ = now;
  const int64_t resident_bytes = ResidentBytes();
  is_closed_ = resident_bytes > limits_.resident_bytes / 4 * 5;
  if (resident_bytes <= limits_.resident_bytes || now - relieved_ < kReliefPause) return;
  relieved_ = now;
  std::vector<Traffic> all;
  ForgetClosed();
  for (const auto& [descriptor, connection] : connections_) {
    if (connection.is_of_service) continue;
    // Of a socket file nothing is known.
    all.push_back(TrafficOf(descriptor).value_or(Traffic{.descriptor = descriptor}));
  }
  const std::vector<int> greediest = Greediest(all);
  CutOffThese(greediest.empty() ? LongestUnanswered(std::move(all)) : greediest);
}

void ConnectionGate::CutOffThese(const std::vector<int>& descriptors) {
  for (const int descriptor : descriptors) {
    if (InodeOf(descriptor) == connections_.at(descriptor).inode) CutOff(descriptor);
  }
}

void ConnectionGate::CutOffFloods() {
  for (const Door& door : doors_) door.hand_over->CutOffFloods();
  if (!busy_clock_.IsTime()) return;
  std::vector<int> floods;
  for (auto& [descriptor, connection] : connections_) {
    if (connection.flood.IsSeenAt(descriptor)) floods.push_back(descriptor);
  }
  CutOffThese(floods);
}

void ConnectionGate::CutOffAll() {
  std::vector<int> all;
  for (const auto& [descriptor, connection] : connections_) all.push_back(descriptor);
  CutOffThese(all);
}

void ConnectionGate::Forget(int descriptor) {
  const auto connection = connections_.find(descriptor);
  if (connection == connections_.end()) return;
  const auto count = count_by_address_.find(connection->second.address);
  if (count != count_by_address_.end() && --count->second == 0) count_by_address_.erase(count);
  connections_.erase(connection);
}

void ConnectionGate::ForgetClosed() {
  std::vector<int> closed;
  // gRPC does not say when it closes one; but then its descriptor names nothing, or
  // something else.
  for (const auto& [descriptor, connection] : connections_) {
    if (InodeOf(descriptor) != connection.inode) closed.push_back(descriptor);
  }
  for (const int descriptor : closed) Forget(descriptor);
}

}  // namespace milkway::runtime
