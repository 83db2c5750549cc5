#include "services/milkwayd/transport_flags.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/server_address.h"
#include "clients/cpp/status_macros.h"
#include "services/milkwayd/targets.h"
#include "services/runtime/transport/tls_files.h"

namespace milkway {

namespace {

constexpr int kLimitMax = 1'000'000;

// An option that is repeated, with one value each time.
void AddRepeated(CLI::App* app, const char* name, std::vector<std::string>* values,
                 const char* type, const std::string& description) {
  app->add_option(name, *values, description)->type_name(type)->allow_extra_args(false);
}

void AddListenOptions(CLI::App* app, TransportFlags* flags) {
  AddRepeated(app, "--listen", &flags->listen, "HOST:PORT|unix:PATH",
              "Where to listen: HOST:PORT (port 0 takes a free one), or a socket file that only "
              "this user can open; may be repeated (default 127.0.0.1:7700). Beyond this machine "
              "only with --tls-cert");
  AddRepeated(app, "--service-socket", &flags->service_sockets, "PATH",
              "Socket file through which this user's other services call, and are believed; may "
              "be repeated. Never let a reverse proxy use it: that one needs --listen unix:PATH");
  app->add_option("--tls-cert", flags->tls_cert,
                  "This server's certificate, and those up to the root (PEM); read anew when it "
                  "changes (docs/transport.md)")
      ->type_name("FILE");
  app->add_option("--tls-key", flags->tls_key, "Its private key (PEM), for its owner's eyes only")
      ->type_name("FILE");
  app->add_option("--tls-client-ca", flags->tls_client_ca,
                  "Who vouches for services that call (PEM). They present a certificate with the "
                  "URI spiffe://DOMAIN/service/NAME; people present none")
      ->type_name("FILE");
}

void AddPeerOptions(CLI::App* app, TransportFlags* flags) {
  for (const Target& target : AllTargets()) {
    app->add_option_function<std::string>(
           absl::StrCat("--", target.name),
           [flags, name = std::string(target.name)](const std::string& address) {
             flags->peers[name] = address;
           },
           absl::StrCat("Where the ", target.name, " service listens, if another process runs it"))
        ->type_name("HOST:PORT|unix:PATH");
  }
  app->add_option("--peer-ca", flags->peer_ca,
                  "Who vouches for the services that are called (PEM); then they are called with "
                  "TLS")
      ->type_name("FILE");
  app->add_option("--peer-cert", flags->peer_cert,
                  "The certificate by which this process calls other services (PEM)")
      ->type_name("FILE");
  app->add_option("--peer-key", flags->peer_key, "Its private key (PEM), for its owner's eyes only")
      ->type_name("FILE");
}

void AddLimitOptions(CLI::App* app, TransportFlags* flags) {
  const auto add = [app](const char* name, int* limit, const char* description,
                         const char* type = "COUNT") {
    app->add_option(name, *limit, description)
        ->type_name(type)
        ->check(CLI::Range(1, kLimitMax))
        ->capture_default_str();
  };
  add("--connections", &flags->connections, "Connections at once");
  add("--connections-per-address", &flags->connections_per_address,
      "Connections at once from one address beyond this machine");
  add("--calls-per-caller", &flags->caller_maxima.calls, "Calls that one caller has under way");
  add("--streams-per-caller", &flags->caller_maxima.streams,
      "Streams, such as watches, that one caller has open");
  add("--memory", &flags->memory_mb,
      "Memory of the process; above it the connections are closed that send most beyond what "
      "they are answered. By default half of what the machine, or the container, has",
      "MB");
}

absl::Status NeedsToo(const char* given, const char* missing) {
  return absl::InvalidArgumentError(absl::StrCat(given, " needs ", missing, " too"));
}

absl::Status CheckPair(const char* cert_flag, const std::string& cert, const char* key_flag,
                       const std::string& key) {
  if (!cert.empty() && key.empty()) return NeedsToo(cert_flag, key_flag);
  if (cert.empty() && !key.empty()) return NeedsToo(key_flag, cert_flag);
  return absl::OkStatus();
}

absl::Status CheckListen(const TransportFlags& flags) {
  RETURN_IF_ERROR(CheckPair("--tls-cert", flags.tls_cert, "--tls-key", flags.tls_key));
  if (!flags.tls_client_ca.empty() && flags.tls_cert.empty()) {
    return NeedsToo("--tls-client-ca", "--tls-cert and --tls-key");
  }
  for (const std::string& listen : flags.listen) {
    ASSIGN_OR_RETURN(const clients::ServerAddress address, clients::ParseServerAddress(listen));
    if (address.IsLocal() || !flags.tls_cert.empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--listen ", listen,
                     " can be reached from other machines, and what is sent there must be "
                     "encrypted: add --tls-cert and --tls-key, or listen on 127.0.0.1"));
  }
  for (const std::string& path : flags.service_sockets) {
    RETURN_IF_ERROR(clients::ParseServerAddress(absl::StrCat("unix:", path)).status());
  }
  return absl::OkStatus();
}

absl::Status CheckPeers(const TransportFlags& flags) {
  RETURN_IF_ERROR(CheckPair("--peer-cert", flags.peer_cert, "--peer-key", flags.peer_key));
  if (!flags.peer_cert.empty() && flags.peer_ca.empty())
    return NeedsToo("--peer-cert", "--peer-ca");
  for (const auto& [name, address] : flags.peers) {
    RETURN_IF_ERROR(clients::ParseServerAddress(address).status());
    if (clients::IsLocal(address) || !flags.peer_ca.empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--", name, " ", address,
                     " is another machine, and what is sent there must be encrypted: add "
                     "--peer-ca, --peer-cert and --peer-key"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddTransportOptions(CLI::App* app, TransportFlags* flags) {
  AddListenOptions(app, flags);
  AddPeerOptions(app, flags);
  AddLimitOptions(app, flags);
}

absl::StatusOr<Transport> ParseTransport(const TransportFlags& flags) {
  RETURN_IF_ERROR(CheckListen(flags));
  RETURN_IF_ERROR(CheckPeers(flags));
  Transport transport;
  transport.server.listen = flags.listen;
  transport.server.service_sockets = flags.service_sockets;
  if (!flags.tls_cert.empty()) {
    transport.server.tls = {flags.tls_cert, flags.tls_key, flags.tls_client_ca};
  }
  transport.server.limits.connections = flags.connections;
  transport.server.limits.connections_per_address = flags.connections_per_address;
  runtime::ServerLimits& limits = transport.server.limits;
  limits.resident_bytes = int64_t{flags.memory_mb} << 20;
  limits.message_bytes = std::min(limits.message_bytes, limits.resident_bytes / 4);
  transport.peers = flags.peers;
  transport.peer_files = {flags.peer_ca, flags.peer_cert, flags.peer_key};
  transport.caller_maxima = flags.caller_maxima;
  return transport;
}

absl::Status CheckFiles(const runtime::ServerOptions& server, const clients::ChannelFiles& peer) {
  const absl::Time now = absl::Now();
  if (server.tls.has_value()) {
    RETURN_IF_ERROR(runtime::ReadTlsFiles(*server.tls, now).status());
  }
  if (peer.authorities.empty()) return absl::OkStatus();
  if (peer.certificate.empty()) return runtime::CheckAuthorities(peer.authorities);
  return runtime::ReadTlsFiles({peer.certificate, peer.key, peer.authorities}, now).status();
}

}  // namespace milkway
