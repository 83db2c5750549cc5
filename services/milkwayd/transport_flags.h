// The flags that say where milkwayd listens, whom it calls, and what it takes on.

#ifndef MILKWAY_SERVICES_MILKWAYD_TRANSPORT_FLAGS_H_
#define MILKWAY_SERVICES_MILKWAYD_TRANSPORT_FLAGS_H_

#include <map>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/channel.h"
#include "services/runtime/caller_limits.h"
#include "services/runtime/server.h"
#include "services/runtime/transport/memory_guard.h"

namespace milkway {

struct TransportFlags {
  std::vector<std::string> listen = {"127.0.0.1:7700"};
  std::vector<std::string> service_sockets;
  std::string tls_cert;
  std::string tls_key;
  std::string tls_client_ca;
  std::map<std::string, std::string> peers;  // address by service name
  std::string peer_ca;
  std::string peer_cert;
  std::string peer_key;
  runtime::CallerLimits::Maxima caller_maxima;
  int connections = runtime::ServerLimits().connections;
  int connections_per_address = runtime::ServerLimits().connections_per_address;
  int memory_mb = static_cast<int>(runtime::UsualResidentBytes() >> 20);
};

// What the flags ask for.
struct Transport {
  runtime::ServerOptions server;
  std::map<std::string, std::string> peers;
  clients::ChannelFiles peer_files;
  runtime::CallerLimits::Maxima caller_maxima;
};

// `flags` must outlive `app`.
void AddTransportOptions(CLI::App* app, TransportFlags* flags);

// INVALID_ARGUMENT naming the flag that is missing or wrong: also for an address beyond
// this machine, of this server or of a peer, without TLS.
absl::StatusOr<Transport> ParseTransport(const TransportFlags& flags);

// FAILED_PRECONDITION, as ReadTlsFiles, if a file cannot be used.
absl::Status CheckFiles(const runtime::ServerOptions& server, const clients::ChannelFiles& peer);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_TRANSPORT_FLAGS_H_
