// A gRPC server: listens, answers health and reflection, drains when stopped.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVER_H_
#define MILKWAY_SERVICES_RUNTIME_SERVER_H_

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"
#include "storage/store.h"

namespace milkway::runtime {

// A message of a caller may have this many bytes.
inline constexpr int kMessageBytesMax = 8 << 20;

// True for HOST:PORT whose host is loopback: "127.0.0.1", "[::1]", "localhost".
bool IsLoopback(absl::string_view listen);

class Server {
 public:
  // Listens on `listen` (HOST:PORT; port 0 takes a free one) for `services`.
  // FAILED_PRECONDITION if the address is in use or cannot be used. The services
  // and the store must outlive the server. Health answers NOT_SERVING while the
  // store refuses writes.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& listen,
                                                       const std::vector<grpc::Service*>& services,
                                                       const storage::Store* store);

  // Shuts down at once if Drain was not called.
  ~Server();

  // HOST:PORT with the port that was taken.
  const std::string& address() const { return address_; }

  // A channel into this server that leaves the process never.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Takes no new calls, waits up to `patience` for those under way, then cancels
  // the rest.
  void Drain(absl::Duration patience);

 private:
  Server() = default;
  void WatchHealth(const storage::Store* store);

  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread health_watch_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVER_H_
