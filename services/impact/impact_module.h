// Impact, as the program runs it.

#ifndef MILKWAY_SERVICES_IMPACT_IMPACT_MODULE_H_
#define MILKWAY_SERVICES_IMPACT_IMPACT_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::impact {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeImpactModule(runtime::ModuleParts parts);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_MODULE_H_
