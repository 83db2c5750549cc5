#include "services/inventory/recall_convert.h"

#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::ParseId;
using runtime::ParseText;

constexpr size_t kLotNumberBytesMax = 64;
constexpr size_t kReasonBytesMax = 500;

absl::StatusOr<std::optional<int32_t>> ParseDay(absl::string_view field, const std::string& day) {
  if (day.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const LocalDate date, ParseDate(field, day));
  return std::optional<int32_t>(date.days);
}

absl::Status ParseDays(const v1::RecallScope& message, rec::RecallRecord* record) {
  ASSIGN_OR_RETURN(const auto made_from,
                   ParseDay("manufactured_from", message.manufactured_from()));
  ASSIGN_OR_RETURN(const auto made_to, ParseDay("manufactured_to", message.manufactured_to()));
  ASSIGN_OR_RETURN(const auto expires_from, ParseDay("expires_from", message.expires_from()));
  ASSIGN_OR_RETURN(const auto expires_to, ParseDay("expires_to", message.expires_to()));
  if (made_from.has_value() && made_to.has_value() && *made_to < *made_from) {
    return InvalidField("manufactured_to", "must not be before manufactured_from");
  }
  if (expires_from.has_value() && expires_to.has_value() && *expires_to < *expires_from) {
    return InvalidField("expires_to", "must not be before expires_from");
  }
  if (made_from.has_value()) record->set_manufactured_from_day(*made_from);
  if (made_to.has_value()) record->set_manufactured_to_day(*made_to);
  if (expires_from.has_value()) record->set_expires_from_day(*expires_from);
  if (expires_to.has_value()) record->set_expires_to_day(*expires_to);
  return absl::OkStatus();
}

absl::Status ParseScope(const v1::RecallScope& message, rec::RecallRecord* record) {
  ASSIGN_OR_RETURN(*record->mutable_product_id(), ParseId("product_id", message.product_id()));
  ASSIGN_OR_RETURN(*record->mutable_lot_number(),
                   ParseText("lot_number", message.lot_number(), 0, kLotNumberBytesMax));
  RETURN_IF_ERROR(ParseDays(message, record));
  const bool has_days = record->has_manufactured_from_day() || record->has_manufactured_to_day() ||
                        record->has_expires_from_day() || record->has_expires_to_day();
  if (record->lot_number().empty() && !has_days) {
    return InvalidField("lot_number", "must be given, or a range of days");
  }
  return absl::OkStatus();
}

v1::RecallScope ScopeOf(const rec::RecallRecord& record) {
  v1::RecallScope scope;
  scope.set_product_id(record.product_id());
  scope.set_lot_number(record.lot_number());
  const auto text = [](bool has_day, int32_t day) {
    return has_day ? FormatDate({day}) : std::string();
  };
  scope.set_manufactured_from(
      text(record.has_manufactured_from_day(), record.manufactured_from_day()));
  scope.set_manufactured_to(text(record.has_manufactured_to_day(), record.manufactured_to_day()));
  scope.set_expires_from(text(record.has_expires_from_day(), record.expires_from_day()));
  scope.set_expires_to(text(record.has_expires_to_day(), record.expires_to_day()));
  return scope;
}

}  // namespace

absl::StatusOr<Recall> ParseRecall(const v1::Recall& message) {
  Recall recall;
  ASSIGN_OR_RETURN(recall.recall_id, ParseId("recall_id", message.recall_id()));
  RETURN_IF_ERROR(InField("scope", ParseScope(message.scope(), &recall.record)));
  ASSIGN_OR_RETURN(const OccurredAt ordered_at, ParseZonedTime("ordered_at", message.ordered_at()));
  recall.record.set_ordered_us(ordered_at.us);
  recall.record.set_ordered_offset_minutes(ordered_at.offset_minutes);
  ASSIGN_OR_RETURN(*recall.record.mutable_reason(),
                   ParseText("reason", message.reason(), 1, kReasonBytesMax));
  ASSIGN_OR_RETURN(*recall.record.mutable_instructions(),
                   ParseText("instructions", message.instructions(), 0, kReasonBytesMax));
  return recall;
}

absl::StatusOr<RecallEnd> ParseRecallEnd(const v1::LiftRecallRequest& message) {
  RecallEnd end;
  ASSIGN_OR_RETURN(end.recall_id, ParseId("recall_id", message.recall_id()));
  ASSIGN_OR_RETURN(end.lifted_at, ParseZonedTime("lifted_at", message.lifted_at()));
  ASSIGN_OR_RETURN(end.reason, ParseText("reason", message.reason(), 1, kReasonBytesMax));
  end.release = message.release();
  return end;
}

v1::Recall ToMessage(const Recall& recall) {
  const rec::RecallRecord& record = recall.record;
  v1::Recall message;
  message.set_recall_id(recall.recall_id);
  *message.mutable_scope() = ScopeOf(record);
  *message.mutable_ordered_at() = ToZonedTime(recall.ordered_at());
  message.set_reason(record.reason());
  message.set_instructions(record.instructions());
  message.set_recorded_us(record.recorded_us());
  if (!recall.is_open()) {
    *message.mutable_lifted_at() =
        ToZonedTime({record.lifted_us(), record.lifted_offset_minutes()});
    message.set_lift_reason(record.lift_reason());
    message.set_lifted_recorded_us(record.lifted_recorded_us());
    message.set_released(record.is_released());
  }
  return message;
}

v1::RecalledStock ToMessage(const RecalledStock& stock) {
  v1::RecalledStock message;
  message.set_location_id(stock.place);
  message.set_lot_id(stock.lot.value);
  message.set_quarantined_g(stock.quarantined_g);
  return message;
}

}  // namespace milkway::inventory
