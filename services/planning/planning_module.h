// Planning, as the program runs it.

#ifndef MILKWAY_SERVICES_PLANNING_PLANNING_MODULE_H_
#define MILKWAY_SERVICES_PLANNING_PLANNING_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::planning {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakePlanningModule(runtime::ModuleParts parts);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLANNING_MODULE_H_
