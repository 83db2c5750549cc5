#include "clients/cli/phrases.h"

#include "absl/strings/str_replace.h"

namespace milkway::cli {

namespace {

namespace ship = shipments::v1;

constexpr absl::string_view kSomething = "something happened";

struct MilestonePhrase {
  ship::MilestoneKind kind;
  absl::string_view english;
  absl::string_view chinese;
};
constexpr MilestonePhrase kMilestones[] = {
    {ship::MILESTONE_KIND_DEPARTED, "departed", "已离开"},
    {ship::MILESTONE_KIND_ARRIVED_PORT, "arrived at the port", "已到港"},
    {ship::MILESTONE_KIND_CUSTOMS_HELD, "held by customs", "海关扣留"},
    {ship::MILESTONE_KIND_CUSTOMS_CLEARED, "cleared by customs", "海关放行"},
    {ship::MILESTONE_KIND_HANDED_OVER, "handed over", "已交接"},
    {ship::MILESTONE_KIND_OUT_FOR_DELIVERY, "out for delivery", "派送中"},
};

struct EventPhrase {
  ship::ShipmentEventKind kind;
  absl::string_view english;
};
constexpr EventPhrase kEvents[] = {
    {ship::SHIPMENT_EVENT_KIND_CREATED, "planned"},
    {ship::SHIPMENT_EVENT_KIND_CANCELLED, "given up"},
    {ship::SHIPMENT_EVENT_KIND_DISPATCHED, "dispatched"},
    {ship::SHIPMENT_EVENT_KIND_MILESTONE, "on its way"},
    {ship::SHIPMENT_EVENT_KIND_RECEIVED, "received"},
    {ship::SHIPMENT_EVENT_KIND_RECEIPT_CORRECTED, "receipt corrected"},
    {ship::SHIPMENT_EVENT_KIND_COUNTERSIGNED, "countersigned"},
    {ship::SHIPMENT_EVENT_KIND_LOST, "declared lost"},
    {ship::SHIPMENT_EVENT_KIND_CLOSED, "closed, the rest is missing"},
    {ship::SHIPMENT_EVENT_KIND_RETURNED, "came back to the origin"},
    {ship::SHIPMENT_EVENT_KIND_RELEASED, "released"},
    {ship::SHIPMENT_EVENT_KIND_SHORTAGE_RESOLVED, "missing packs explained"},
    {ship::SHIPMENT_EVENT_KIND_LEG, "leg recorded"},
    {ship::SHIPMENT_EVENT_KIND_DOCUMENT, "paper added"},
    {ship::SHIPMENT_EVENT_KIND_TEMPERATURES, "temperatures recorded"},
    {ship::SHIPMENT_EVENT_KIND_LEG_DEPARTED, "leg began"},
    {ship::SHIPMENT_EVENT_KIND_LEG_ARRIVED, "leg ended"},
    {ship::SHIPMENT_EVENT_KIND_ARRIVAL, "arrives"},
};

}  // namespace

absl::string_view PhraseOf(ship::MilestoneKind kind) {
  for (const MilestonePhrase& phrase : kMilestones) {
    if (phrase.kind == kind) return phrase.english;
  }
  return kSomething;
}

absl::string_view ChinesePhraseOf(ship::MilestoneKind kind) {
  for (const MilestonePhrase& phrase : kMilestones) {
    if (phrase.kind == kind) return phrase.chinese;
  }
  return "有新动态";
}

absl::string_view PhraseOf(ship::ShipmentEventKind kind) {
  for (const EventPhrase& phrase : kEvents) {
    if (phrase.kind == kind) return phrase.english;
  }
  return kSomething;
}

std::string Spoken(absl::string_view word) { return absl::StrReplaceAll(word, {{"_", " "}}); }

}  // namespace milkway::cli
