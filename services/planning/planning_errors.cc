#include "services/planning/planning_errors.h"

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::planning {

using runtime::Refuse;
using Code = absl::StatusCode;

absl::Status AlertUnknown(const std::string& alert_id) {
  return Refuse(Code::kNotFound, "ALERT_UNKNOWN",
                absl::StrCat("there is no alert ", alert_id, "; ListAlerts shows what there is"),
                {{"alert_id", alert_id}});
}

absl::Status AlertClosed(const std::string& alert_id) {
  return Refuse(Code::kFailedPrecondition, "ALERT_CLOSED",
                absl::StrCat("alert ", alert_id,
                             " is closed: its cause is gone; nothing is to be "
                             "done about it any more"),
                {{"alert_id", alert_id}});
}

absl::Status TooManyWatchers(size_t max) {
  return Refuse(Code::kResourceExhausted, "WATCHERS_MAX",
                absl::StrCat(max, " programs watch alerts already; end one of them"));
}

}  // namespace milkway::planning
