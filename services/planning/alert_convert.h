// Between alerts on disk and their messages; input checks of alert requests.

#ifndef MILKWAY_SERVICES_PLANNING_ALERT_CONVERT_H_
#define MILKWAY_SERVICES_PLANNING_ALERT_CONVERT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "services/planning/evaluation.h"
#include "services/planning/planning_keys.h"

namespace milkway::planning {

absl::StatusOr<std::string> ParseAlertId(const std::string& text);
// `now_us` to 90 days later; an earlier time is as good as now.
absl::StatusOr<int64_t> ParseUntil(int64_t until_us, int64_t now_us);
absl::Status CheckFilters(const v1::ListAlertsRequest& request);
// The number of the event a token stands for; 0 for an empty one.
absl::StatusOr<int64_t> ParseToken(const std::string& token);
std::string FormatToken(int64_t event);

v1::Alert ToMessage(const std::string& alert_id, const rec::AlertRecord& alert);
v1::WatchAlertsResponse ToMessage(int64_t number, const rec::AlertEventRecord& event);
v1::EvaluateAlertsResponse ToMessage(const Evaluated& evaluated);

// True if a list with these filters shows the alert.
bool IsWanted(const v1::ListAlertsRequest& request, const rec::AlertRecord& alert, int64_t now_us);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ALERT_CONVERT_H_
