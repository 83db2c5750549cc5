// Accepts connections, and runs them on a few threads.

#ifndef MILKWAY_SERVICES_GATEWAY_LISTENER_H_
#define MILKWAY_SERVICES_GATEWAY_LISTENER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/connection_limits.h"
#include "services/gateway/request_handler.h"

namespace milkway::gateway {

// What is heard at some addresses, and who answers there.
struct Door {
  // HOST:PORT of loopback (port 0 takes a free one), or unix:PATH.
  std::vector<std::string> addresses;
  RequestHandler* handler = nullptr;  // outlives the listener
};

class Listener {
 public:
  // INVALID_ARGUMENT for what is no address, or not of this machine, FAILED_PRECONDITION
  // for one that is in use or cannot be used.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const std::vector<Door>& doors,
                                                         int threads,
                                                         const ConnectionLimits& limits,
                                                         std::shared_ptr<ConnectionLoad> load);
  // After Drain; whoever answered an exchange must have let go of it.
  ~Listener();

  // Of the door, with the ports that were taken.
  const std::vector<std::string>& addresses(size_t door) const { return addresses_[door]; }

  // Takes no new connections, closes idle ones, and those others after their answers;
  // waits for these up to `patience`. True if none is under way any more.
  bool Drain(absl::Duration patience);

 private:
  class Shard;
  class Acceptor;

  Listener(const ConnectionLimits& limits, std::shared_ptr<ConnectionLoad> load);

  const ConnectionLimits limits_;
  const std::shared_ptr<ConnectionLoad> load_;
  std::vector<std::vector<std::string>> addresses_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_LISTENER_H_
