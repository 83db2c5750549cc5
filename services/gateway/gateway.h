// The gateway: what browsers talk to. HTTP/1.1 with the Connect protocol for every method
// of the services, sessions by cookie, and the files of the page. docs/gateway.md says what
// is heard and answered.

#ifndef MILKWAY_SERVICES_GATEWAY_GATEWAY_H_
#define MILKWAY_SERVICES_GATEWAY_GATEWAY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/service_channel.h"
#include "google/protobuf/descriptor.h"
#include "services/gateway/connection_limits.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace milkway::gateway {

struct GatewayOptions {
  // HOST:PORT of this machine (port 0 takes a free one), or unix:PATH; one or more.
  std::vector<std::string> listen;
  // The same for /healthz, /readyz and /metrics; may be none.
  std::vector<std::string> private_listen;
  // Folder of the page; empty: there is none.
  std::string web_folder;
  // Calls come from a reverse proxy that says in x-forwarded-for where they are from.
  bool is_behind_proxy = false;
  // Believe callers who they say they are; for development.
  bool development_header = false;
  ConnectionLimits limits;
};

// What a gateway works with. All must outlive it.
struct GatewayParts {
  // By name, "inventory".
  std::map<std::string, clients::ServiceChannel> ways;
  // What can be called.
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  storage::Store* store = nullptr;
  const runtime::Clock* clock = nullptr;
  runtime::Metrics* metrics = nullptr;
};

class Gateway {
 public:
  // Listens. INVALID_ARGUMENT and FAILED_PRECONDITION as of Listener and StaticFiles.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const GatewayOptions& options,
                                                        const GatewayParts& parts);
  // Ends what is under way.
  ~Gateway();

  // Where it listens, with the ports that were taken.
  const std::vector<std::string>& addresses() const;
  const std::vector<std::string>& private_addresses() const;

  // Takes no new requests, waits up to `patience` for those under way, and cancels the rest.
  // Nothing is called afterwards.
  void Drain(absl::Duration patience);

 private:
  struct Inside;

  explicit Gateway(std::unique_ptr<Inside> inside);

  const std::unique_ptr<Inside> inside_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_GATEWAY_H_
