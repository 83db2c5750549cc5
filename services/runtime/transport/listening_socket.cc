#include "services/runtime/transport/listening_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/transport/steady_time.h"

namespace milkway::runtime {

namespace {

constexpr absl::Duration kLockPatience = absl::Seconds(5);
constexpr absl::Duration kLockPause = absl::Milliseconds(20);
constexpr int kSocketFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

absl::Status CannotListen(const clients::ServerAddress& address, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot listen on ", address.ToString(), ": ", why));
}

absl::Status InUse(const clients::ServerAddress& address) {
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot listen on ", address.ToString(),
      "; is another server running there? Stop that one first, or name another address"));
}

void SetOption(int descriptor, int level, int option, int value) {
  setsockopt(descriptor, level, option, &value, sizeof(value));
}

int PortOf(int descriptor) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  // The port is at one place in addresses of both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
}

// One socket on one network address; OK and -1 if this machine does not have it.
absl::StatusOr<int> ListenOn(const addrinfo& network, const clients::ServerAddress& address) {
  const int descriptor = socket(network.ai_family, kSocketFlags, 0);
  if (descriptor < 0 && errno == EAFNOSUPPORT) return -1;
  if (descriptor < 0) return CannotListen(address, std::strerror(errno));
  // A server that was stopped just now has left connections that wait for their end.
  SetOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  SetOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  if (network.ai_family == AF_INET6) {
    // [::] is every address of the machine; a name is listened to one by one.
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(network.ai_addr);
    SetOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY,
              IN6_IS_ADDR_UNSPECIFIED(&ipv6->sin6_addr) ? 0 : 1);
  }
  if (bind(descriptor, network.ai_addr, network.ai_addrlen) == 0 &&
      listen(descriptor, SOMAXCONN) == 0) {
    return descriptor;
  }
  const int error = errno;
  close(descriptor);
  if (error == EADDRINUSE) return InUse(address);
  // A family that is switched off, or another machine's address of a name.
  if (error == EADDRNOTAVAIL) return -1;
  return CannotListen(address, std::strerror(error));
}

absl::StatusOr<std::vector<ListeningSocket>> ListenOnHost(clients::ServerAddress address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.host.c_str(), nullptr, &hints, &found); error != 0) {
    return CannotListen(address, gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  std::vector<ListeningSocket> sockets;
  for (addrinfo* network = found; network != nullptr; network = network->ai_next) {
    // The port is at one place in addresses of both families.
    reinterpret_cast<sockaddr_in*>(network->ai_addr)->sin_port =
        htons(static_cast<uint16_t>(address.port));
    ASSIGN_OR_RETURN(const int descriptor, ListenOn(*network, address));
    if (descriptor < 0) continue;
    address.port = PortOf(descriptor);
    sockets.emplace_back(descriptor, address);
  }
  if (sockets.empty()) return CannotListen(address, "this machine has no such address");
  return sockets;
}

// OK if nobody but the owner can put another file in the place of one in the folder.
absl::Status CheckFolder(const clients::ServerAddress& address, int folder) {
  struct stat status {};
  if (fstat(folder, &status) != 0) return CannotListen(address, std::strerror(errno));
  const bool is_for_others = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  if (!is_for_others || (status.st_mode & S_ISVTX) != 0) return absl::OkStatus();
  return CannotListen(address,
                      "others may write in its folder, and could put a socket of theirs in "
                      "the place; run chmod go-w on the folder");
}

// Of two servers that start at once, the second must not take the first's file away.
absl::Status Lock(const clients::ServerAddress& address, int folder) {
  const absl::Time end = SteadyNow() + kLockPatience;
  while (flock(folder, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return CannotListen(address, std::strerror(errno));
    if (SteadyNow() > end) {
      return CannotListen(address, "some other program keeps its folder locked; name another path");
    }
    absl::SleepFor(kLockPause);
  }
  return absl::OkStatus();
}

// Takes away what a dead server has left at the path.
absl::Status RemoveStale(const clients::ServerAddress& address, const sockaddr_un& path) {
  struct stat status {};
  if (lstat(path.sun_path, &status) != 0) return absl::OkStatus();
  if (!S_ISSOCK(status.st_mode)) {
    return CannotListen(address, "something else than a socket is there; name another path");
  }
  const int probe = socket(AF_UNIX, kSocketFlags, 0);
  if (probe < 0) return CannotListen(address, std::strerror(errno));
  const absl::Cleanup closes = [probe] { close(probe); };
  // A full queue (EAGAIN) is a living server's, too.
  const bool is_dead =
      connect(probe, reinterpret_cast<const sockaddr*>(&path), sizeof(path)) != 0 &&
      errno == ECONNREFUSED;
  if (!is_dead) return InUse(address);
  if (unlink(path.sun_path) != 0) return CannotListen(address, std::strerror(errno));
  return absl::OkStatus();
}

absl::StatusOr<ListeningSocket> ListenAtFile(const clients::ServerAddress& address) {
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  address.socket_file.copy(path.sun_path, sizeof(path.sun_path) - 1);
  std::string name = std::filesystem::path(address.socket_file).parent_path().string();
  if (name.empty()) name = ".";
  const int folder = open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return CannotListen(address, absl::StrCat("its folder: ", std::strerror(errno)));
  }
  const absl::Cleanup closes = [folder] { close(folder); };
  RETURN_IF_ERROR(CheckFolder(address, folder));
  RETURN_IF_ERROR(Lock(address, folder));
  RETURN_IF_ERROR(RemoveStale(address, path));
  const int descriptor = socket(AF_UNIX, kSocketFlags, 0);
  if (descriptor < 0) return CannotListen(address, std::strerror(errno));
  // The file is made with the mode that the socket has at that moment.
  if (fchmod(descriptor, S_IRUSR | S_IWUSR) != 0 ||
      bind(descriptor, reinterpret_cast<const sockaddr*>(&path), sizeof(path)) != 0 ||
      listen(descriptor, SOMAXCONN) != 0) {
    const int error = errno;
    close(descriptor);
    return CannotListen(address, std::strerror(error));
  }
  return ListeningSocket(descriptor, address);
}

}  // namespace

ListeningSocket::ListeningSocket(int descriptor, clients::ServerAddress address)
    : descriptor_(descriptor), address_(std::move(address)) {
  struct stat status {};
  if (!address_.IsSocketFile() || lstat(address_.socket_file.c_str(), &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)),
      device_(other.device_),
      inode_(other.inode_) {}

ListeningSocket::~ListeningSocket() {
  if (descriptor_ < 0) return;
  struct stat status {};
  const bool is_own = address_.IsSocketFile() &&
                      lstat(address_.socket_file.c_str(), &status) == 0 &&
                      status.st_dev == device_ && status.st_ino == inode_;
  if (is_own) unlink(address_.socket_file.c_str());
  close(descriptor_);
}

absl::StatusOr<std::vector<ListeningSocket>> Listen(const clients::ServerAddress& address) {
  if (!address.IsSocketFile()) return ListenOnHost(address);
  ASSIGN_OR_RETURN(ListeningSocket socket, ListenAtFile(address));
  std::vector<ListeningSocket> sockets;
  sockets.push_back(std::move(socket));
  return sockets;
}

}  // namespace milkway::runtime
