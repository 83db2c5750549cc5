// Consumption, as the program runs it.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_MODULE_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::consumption {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeConsumptionModule(runtime::ModuleParts parts);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_MODULE_H_
