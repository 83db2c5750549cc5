// The services that one program can run.

#ifndef MILKWAY_SERVICES_MILKWAYD_TARGETS_H_
#define MILKWAY_SERVICES_MILKWAYD_TARGETS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "services/runtime/service.h"

namespace milkway {

struct Target {
  const char* name;
  absl::StatusOr<std::unique_ptr<runtime::Module>> (*make)(runtime::ModuleParts);
  // Its gRPC services, by full name.
  std::vector<const char*> services;
  // Where its channel is kept among a module's peers.
  clients::ServiceChannel runtime::Peers::*peer;
};

// Names all of them.
inline constexpr char kAllTargets[] = "all";

// All there are, in alphabetical order.
const std::vector<Target>& AllTargets();

// What `--target` names: "all", one service, or several with commas. INVALID_ARGUMENT
// naming what is unknown.
//
// The gateway has no gRPC services, and is no target of AllTargets: `*has_gateway` is
// whether it is named.
absl::StatusOr<std::vector<Target>> ParseTargets(const std::string& text, bool* has_gateway);

// The gRPC services of `targets` and of the process itself.
std::vector<const google::protobuf::ServiceDescriptor*> DescriptorsOf(
    const std::vector<Target>& targets);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_TARGETS_H_
