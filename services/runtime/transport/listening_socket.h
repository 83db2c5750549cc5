// Sockets that listen: on a host's port, or at a file that only its owner can open.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_LISTENING_SOCKET_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_LISTENING_SOCKET_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/server_address.h"

namespace milkway::runtime {

// Closes itself, and takes its socket file away unless another server has put its own in
// the place.
class ListeningSocket {
 public:
  // Takes over `descriptor`, which listens at `address`.
  ListeningSocket(int descriptor, clients::ServerAddress address);
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  // Does not block; closed in programs that this one starts.
  int descriptor() const { return descriptor_; }
  // With the port that was taken.
  const clients::ServerAddress& address() const { return address_; }

 private:
  int descriptor_;
  clients::ServerAddress address_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// Listens at `address`: one socket for each network address of its host, all with one
// port. A socket file is made for its owner only (0600); one that a dead server has left
// behind is replaced. FAILED_PRECONDITION if the address is in use or cannot be used, if
// something else than a socket has the path, or if others may write in its folder.
absl::StatusOr<std::vector<ListeningSocket>> Listen(const clients::ServerAddress& address);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_LISTENING_SOCKET_H_
