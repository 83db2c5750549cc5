// Whose a scope is.

#ifndef MILKWAY_SERVICES_RUNTIME_SCOPE_OWNER_H_
#define MILKWAY_SERVICES_RUNTIME_SCOPE_OWNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace milkway::runtime {

// A caller whose scopes name the owner has what it owns in his scope, too: a donor all of
// his gifts, also those that are given after he signed in. Stateless.
class ScopeOwner {
 public:
  virtual ~ScopeOwner() = default;

  // The scope that owns `scope`; empty if there is none, or no such scope.
  virtual absl::StatusOr<std::string> OwnerOf(const storage::Reader& reader,
                                              const std::string& scope) const = 0;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SCOPE_OWNER_H_
