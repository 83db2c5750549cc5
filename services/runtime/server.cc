#include "services/runtime/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/channel.h"
#include "clients/cpp/status_macros.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "services/runtime/check.h"

namespace milkway::runtime {

namespace {

// How long callers have to hear that their call is cancelled, before they are cut off.
constexpr absl::Duration kGoodbyePatience = absl::Seconds(1);
constexpr absl::Duration kHealthPause = absl::Seconds(1);

absl::Status PlainBeyondThisMachine(const clients::ServerAddress& address) {
  return absl::FailedPreconditionError(
      absl::StrCat("will not listen on ", address.ToString(),
                   " without TLS, for others could read and change what is sent there; name a "
                   "certificate and its key (--tls-cert, --tls-key), or listen on 127.0.0.1"));
}

}  // namespace

Server::Server(const ServerLimits& limits)
    : gate_({limits.connections, limits.connections_per_address, limits.resident_bytes}) {}

absl::Status Server::Open(const clients::ServerAddress& address,
                          const std::shared_ptr<grpc::ServerCredentials>& how, bool is_for_services,
                          grpc::ServerBuilder* builder) {
  ConnectionGate::Door door;
  ASSIGN_OR_RETURN(door.sockets, Listen(address));
  if (!is_for_services) addresses_.push_back(door.sockets.front().address().ToString());
  door.is_for_own_user = is_for_services;
  using Builder = grpc::ServerBuilder::experimental_type;
  std::vector<std::unique_ptr<HandOver::Acceptor>> acceptors;
  while (acceptors.size() < HandOver::kThreads) {
    acceptors.push_back(builder->experimental().AddExternalConnectionAcceptor(
        Builder::ExternalConnectionType::FROM_FD, how));
  }
  door.hand_over = std::make_unique<HandOver>(std::move(acceptors));
  gate_.Add(std::move(door));
  return absl::OkStatus();
}

absl::Status Server::OpenAll(const ServerOptions& options, grpc::ServerBuilder* builder) {
  std::shared_ptr<grpc::ServerCredentials> tls;
  if (options.tls.has_value()) {
    ASSIGN_OR_RETURN(tls, TlsServerCredentials(*options.tls, options.tls_notice));
  }
  const auto plain = grpc::InsecureServerCredentials();
  for (const std::string& listen : options.listen) {
    ASSIGN_OR_RETURN(const clients::ServerAddress address, clients::ParseServerAddress(listen));
    if (tls == nullptr && !address.IsLocal()) return PlainBeyondThisMachine(address);
    const bool is_plain = tls == nullptr || address.IsSocketFile();
    RETURN_IF_ERROR(Open(address, is_plain ? plain : tls, false, builder));
  }
  for (const std::string& path : options.service_sockets) {
    ASSIGN_OR_RETURN(const clients::ServerAddress address,
                     clients::ParseServerAddress(absl::StrCat("unix:", path)));
    // peer_identity.cc knows these connections by their credentials.
    RETURN_IF_ERROR(Open(address, grpc::experimental::LocalServerCredentials(UDS), true, builder));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& listen,
                                                      const std::vector<grpc::Service*>& services,
                                                      const storage::Store* store) {
  ServerOptions options;
  options.listen = {listen};
  return Start(std::move(options), services, store);
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options,
                                                      const std::vector<grpc::Service*>& services,
                                                      const storage::Store* store) {
  MILKWAY_CHECK(!options.listen.empty());
  grpc::EnableDefaultHealthCheckService(true);
  // gRPC's own health service comes without a description; reflection needs this one.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  SetLimits(options.limits, &builder);
  std::unique_ptr<Server> server(new Server(options.limits));
  RETURN_IF_ERROR(server->OpenAll(options, &builder));
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) return absl::InternalError("gRPC does not start a server");
  RETURN_IF_ERROR(server->gate_.Start());
  server->health_watch_ = std::thread([made = server.get(), store] { made->WatchHealth(store); });
  return server;
}

Server::~Server() {
  if (server_ != nullptr) Drain(absl::ZeroDuration());
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(clients::kAnswerBytesMax);
  return server_->InProcessChannel(arguments);
}

void Server::Drain(absl::Duration patience) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  if (health_watch_.joinable()) health_watch_.join();
  const absl::Time deadline = absl::Now() + patience;
  gate_.Close(patience + kGoodbyePatience);
  server_->GetHealthCheckService()->SetServingStatus(false);
  server_->Shutdown(absl::ToChronoTime(deadline));
  gate_.Stop();
}

void Server::WatchHealth(const storage::Store* store) {
  bool was_healthy = true;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kHealthPause)) return;
    }
    const bool is_healthy = store->Health().ok();
    if (is_healthy != was_healthy) server_->GetHealthCheckService()->SetServingStatus(is_healthy);
    was_healthy = is_healthy;
  }
}

}  // namespace milkway::runtime
