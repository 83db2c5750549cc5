// A gRPC server: listens, answers health and reflection, drains when stopped.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVER_H_
#define MILKWAY_SERVICES_RUNTIME_SERVER_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "clients/cpp/server_address.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "services/runtime/transport/connection_gate.h"
#include "services/runtime/transport/server_limits.h"
#include "services/runtime/transport/tls_credentials.h"
#include "services/runtime/transport/tls_files.h"
#include "storage/store.h"

namespace milkway::runtime {

struct ServerOptions {
  // HOST:PORT (port 0 takes a free one) and unix:PATH, one or more.
  std::vector<std::string> listen;
  // Paths of sockets at which whoever calls is believed to be the service that he says he
  // is: only processes of the same user, or of root, can connect. Never for a proxy.
  std::vector<std::string> service_sockets;
  // For hosts; none: without TLS, on loopback addresses only.
  std::optional<TlsFiles> tls;
  TlsNotice tls_notice;  // may be null
  ServerLimits limits;
};

class Server {
 public:
  // Listens for `services`. INVALID_ARGUMENT for what is no address.
  // FAILED_PRECONDITION if an address is in use or cannot be used, for one beyond this
  // machine without TLS, and as ReadTlsFiles. The services and the store must outlive
  // the server. Health answers NOT_SERVING while the store refuses writes.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       const std::vector<grpc::Service*>& services,
                                                       const storage::Store* store);

  // The same at one address.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& listen,
                                                       const std::vector<grpc::Service*>& services,
                                                       const storage::Store* store);

  // Shuts down at once if Drain was not called.
  ~Server();

  // Where it listens, with the ports that were taken; the first of them, and all that
  // are not for services.
  const std::string& address() const { return addresses_.front(); }
  const std::vector<std::string>& addresses() const { return addresses_; }

  // A channel into this server that leaves the process never.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Takes no new calls, waits up to `patience` for those under way, then cancels the rest.
  // Connections on which callers do not take that in are cut off a second later.
  void Drain(absl::Duration patience);

 private:
  explicit Server(const ServerLimits& limits);
  // Opens a door to `address` for each address of its host.
  absl::Status Open(const clients::ServerAddress& address,
                    const std::shared_ptr<grpc::ServerCredentials>& how, bool is_for_services,
                    grpc::ServerBuilder* builder);
  absl::Status OpenAll(const ServerOptions& options, grpc::ServerBuilder* builder);
  void WatchHealth(const storage::Store* store);

  std::vector<std::string> addresses_;
  ConnectionGate gate_;
  std::unique_ptr<grpc::Server> server_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread health_watch_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVER_H_
