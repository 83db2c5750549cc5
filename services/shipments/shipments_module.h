// The shipments, as the program runs them.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_MODULE_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::shipments {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeShipmentsModule(runtime::ModuleParts parts);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_MODULE_H_
