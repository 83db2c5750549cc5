#include "services/milkwayd/gateway_flags.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/server_address.h"
#include "clients/cpp/status_macros.h"

namespace milkway {

namespace {

constexpr int kConnectionsMax = 1'000'000;

absl::Status CheckLocal(const char* flag, const std::vector<std::string>& addresses) {
  for (const std::string& text : addresses) {
    ASSIGN_OR_RETURN(const clients::ServerAddress address, clients::ParseServerAddress(text));
    if (address.IsLocal()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", text,
                     " can be reached from other machines, and HTTP is not encrypted: listen on "
                     "127.0.0.1 or unix:PATH, and let a reverse proxy with TLS pass calls on"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddGatewayOptions(CLI::App* app, GatewayFlags* flags) {
  app->add_option("--http", flags->http,
                  "Where browsers are answered (the gateway): HOST:PORT of this machine, port 0 "
                  "takes a free one, or a socket file; may be repeated. A reverse proxy with TLS "
                  "stands before it (docs/gateway.md)")
      ->type_name("HOST:PORT|unix:PATH")
      ->allow_extra_args(false);
  app->add_option("--http-private", flags->http_private,
                  "Where /healthz, /readyz and /metrics are answered, and nothing else; may be "
                  "repeated. Never let strangers reach it")
      ->type_name("HOST:PORT|unix:PATH")
      ->allow_extra_args(false);
  app->add_option("--web", flags->web,
                  "Folder of the page, as it was built; without it --http answers calls only")
      ->type_name("DIR");
  app->add_flag("--http-behind-proxy", flags->http_behind_proxy,
                "Believe the last address in x-forwarded-for: whoever reaches --http is a reverse "
                "proxy that adds it");
  app->add_option("--http-connections", flags->http_connections,
                  "Connections of HTTP at once; those beyond are closed")
      ->type_name("COUNT")
      ->check(CLI::Range(1, kConnectionsMax))
      ->capture_default_str();
}

absl::StatusOr<std::optional<gateway::GatewayOptions>> ParseGateway(const GatewayFlags& flags,
                                                                    bool runs_all, bool is_named) {
  if (flags.http.empty()) {
    if (is_named) return absl::InvalidArgumentError("--target gateway needs --http too");
    for (const auto& [flag, is_given] :
         {std::pair("--http-private", !flags.http_private.empty()),
          std::pair("--web", !flags.web.empty()),
          std::pair("--http-behind-proxy", flags.http_behind_proxy)}) {
      if (is_given) return absl::InvalidArgumentError(absl::StrCat(flag, " needs --http too"));
    }
    return std::nullopt;
  }
  if (!runs_all && !is_named) {
    return absl::InvalidArgumentError("--http needs --target all, or gateway among --target");
  }
  RETURN_IF_ERROR(CheckLocal("--http", flags.http));
  RETURN_IF_ERROR(CheckLocal("--http-private", flags.http_private));
  gateway::GatewayOptions options;
  options.listen = flags.http;
  options.private_listen = flags.http_private;
  options.web_folder = flags.web;
  options.is_behind_proxy = flags.http_behind_proxy;
  options.limits.connections = flags.http_connections;
  return options;
}

}  // namespace milkway
