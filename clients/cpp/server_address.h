// Where a server listens, as people write it.

#ifndef MILKWAY_CLIENTS_CPP_SERVER_ADDRESS_H_
#define MILKWAY_CLIENTS_CPP_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::clients {

// A host and its port, or a socket file of this machine.
struct ServerAddress {
  std::string host;         // "127.0.0.1", "::1", "localhost"; empty for a socket file
  int port = 0;             // 0 takes a free one
  std::string socket_file;  // a path; empty for a host

  bool IsSocketFile() const { return !socket_file.empty(); }
  // True if nobody beyond this machine can reach it: a socket file, or a loopback host.
  bool IsLocal() const;
  // "127.0.0.1:7700", "[::1]:7700", "unix:/run/milkway/all.sock".
  std::string ToString() const;
};

// Of HOST:PORT, with brackets round an IPv6 host, or unix:PATH. INVALID_ARGUMENT if it is
// neither, or the path is longer than a socket's may be (107 bytes).
absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text);

// True for HOST:PORT whose host is loopback ("127.0.0.1", "[::1]", "localhost") and for
// unix:PATH.
bool IsLocal(absl::string_view address);

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_SERVER_ADDRESS_H_
