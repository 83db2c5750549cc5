#include "services/runtime/server.h"

#include <arpa/inet.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace milkway::runtime {

namespace {

constexpr absl::Duration kHealthPause = absl::Seconds(1);

// The parts of HOST:PORT; false if it is not of that form.
bool SplitAddress(absl::string_view listen, absl::string_view* host, int* port) {
  const size_t colon = listen.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  *host = listen.substr(0, colon);
  return absl::SimpleAtoi(listen.substr(colon + 1), port) && *port >= 0 && *port <= 65'535;
}

}  // namespace

bool IsLoopback(absl::string_view listen) {
  absl::string_view host;
  int port = 0;
  if (!SplitAddress(listen, &host, &port)) return false;
  if (host == "localhost" || host == "[::1]") return true;
  in_addr ipv4;  // a name such as 127.example.org is somebody else's
  return absl::StartsWith(host, "127.") &&
         inet_pton(AF_INET, std::string(host).c_str(), &ipv4) == 1;
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& listen,
                                                      const std::vector<grpc::Service*>& services,
                                                      const storage::Store* store) {
  absl::string_view host;
  int port = 0;
  if (!SplitAddress(listen, &host, &port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", listen, "\" is not HOST:PORT, such as 127.0.0.1:7700"));
  }
  grpc::EnableDefaultHealthCheckService(true);
  // gRPC's own health service comes without a description; reflection needs this one.
  grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  // Otherwise two servers can bind one port, and calls go to either.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<Server> server(new Server);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || port == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot listen on ", listen,
        "; is another server running there? Stop that one first, or name another address"));
  }
  server->address_ = absl::StrCat(host, ":", port);
  server->health_watch_ = std::thread([made = server.get(), store] { made->WatchHealth(store); });
  return server;
}

Server::~Server() {
  if (server_ != nullptr) Drain(absl::ZeroDuration());
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

void Server::Drain(absl::Duration patience) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  if (health_watch_.joinable()) health_watch_.join();
  server_->GetHealthCheckService()->SetServingStatus(false);
  server_->Shutdown(absl::ToChronoTime(absl::Now() + patience));
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
