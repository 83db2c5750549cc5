// Trace, as the program runs it.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_MODULE_H_
#define MILKWAY_SERVICES_TRACE_TRACE_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/runtime/service.h"

namespace milkway::trace {

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeTraceModule(runtime::ModuleParts parts);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_MODULE_H_
