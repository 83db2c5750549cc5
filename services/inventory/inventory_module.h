// The inventory, as the program runs it.

#ifndef MILKWAY_SERVICES_INVENTORY_INVENTORY_MODULE_H_
#define MILKWAY_SERVICES_INVENTORY_INVENTORY_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::inventory {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeInventoryModule(runtime::ModuleParts parts);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_INVENTORY_MODULE_H_
