// milkwayd's flags about the gateway: what it says over HTTP.

#ifndef MILKWAY_SERVICES_MILKWAYD_GATEWAY_FLAGS_H_
#define MILKWAY_SERVICES_MILKWAYD_GATEWAY_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "services/gateway/gateway.h"

namespace milkway {

struct GatewayFlags {
  std::vector<std::string> http;
  std::vector<std::string> http_private;
  std::string web;
  bool http_behind_proxy = false;
  int http_connections = gateway::ConnectionLimits().connections;
};

// `flags` must outlive `app`.
void AddGatewayOptions(CLI::App* app, GatewayFlags* flags);

// What the flags ask for; nullopt: no gateway. `runs_all` and `is_named`: what --target says.
// INVALID_ARGUMENT naming the flag that is missing or wrong.
absl::StatusOr<std::optional<gateway::GatewayOptions>> ParseGateway(const GatewayFlags& flags,
                                                                    bool runs_all, bool is_named);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_GATEWAY_FLAGS_H_
