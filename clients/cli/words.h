// The words for the contract's enums: the same in files, options and output.

#ifndef MILKWAY_CLIENTS_CLI_WORDS_H_
#define MILKWAY_CLIENTS_CLI_WORDS_H_

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "clients/cli/enum_words.h"
#include "milkway/common/v1/document.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/kinds.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"

namespace milkway::cli {

// Words made of the names of the values: MILESTONE_KIND_ARRIVED_PORT is "arrived_port".
template <typename Value>
struct EnumWords {};

inline constexpr EnumWords<inventory::v1::LocationKind> kLocationKinds;
inline constexpr EnumWords<inventory::v1::CostKind> kCostKinds;
inline constexpr EnumWords<inventory::v1::PostingKind> kPostingKinds;
inline constexpr EnumWords<shipments::v1::TransportMode> kTransportModes;
inline constexpr EnumWords<shipments::v1::ShipmentState> kShipmentStates;
inline constexpr EnumWords<shipments::v1::MilestoneKind> kMilestoneKinds;
inline constexpr EnumWords<shipments::v1::DamageReason> kDamageReasons;
inline constexpr EnumWords<shipments::v1::ShortageOutcome> kShortageOutcomes;
inline constexpr EnumWords<shipments::v1::TransitExitKind> kTransitExitKinds;
inline constexpr EnumWords<shipments::v1::ShipmentEventKind> kShipmentEventKinds;
inline constexpr EnumWords<common::v1::DocumentType> kDocumentTypes;
inline constexpr EnumWords<consumption::v1::Exclusion> kExclusions;
inline constexpr EnumWords<planning::v1::AlertSeverity> kAlertSeverities;
inline constexpr EnumWords<planning::v1::AlertChange> kAlertChanges;

// Other words, or not all of the values.
template <typename Value>
struct Word {
  absl::string_view word;
  Value value;
};

// The conditions in which stock can be, in the order in which they are shown.
inline constexpr Word<inventory::v1::AccountKind> kConditions[] = {
    {"usable", inventory::v1::ACCOUNT_KIND_USABLE},
    {"quarantined", inventory::v1::ACCOUNT_KIND_QUARANTINED},
    {"damaged", inventory::v1::ACCOUNT_KIND_DAMAGED},
    {"in_transit", inventory::v1::ACCOUNT_KIND_IN_TRANSIT},
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

inline constexpr Word<shipments::v1::ShortageOutcome> kShortageOutcomesZh[] = {
    {"已找到", shipments::v1::SHORTAGE_OUTCOME_FOUND},
    {"确认丢失", shipments::v1::SHORTAGE_OUTCOME_LOST},
    {"被盗", shipments::v1::SHORTAGE_OUTCOME_STOLEN},
    {"清点有误", shipments::v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY},
};

inline constexpr Word<consumption::v1::Sex> kSexes[] = {
    {"f", consumption::v1::SEX_FEMALE},
    {"m", consumption::v1::SEX_MALE},
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

template <typename Value>
std::optional<Value> FindValue(EnumWords<Value>, absl::string_view word) {
  const std::optional<int> value = FindWord(*google::protobuf::GetEnumDescriptor<Value>(), word);
  if (!value.has_value()) return std::nullopt;
  return static_cast<Value>(*value);
}
template <typename Value, size_t kSize>
std::optional<Value> FindValue(const Word<Value> (&words)[kSize], absl::string_view word) {
  for (const Word<Value>& known : words) {
    if (known.word == word) return known.value;
  }
  return std::nullopt;
}

// "unknown" for a value of a newer server.
template <typename Value>
std::string WordOf(EnumWords<Value>, Value value) {
  return WordOfEnum(value);
}
template <typename Value, size_t kSize>
absl::string_view WordOf(const Word<Value> (&words)[kSize], Value value) {
  for (const Word<Value>& known : words) {
    if (known.value == value) return known.word;
  }
  return "unknown";
}

// "sea, air, road, rail or courier".
template <typename Value>
std::string ListOf(EnumWords<Value>) {
  return ListOfWords(*google::protobuf::GetEnumDescriptor<Value>());
}
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
