#include "clients/cli/transport_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/failure.h"
#include "clients/cli/numbers.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

namespace ship = shipments::v1;

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

constexpr int64_t kMicrosPerMinute = 60'000'000;

std::string TimeText(const common::v1::ZonedTime& time) { return FormatTime(FromZonedTime(time)); }
std::string TimeText(bool is_set, const common::v1::ZonedTime& time) {
  return is_set ? TimeText(time) : "";
}
Json TimeJson(bool is_set, const common::v1::ZonedTime& time) {
  return is_set ? Json(FormatRfc3339(FromZonedTime(time))) : Json(nullptr);
}
Json Named(absl::string_view word) { return std::string(word); }

// "-2.500": thousandths of a degree.
std::string Degrees(int64_t milli_c) {
  return absl::StrCat(milli_c < 0 ? "-" : "", FormatDecimal(std::abs(milli_c), 3));
}

std::string LegSection(const ship::GetShipmentResponse& shipment) {
  TextTable table(
      {{"LEG"}, {"BY"}, {"FROM"}, {"TO"}, {"CARRIER"}, {"NUMBERS"}, {"DEPARTED"}, {"ARRIVED"}});
  const auto actual_or_plan = [](bool has_actual, const common::v1::ZonedTime& actual,
                                 bool has_plan, const common::v1::ZonedTime& plan) {
    if (has_actual) return TimeText(actual);
    return has_plan ? absl::StrCat("plan ", TimeText(plan)) : std::string();
  };
  for (const ship::Leg& leg : shipment.legs()) {
    std::string numbers;
    for (const std::string& number :
         {leg.tracking_number(), leg.container_number(), leg.seal_number(), leg.sscc()}) {
      if (!number.empty()) absl::StrAppend(&numbers, numbers.empty() ? "" : " ", Printable(number));
    }
    table.AddRow({absl::StrCat(leg.sequence()), std::string(WordOf(kTransportModes, leg.mode())),
                  Printable(leg.from_place()), Printable(leg.to_place()), Printable(leg.carrier()),
                  numbers,
                  actual_or_plan(leg.has_departed_at(), leg.departed_at(),
                                 leg.has_planned_departure_at(), leg.planned_departure_at()),
                  actual_or_plan(leg.has_arrived_at(), leg.arrived_at(),
                                 leg.has_planned_arrival_at(), leg.planned_arrival_at())});
  }
  return table.empty() ? "" : table.ToString(2);
}

std::string DocumentSection(const ship::GetShipmentResponse& shipment) {
  TextTable table({{"PAPER"}, {"TYPE"}, {"NUMBER"}, {"ISSUED"}, {"VALID UNTIL"}, {"WHERE"}});
  for (const common::v1::Document& document : shipment.documents()) {
    table.AddRow({document.document_id(), std::string(WordOf(kDocumentTypes, document.type())),
                  Printable(document.number()), document.issued_on(), document.valid_until(),
                  Printable(document.uri())});
  }
  return table.empty() ? "" : table.ToString(2);
}

std::string ExitSection(const ship::GetShipmentResponse& shipment, const LotsById& lots) {
  std::string text;
  for (const ship::TransitExit& exit : shipment.exits()) {
    absl::StrAppend(&text, "  ", TimeText(exit.occurred_at()), "  ",
                    WordOf(kTransitExitKinds, exit.kind()), ": ", Printable(exit.reason()), "\n");
    for (const ship::TransitExitLine& line : exit.lines()) {
      absl::StrAppend(
          &text, "      ", WithThousands(line.packs()), " packs",
          line.damaged_packs() > 0
              ? absl::StrCat(" and ", WithThousands(line.damaged_packs()), " damaged ones")
              : "",
          " of ", DescribeLot(lots, line.lot_id()), "\n");
    }
  }
  return text;
}

std::string ShortageSection(const ship::GetShipmentResponse& shipment, const LotsById& lots) {
  if (shipment.shortages().empty()) return "";
  return ShortageTable({shipment.shortages().begin(), shipment.shortages().end()}, lots);
}

std::string OutcomesOf(const ship::Shortage& shortage) {
  std::string text;
  for (const ship::ShortageResolution& resolution : shortage.resolutions()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    resolution.packs() + resolution.damaged_packs(), " ",
                    WordOf(kShortageOutcomes, resolution.outcome()), " ",
                    WordOf(kShortageOutcomesZh, resolution.outcome()));
    if (resolution.has_claim()) {
      absl::StrAppend(
          &text, ", claim ",
          FormatMoney(resolution.claim().minor_units(), resolution.claim().currency_code()),
          resolution.claim_reference().empty() ? "" : " ", Printable(resolution.claim_reference()));
    }
  }
  return text;
}

Json ToJson(const ship::Leg& leg) {
  return {{"sequence", leg.sequence()},
          {"mode", Named(WordOf(kTransportModes, leg.mode()))},
          {"carrier", leg.carrier()},
          {"tracking_number", leg.tracking_number()},
          {"container_number", leg.container_number()},
          {"seal_number", leg.seal_number()},
          {"sscc", leg.sscc()},
          {"from_place", leg.from_place()},
          {"to_place", leg.to_place()},
          {"planned_departure_at",
           TimeJson(leg.has_planned_departure_at(), leg.planned_departure_at())},
          {"planned_arrival_at", TimeJson(leg.has_planned_arrival_at(), leg.planned_arrival_at())},
          {"departed_at", TimeJson(leg.has_departed_at(), leg.departed_at())},
          {"arrived_at", TimeJson(leg.has_arrived_at(), leg.arrived_at())}};
}

Json ToJson(const common::v1::Document& document) {
  return {{"document_id", document.document_id()},
          {"type", Named(WordOf(kDocumentTypes, document.type()))},
          {"number", document.number()},
          {"issuer", document.issuer()},
          {"issued_on", document.issued_on()},
          {"valid_until", document.valid_until()},
          {"sha256", absl::BytesToHexString(document.sha256())},
          {"uri", document.uri()},
          {"note", document.note()}};
}

Json ToJson(const ship::TemperatureSummary& summary) {
  return {{"logger_id", summary.logger_id()},
          {"reading_count", summary.reading_count()},
          {"minimum_milli_c", summary.minimum_milli_c()},
          {"maximum_milli_c", summary.maximum_milli_c()},
          {"sum_milli_c", summary.sum_milli_c()},
          {"mean_milli_c", summary.mean_milli_c()},
          {"outside_count", summary.outside_count()},
          {"alarm", summary.alarm()},
          {"longest_excursion_us", summary.longest_excursion_us()},
          {"longest_excursion_from_us", summary.longest_excursion_from_us()},
          {"first_read_us", summary.first_read_us()},
          {"last_read_us", summary.last_read_us()}};
}

Json ToJson(const ship::TransitExit& exit) {
  Json lines = Json::array();
  for (const ship::TransitExitLine& line : exit.lines()) {
    lines.push_back({{"lot_id", line.lot_id()},
                     {"packs", line.packs()},
                     {"damaged_packs", line.damaged_packs()}});
  }
  return {{"kind", Named(WordOf(kTransitExitKinds, exit.kind()))},
          {"occurred_at", TimeJson(exit.has_occurred_at(), exit.occurred_at())},
          {"reason", exit.reason()},
          {"lines", std::move(lines)},
          {"position", exit.position()},
          {"recorded_by", exit.recorded_by()}};
}

Json ToJson(const ship::ShortageResolution& resolution) {
  return {
      {"outcome", Named(WordOf(kShortageOutcomes, resolution.outcome()))},
      {"packs", resolution.packs()},
      {"damaged_packs", resolution.damaged_packs()},
      {"occurred_at", TimeJson(resolution.has_occurred_at(), resolution.occurred_at())},
      {"responsible", resolution.responsible()},
      {"claim", resolution.has_claim() ? Json{{"currency_code", resolution.claim().currency_code()},
                                              {"minor_units", resolution.claim().minor_units()}}
                                       : Json(nullptr)},
      {"claim_reference", resolution.claim_reference()},
      {"note", resolution.note()},
      {"recorded_by", resolution.recorded_by()},
      {"position", resolution.position()}};
}

Json ToJson(const ship::Shortage& shortage) {
  Json resolutions = Json::array();
  for (const auto& resolution : shortage.resolutions()) resolutions.push_back(ToJson(resolution));
  return {{"shipment_id", shortage.shipment_id()},
          {"receipt_id", shortage.receipt_id()},
          {"lot_id", shortage.lot_id()},
          {"destination_id", shortage.destination_id()},
          {"missed_at", TimeJson(shortage.has_missed_at(), shortage.missed_at())},
          {"missing_packs", shortage.missing_packs()},
          {"open_packs", shortage.open_packs()},
          {"found_packs", shortage.found_packs()},
          {"confirmed_packs", shortage.confirmed_packs()},
          {"resolutions", std::move(resolutions)}};
}

template <typename Items>
Json ArrayOf(const Items& items) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(ToJson(item));
  return array;
}

std::string PhraseOf(const ship::JourneyEvent& event) {
  if (event.kind() == ship::SHIPMENT_EVENT_KIND_MILESTONE) {
    return std::string(WordOf(kMilestoneKinds, event.milestone()));
  }
  return std::string(WordOf(kShipmentEventKinds, event.kind()));
}

std::string SourceText(const ship::JourneyEvent& event) {
  switch (event.source()) {
    case ship::EXPECTATION_SOURCE_LANE:
      return absl::StrCat(" (median of ", event.sample_count(), " shipments; 9 of 10 by ",
                          TimeText(event.late_at()), ")");
    case ship::EXPECTATION_SOURCE_LEG_PLAN:
      return " (as planned)";
    case ship::EXPECTATION_SOURCE_EXPECTED_ON:
      return " (as stated in the plan)";
    default:
      return "";
  }
}

}  // namespace

std::string DescribeDamage(ship::DamageReason reason) {
  return absl::StrCat(WordOf(kDamageReasons, reason), " ", WordOf(kDamageReasonsZh, reason));
}

std::string DescribeTemperatures(const ship::TemperatureSummary& summary) {
  std::string text = absl::StrCat(
      "logger ", summary.logger_id(), ": ", WithThousands(summary.reading_count()), " readings, ",
      Degrees(summary.minimum_milli_c()), " to ", Degrees(summary.maximum_milli_c()), " °C, mean ",
      Degrees(summary.mean_milli_c()), " °C");
  if (!summary.alarm()) return text;
  absl::StrAppend(&text, "; ALARM 温度报警: ", WithThousands(summary.outside_count()),
                  " readings outside the range, ",
                  summary.longest_excursion_us() / kMicrosPerMinute, " minutes at a stretch from ",
                  FormatUtc(summary.longest_excursion_from_us()));
  return text;
}

std::string TransportSections(const ship::GetShipmentResponse& shipment, const LotsById& lots) {
  std::string text = ExitSection(shipment, lots);
  if (shipment.shipment().has_release()) {
    const ship::Release& release = shipment.shipment().release();
    absl::StrAppend(&text, "  ", TimeText(release.released_at()), "  released with paper ",
                    release.document_id(), "\n");
  } else if (shipment.shipment().requires_release_certificate()) {
    absl::StrAppend(&text, "  held back until its inspection certificate is recorded\n");
  }
  absl::StrAppend(&text, LegSection(shipment), DocumentSection(shipment));
  for (const auto& summary : shipment.temperatures()) {
    absl::StrAppend(&text, "  ", DescribeTemperatures(summary), "\n");
  }
  absl::StrAppend(&text, ShortageSection(shipment, lots));
  return text;
}

void AddTransportJson(const ship::GetShipmentResponse& shipment, Json* json) {
  (*json)["legs"] = ArrayOf(shipment.legs());
  (*json)["documents"] = ArrayOf(shipment.documents());
  (*json)["temperatures"] = ArrayOf(shipment.temperatures());
  (*json)["exits"] = ArrayOf(shipment.exits());
  (*json)["shortages"] = ArrayOf(shipment.shortages());
}

std::string ShortageTable(const std::vector<ship::Shortage>& shortages, const LotsById& lots) {
  if (shortages.empty()) return "no shortages\n";
  TextTable table({{"SHIPMENT"},
                   {"RECEIPT"},
                   {"LOT"},
                   {"AT"},
                   {"MISSED"},
                   {"MISSING", Align::kRight},
                   {"OPEN", Align::kRight},
                   {"OUTCOME"}});
  for (const ship::Shortage& shortage : shortages) {
    table.AddRow({shortage.shipment_id(),
                  shortage.receipt_id().empty() ? "(declared lost)" : shortage.receipt_id(),
                  DescribeLot(lots, shortage.lot_id()), shortage.destination_id(),
                  TimeText(shortage.has_missed_at(), shortage.missed_at()),
                  WithThousands(shortage.missing_packs()), WithThousands(shortage.open_packs()),
                  OutcomesOf(shortage)});
  }
  return table.ToString();
}

std::string ShortagesJson(const std::vector<ship::Shortage>& shortages) {
  return absl::StrCat(ArrayOf(shortages).dump(2), "\n");
}

std::string JourneyEventsText(const ship::GetJourneyResponse& journey) {
  if (journey.events().empty()) return "nothing happened yet\n";
  std::string text;
  bool was_expected = false;
  for (const ship::JourneyEvent& event : journey.events()) {
    if (event.expected() && !was_expected) absl::StrAppend(&text, "expected:\n");
    was_expected = event.expected();
    absl::StrAppend(&text, "  ", TimeText(event.at()), "  ", event.shipment_id(), " ",
                    PhraseOf(event),
                    event.subject().empty() ? "" : absl::StrCat(" (", event.subject(), ")"),
                    event.place().empty() ? "" : absl::StrCat(", ", Printable(event.place())),
                    event.note().empty() ? "" : absl::StrCat(": ", Printable(event.note())),
                    SourceText(event), "\n");
  }
  if (journey.incomplete()) absl::StrAppend(&text, "the lot was in more shipments than these\n");
  return text;
}

std::string JourneyEventsJson(const ship::GetJourneyResponse& journey) {
  Json events = Json::array();
  for (const ship::JourneyEvent& event : journey.events()) {
    events.push_back({{"at", TimeJson(event.has_at(), event.at())},
                      {"kind", Named(WordOf(kShipmentEventKinds, event.kind()))},
                      {"milestone", event.kind() == ship::SHIPMENT_EVENT_KIND_MILESTONE
                                        ? Named(WordOf(kMilestoneKinds, event.milestone()))
                                        : Json(nullptr)},
                      {"shipment_id", event.shipment_id()},
                      {"place", event.place()},
                      {"note", event.note()},
                      {"subject", event.subject()},
                      {"expected", event.expected()},
                      {"late_at", TimeJson(event.has_late_at(), event.late_at())},
                      {"sample_count", event.sample_count()}});
  }
  return absl::StrCat(Json{{"events", events}, {"incomplete", journey.incomplete()}}.dump(2), "\n");
}

std::string ChangeLine(const ship::ShipmentChange& change) {
  return absl::StrCat(
      change.position(), "  ", FormatUtc(change.recorded_us()), "  ",
      Printable(change.shipment_id()), " ", WordOf(kShipmentEventKinds, change.kind()),
      change.subject().empty() ? "" : absl::StrCat(" (", Printable(change.subject()), ")"),
      change.recorded_by().empty() ? "" : absl::StrCat(" by ", Printable(change.recorded_by())),
      ": ", WordOf(kShipmentStates, change.state()), "\n");
}

std::string ChangeJsonLine(const ship::ShipmentChange& change) {
  const Json json = {{"position", change.position()},
                     {"shipment_id", change.shipment_id()},
                     {"kind", Named(WordOf(kShipmentEventKinds, change.kind()))},
                     {"subject", change.subject()},
                     {"state", Named(WordOf(kShipmentStates, change.state()))},
                     {"origin_id", change.origin_id()},
                     {"destination_id", change.destination_id()},
                     {"recorded_by", change.recorded_by()},
                     {"recorded_us", change.recorded_us()}};
  return absl::StrCat(json.dump(), "\n");
}

absl::StatusOr<std::string> Sha256Option(absl::string_view option, absl::string_view text) {
  const bool is_hex =
      text.size() == 64 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
  if (is_hex) return absl::HexStringToBytes(text);
  return UsageError(
      absl::StrCat(option, " must be the 64 hexadecimal digits of a SHA-256, is ", Quoted(text)));
}

}  // namespace milkway::cli
