// The named refusals of planning.

#ifndef MILKWAY_SERVICES_PLANNING_PLANNING_ERRORS_H_
#define MILKWAY_SERVICES_PLANNING_PLANNING_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace milkway::planning {

// NOT_FOUND ALERT_UNKNOWN.
absl::Status AlertUnknown(const std::string& alert_id);

// FAILED_PRECONDITION ALERT_CLOSED: its cause is gone.
absl::Status AlertClosed(const std::string& alert_id);

// RESOURCE_EXHAUSTED WATCHERS_MAX.
absl::Status TooManyWatchers(size_t max);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLANNING_ERRORS_H_
