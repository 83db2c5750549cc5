#include "services/planning/alert_convert.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/planning/alert_text.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::planning {

namespace {

constexpr size_t kAlertIdBytesMax = 300;
constexpr int64_t kSnoozeDaysMax = 90;

}  // namespace

absl::StatusOr<std::string> ParseAlertId(const std::string& text) {
  return runtime::ParseText("alert_id", text, 1, kAlertIdBytesMax);
}

absl::StatusOr<int64_t> ParseUntil(int64_t until_us, int64_t now_us) {
  if (until_us < 0 || until_us > now_us + kSnoozeDaysMax * kMicrosPerDay) {
    return runtime::InvalidField(
        "until_us", absl::StrCat("must be at most ", kSnoozeDaysMax, " days from now"));
  }
  return until_us;
}

absl::Status CheckFilters(const v1::ListAlertsRequest& request) {
  if (!v1::AlertFilter_IsValid(request.filter())) {
    return runtime::InvalidField("filter", "must be one of those that are known");
  }
  if (!v1::AlertKind_IsValid(request.kind())) {
    return runtime::InvalidField("kind", "must be one of those that are known");
  }
  if (!v1::AlertSeverity_IsValid(request.severity_at_least())) {
    return runtime::InvalidField("severity_at_least", "must be one of those that are known");
  }
  if (request.location_id().empty()) return absl::OkStatus();
  return runtime::ParseId("location_id", request.location_id()).status();
}

absl::StatusOr<int64_t> ParseToken(const std::string& token) {
  if (token.empty()) return 0;
  int64_t event = 0;
  if (!absl::SimpleAtoi(token, &event) || event < 1 ||
      event == std::numeric_limits<int64_t>::max()) {
    return runtime::InvalidField("after_token", "must be a token of an earlier answer, or empty");
  }
  return event;
}

std::string FormatToken(int64_t event) { return event == 0 ? "" : absl::StrCat(event); }

v1::Alert ToMessage(const std::string& alert_id, const rec::AlertRecord& alert) {
  const AlertText text = TextOf(alert);
  v1::Alert message;
  message.set_alert_id(alert_id);
  message.set_kind(static_cast<v1::AlertKind>(alert.kind()));
  message.set_severity(static_cast<v1::AlertSeverity>(alert.severity()));
  message.set_location_id(alert.facts().location_id());
  message.set_shipment_id(alert.facts().shipment_id());
  message.set_recall_id(alert.facts().recall_id());
  message.set_lot_id(alert.facts().lot_id());
  message.set_opened_us(alert.opened_us());
  message.set_closed_us(alert.closed_us());
  message.set_text_en(text.text_en);
  message.set_text_zh(text.text_zh);
  message.set_action_en(text.action_en);
  message.set_action_zh(text.action_zh);
  message.set_acknowledged_by(alert.acknowledged_by());
  message.set_acknowledged_us(alert.acknowledged_us());
  message.set_note(alert.note());
  message.set_snoozed_until_us(alert.snoozed_until_us());
  return message;
}

v1::WatchAlertsResponse ToMessage(int64_t number, const rec::AlertEventRecord& event) {
  v1::WatchAlertsResponse message;
  message.set_change(static_cast<v1::AlertChange>(event.change()));
  *message.mutable_alert() = ToMessage(event.alert_id(), event.alert());
  message.set_token(FormatToken(number));
  return message;
}

v1::EvaluateAlertsResponse ToMessage(const Evaluated& evaluated) {
  v1::EvaluateAlertsResponse message;
  message.set_schools(evaluated.schools);
  message.set_open(evaluated.open);
  message.set_opened(evaluated.counts.opened);
  message.set_closed(evaluated.counts.closed);
  for (const std::string& problem : evaluated.problems) message.add_problems(problem);
  return message;
}

bool IsWanted(const v1::ListAlertsRequest& request, const rec::AlertRecord& alert, int64_t now_us) {
  const bool is_snoozed = alert.closed_us() == 0 && alert.snoozed_until_us() > now_us;
  if (request.filter() == v1::ALERT_FILTER_UNSPECIFIED && is_snoozed) return false;
  if (request.kind() != v1::ALERT_KIND_UNSPECIFIED &&
      static_cast<uint32_t>(request.kind()) != alert.kind()) {
    return false;
  }
  if (request.severity_at_least() != v1::ALERT_SEVERITY_UNSPECIFIED &&
      alert.severity() > static_cast<uint32_t>(request.severity_at_least())) {
    return false;
  }
  return request.location_id().empty() || request.location_id() == alert.facts().location_id();
}

}  // namespace milkway::planning
