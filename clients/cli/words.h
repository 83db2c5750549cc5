// The words for the contract's enums: the same in files, options and output.

#ifndef MILKWAY_CLIENTS_CLI_WORDS_H_
#define MILKWAY_CLIENTS_CLI_WORDS_H_

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "milkway/common/v1/document.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

template <typename Value>
struct Word {
  absl::string_view word;
  Value value;
};

inline constexpr Word<inventory::v1::LocationKind> kLocationKinds[] = {
    {"supplier", inventory::v1::LOCATION_KIND_SUPPLIER},
    {"warehouse", inventory::v1::LOCATION_KIND_WAREHOUSE},
    {"port", inventory::v1::LOCATION_KIND_PORT},
    {"school", inventory::v1::LOCATION_KIND_SCHOOL},
};

inline constexpr Word<inventory::v1::CostKind> kCostKinds[] = {
    {"freight", inventory::v1::COST_KIND_FREIGHT},
    {"duty", inventory::v1::COST_KIND_DUTY},
    {"insurance", inventory::v1::COST_KIND_INSURANCE},
    {"inspection", inventory::v1::COST_KIND_INSPECTION},
    {"other", inventory::v1::COST_KIND_OTHER},
};

// The conditions in which stock can be, in the order in which they are shown.
inline constexpr Word<inventory::v1::AccountKind> kConditions[] = {
    {"usable", inventory::v1::ACCOUNT_KIND_USABLE},
    {"quarantined", inventory::v1::ACCOUNT_KIND_QUARANTINED},
    {"damaged", inventory::v1::ACCOUNT_KIND_DAMAGED},
    {"in_transit", inventory::v1::ACCOUNT_KIND_IN_TRANSIT},
};

inline constexpr Word<inventory::v1::PostingKind> kPostingKinds[] = {
    {"purchase", inventory::v1::POSTING_KIND_PURCHASE},
    {"dispatch", inventory::v1::POSTING_KIND_DISPATCH},
    {"receipt", inventory::v1::POSTING_KIND_RECEIPT},
    {"distribution", inventory::v1::POSTING_KIND_DISTRIBUTION},
    {"count", inventory::v1::POSTING_KIND_COUNT},
    {"adjustment", inventory::v1::POSTING_KIND_ADJUSTMENT},
    {"recount", inventory::v1::POSTING_KIND_RECOUNT},
    {"release", inventory::v1::POSTING_KIND_RELEASE},
    {"recall", inventory::v1::POSTING_KIND_RECALL},
    {"release", inventory::v1::POSTING_KIND_RELEASE},
};

inline constexpr Word<shipments::v1::TransportMode> kTransportModes[] = {
    {"sea", shipments::v1::TRANSPORT_MODE_SEA},
    {"air", shipments::v1::TRANSPORT_MODE_AIR},
    {"road", shipments::v1::TRANSPORT_MODE_ROAD},
    {"rail", shipments::v1::TRANSPORT_MODE_RAIL},
    {"courier", shipments::v1::TRANSPORT_MODE_COURIER},
};

inline constexpr Word<shipments::v1::ShipmentState> kShipmentStates[] = {
    {"draft", shipments::v1::SHIPMENT_STATE_DRAFT},
    {"dispatched", shipments::v1::SHIPMENT_STATE_DISPATCHED},
    {"partly_received", shipments::v1::SHIPMENT_STATE_PARTLY_RECEIVED},
    {"received", shipments::v1::SHIPMENT_STATE_RECEIVED},
    {"cancelled", shipments::v1::SHIPMENT_STATE_CANCELLED},
    {"lost", shipments::v1::SHIPMENT_STATE_LOST},
    {"returned", shipments::v1::SHIPMENT_STATE_RETURNED},
};

inline constexpr Word<shipments::v1::MilestoneKind> kMilestoneKinds[] = {
    {"departed", shipments::v1::MILESTONE_KIND_DEPARTED},
    {"arrived_port", shipments::v1::MILESTONE_KIND_ARRIVED_PORT},
    {"customs_held", shipments::v1::MILESTONE_KIND_CUSTOMS_HELD},
    {"customs_cleared", shipments::v1::MILESTONE_KIND_CUSTOMS_CLEARED},
    {"handed_over", shipments::v1::MILESTONE_KIND_HANDED_OVER},
    {"out_for_delivery", shipments::v1::MILESTONE_KIND_OUT_FOR_DELIVERY},
};

inline constexpr Word<shipments::v1::DamageReason> kDamageReasons[] = {
    {"torn", shipments::v1::DAMAGE_REASON_TORN},
    {"crushed", shipments::v1::DAMAGE_REASON_CRUSHED},
    {"wet", shipments::v1::DAMAGE_REASON_WET},
    {"heat", shipments::v1::DAMAGE_REASON_HEAT},
    {"pests", shipments::v1::DAMAGE_REASON_PESTS},
    {"contaminated", shipments::v1::DAMAGE_REASON_CONTAMINATED},
    {"seal_broken", shipments::v1::DAMAGE_REASON_SEAL_BROKEN},
    {"expired", shipments::v1::DAMAGE_REASON_EXPIRED},
    {"other", shipments::v1::DAMAGE_REASON_OTHER},
};
inline constexpr Word<shipments::v1::DamageReason> kDamageReasonsZh[] = {
    {"包装破损", shipments::v1::DAMAGE_REASON_TORN},
    {"挤压变形", shipments::v1::DAMAGE_REASON_CRUSHED},
    {"受潮", shipments::v1::DAMAGE_REASON_WET},
    {"高温受损", shipments::v1::DAMAGE_REASON_HEAT},
    {"虫鼠侵害", shipments::v1::DAMAGE_REASON_PESTS},
    {"污染或异味", shipments::v1::DAMAGE_REASON_CONTAMINATED},
    {"封签破损", shipments::v1::DAMAGE_REASON_SEAL_BROKEN},
    {"到货已过期", shipments::v1::DAMAGE_REASON_EXPIRED},
    {"其他", shipments::v1::DAMAGE_REASON_OTHER},
};

inline constexpr Word<shipments::v1::ShortageOutcome> kShortageOutcomes[] = {
    {"found", shipments::v1::SHORTAGE_OUTCOME_FOUND},
    {"lost", shipments::v1::SHORTAGE_OUTCOME_LOST},
    {"stolen", shipments::v1::SHORTAGE_OUTCOME_STOLEN},
    {"counted_wrongly", shipments::v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY},
};
inline constexpr Word<shipments::v1::ShortageOutcome> kShortageOutcomesZh[] = {
    {"已找到", shipments::v1::SHORTAGE_OUTCOME_FOUND},
    {"确认丢失", shipments::v1::SHORTAGE_OUTCOME_LOST},
    {"被盗", shipments::v1::SHORTAGE_OUTCOME_STOLEN},
    {"清点有误", shipments::v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY},
};

inline constexpr Word<shipments::v1::TransitExitKind> kTransitExitKinds[] = {
    {"lost", shipments::v1::TRANSIT_EXIT_KIND_LOST},
    {"closed", shipments::v1::TRANSIT_EXIT_KIND_CLOSED},
    {"returned", shipments::v1::TRANSIT_EXIT_KIND_RETURNED},
};

inline constexpr Word<shipments::v1::ShipmentEventKind> kShipmentEventKinds[] = {
    {"created", shipments::v1::SHIPMENT_EVENT_KIND_CREATED},
    {"cancelled", shipments::v1::SHIPMENT_EVENT_KIND_CANCELLED},
    {"dispatched", shipments::v1::SHIPMENT_EVENT_KIND_DISPATCHED},
    {"milestone", shipments::v1::SHIPMENT_EVENT_KIND_MILESTONE},
    {"received", shipments::v1::SHIPMENT_EVENT_KIND_RECEIVED},
    {"receipt_corrected", shipments::v1::SHIPMENT_EVENT_KIND_RECEIPT_CORRECTED},
    {"countersigned", shipments::v1::SHIPMENT_EVENT_KIND_COUNTERSIGNED},
    {"lost", shipments::v1::SHIPMENT_EVENT_KIND_LOST},
    {"closed", shipments::v1::SHIPMENT_EVENT_KIND_CLOSED},
    {"returned", shipments::v1::SHIPMENT_EVENT_KIND_RETURNED},
    {"released", shipments::v1::SHIPMENT_EVENT_KIND_RELEASED},
    {"shortage_resolved", shipments::v1::SHIPMENT_EVENT_KIND_SHORTAGE_RESOLVED},
    {"leg", shipments::v1::SHIPMENT_EVENT_KIND_LEG},
    {"document", shipments::v1::SHIPMENT_EVENT_KIND_DOCUMENT},
    {"temperatures", shipments::v1::SHIPMENT_EVENT_KIND_TEMPERATURES},
    {"leg_departed", shipments::v1::SHIPMENT_EVENT_KIND_LEG_DEPARTED},
    {"leg_arrived", shipments::v1::SHIPMENT_EVENT_KIND_LEG_ARRIVED},
    {"arrival", shipments::v1::SHIPMENT_EVENT_KIND_ARRIVAL},
};

inline constexpr Word<common::v1::DocumentType> kDocumentTypes[] = {
    {"contract", common::v1::DOCUMENT_TYPE_CONTRACT},
    {"invoice", common::v1::DOCUMENT_TYPE_INVOICE},
    {"packing_list", common::v1::DOCUMENT_TYPE_PACKING_LIST},
    {"bill_of_lading", common::v1::DOCUMENT_TYPE_BILL_OF_LADING},
    {"export_permit", common::v1::DOCUMENT_TYPE_EXPORT_PERMIT},
    {"health_certificate", common::v1::DOCUMENT_TYPE_HEALTH_CERTIFICATE},
    {"certificate_of_origin", common::v1::DOCUMENT_TYPE_CERTIFICATE_OF_ORIGIN},
    {"test_report", common::v1::DOCUMENT_TYPE_TEST_REPORT},
    {"chinese_label", common::v1::DOCUMENT_TYPE_CHINESE_LABEL},
    {"customs_declaration", common::v1::DOCUMENT_TYPE_CUSTOMS_DECLARATION},
    {"inspection_certificate", common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE},
    {"donation_paper", common::v1::DOCUMENT_TYPE_DONATION_PAPER},
    {"insurance_policy", common::v1::DOCUMENT_TYPE_INSURANCE_POLICY},
    {"other", common::v1::DOCUMENT_TYPE_OTHER},
};

inline constexpr Word<consumption::v1::Sex> kSexes[] = {
    {"f", consumption::v1::SEX_FEMALE},
    {"m", consumption::v1::SEX_MALE},
};

inline constexpr Word<consumption::v1::Exclusion> kExclusions[] = {
    {"milk_allergy", consumption::v1::EXCLUSION_MILK_ALLERGY},
    {"lactose_intolerance", consumption::v1::EXCLUSION_LACTOSE_INTOLERANCE},
    {"declined", consumption::v1::EXCLUSION_DECLINED},
};

inline constexpr Word<planning::v1::AlertKind> kAlertKinds[] = {
    {"expiring", planning::v1::ALERT_KIND_EXPIRING},
    {"low", planning::v1::ALERT_KIND_LOW},
    {"out", planning::v1::ALERT_KIND_OUT},
    {"late", planning::v1::ALERT_KIND_SHIPMENT_LATE},
    {"recall", planning::v1::ALERT_KIND_RECALL_UNACKNOWLEDGED},
    {"silent", planning::v1::ALERT_KIND_SCHOOL_SILENT},
    {"shortage", planning::v1::ALERT_KIND_SHORTAGE_UNRESOLVED},
    {"incident", planning::v1::ALERT_KIND_INCIDENT},
    {"books", planning::v1::ALERT_KIND_BOOKS_DIFFER},
};

inline constexpr Word<planning::v1::AlertSeverity> kAlertSeverities[] = {
    {"critical", planning::v1::ALERT_SEVERITY_CRITICAL},
    {"urgent", planning::v1::ALERT_SEVERITY_URGENT},
    {"warning", planning::v1::ALERT_SEVERITY_WARNING},
};

inline constexpr Word<planning::v1::AlertChange> kAlertChanges[] = {
    {"opened", planning::v1::ALERT_CHANGE_OPENED},
    {"changed", planning::v1::ALERT_CHANGE_CHANGED},
    {"acknowledged", planning::v1::ALERT_CHANGE_ACKNOWLEDGED},
    {"snoozed", planning::v1::ALERT_CHANGE_SNOOZED},
    {"closed", planning::v1::ALERT_CHANGE_CLOSED},
};

template <typename Value, size_t kSize>
std::optional<Value> FindValue(const Word<Value> (&words)[kSize], absl::string_view word) {
  for (const Word<Value>& known : words) {
    if (known.word == word) return known.value;
  }
  return std::nullopt;
}

// "unknown" for a value of a newer server.
template <typename Value, size_t kSize>
absl::string_view WordOf(const Word<Value> (&words)[kSize], Value value) {
  for (const Word<Value>& known : words) {
    if (known.value == value) return known.word;
  }
  return "unknown";
}

// "sea, air, road, rail or courier".
template <typename Value, size_t kSize>
std::string ListOf(const Word<Value> (&words)[kSize]) {
  std::string list;
  for (size_t i = 0; i < kSize; ++i) {
    const absl::string_view before = i == 0 ? "" : i + 1 < kSize ? ", " : " or ";
    absl::StrAppend(&list, before, words[i].word);
  }
  return list;
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_WORDS_H_
