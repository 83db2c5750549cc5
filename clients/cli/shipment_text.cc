#include "clients/cli/shipment_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/transport_text.h"
#include "clients/cli/words.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string TimeText(const common::v1::ZonedTime& time) { return FormatTime(FromZonedTime(time)); }

absl::string_view PhraseOf(shipments::v1::MilestoneKind kind) {
  switch (kind) {
    case shipments::v1::MILESTONE_KIND_DEPARTED:
      return "departed";
    case shipments::v1::MILESTONE_KIND_ARRIVED_PORT:
      return "arrived at the port";
    case shipments::v1::MILESTONE_KIND_CUSTOMS_HELD:
      return "held by customs";
    case shipments::v1::MILESTONE_KIND_CUSTOMS_CLEARED:
      return "cleared by customs";
    case shipments::v1::MILESTONE_KIND_HANDED_OVER:
      return "handed over";
    case shipments::v1::MILESTONE_KIND_OUT_FOR_DELIVERY:
      return "out for delivery";
    default:  // of a newer server
      return WordOf(kMilestoneKinds, kind);
  }
}

int64_t InTransitG(const shipments::v1::Shipment& shipment) {
  int64_t in_transit_g = 0;
  for (const auto& status : shipment.line_statuses()) in_transit_g += status.in_transit_g();
  return in_transit_g;
}

Json TimeJson(bool is_set, const common::v1::ZonedTime& time) {
  return is_set ? Json(FormatRfc3339(FromZonedTime(time))) : Json(nullptr);
}

Json ReleaseJson(const shipments::v1::Shipment& shipment) {
  if (!shipment.has_release()) return nullptr;
  const shipments::v1::Release& release = shipment.release();
  return {{"document_id", release.document_id()},
          {"released_at", TimeJson(release.has_released_at(), release.released_at())},
          {"position", release.position()}};
}

Json ToJson(const shipments::v1::Shipment& shipment) {
  Json lines = Json::array();
  for (const auto& line : shipment.lines()) {
    lines.push_back({{"lot_id", line.lot_id()}, {"packs", line.packs()}});
  }
  Json statuses = Json::array();
  for (const auto& status : shipment.line_statuses()) {
    statuses.push_back({{"lot_id", status.lot_id()},
                        {"shipped_g", status.shipped_g()},
                        {"over_g", status.over_g()},
                        {"received_g", status.received_g()},
                        {"damaged_g", status.damaged_g()},
                        {"missing_g", status.missing_g()},
                        {"in_transit_g", status.in_transit_g()},
                        {"returned_g", status.returned_g()},
                        {"declared_lost_g", status.declared_lost_g()},
                        {"quarantined_g", status.quarantined_g()},
                        {"refused_g", status.refused_g()}});
  }
  return {{"shipment_id", shipment.shipment_id()},
          {"origin_id", shipment.origin_id()},
          {"destination_id", shipment.destination_id()},
          {"mode", std::string(WordOf(kTransportModes, shipment.mode()))},
          {"carrier", shipment.carrier()},
          {"tracking_number", shipment.tracking_number()},
          {"expected_on",
           shipment.expected_on().empty() ? Json(nullptr) : Json(shipment.expected_on())},
          {"state", std::string(WordOf(kShipmentStates, shipment.state()))},
          {"dispatched_at", TimeJson(shipment.has_dispatched_at(), shipment.dispatched_at())},
          {"requires_release_certificate", shipment.requires_release_certificate()},
          {"release", ReleaseJson(shipment)},
          {"lines", std::move(lines)},
          {"line_statuses", std::move(statuses)}};
}

Json ToJson(const shipments::v1::Receipt& receipt) {
  Json lines = Json::array();
  for (const auto& line : receipt.lines()) {
    lines.push_back(
        {{"lot_id", line.lot_id()},
         {"received_packs", line.received_packs()},
         {"damaged_packs", line.damaged_packs()},
         {"missing_packs", line.missing_packs()},
         {"refused_packs", line.refused_packs()},
         {"damage_reason", line.damage_reason() == 0
                               ? Json(nullptr)
                               : Json(std::string(WordOf(kDamageReasons, line.damage_reason())))},
         {"wrong", line.wrong()}});
  }
  Json photos = Json::array();
  for (const auto& photo : receipt.photos()) {
    photos.push_back({{"sha256", absl::BytesToHexString(photo.sha256())}, {"uri", photo.uri()}});
  }
  return {{"receipt_id", receipt.receipt_id()},
          {"received_at", TimeJson(receipt.has_received_at(), receipt.received_at())},
          {"lines", std::move(lines)},
          {"note", receipt.note()},
          {"received_by", receipt.received_by()},
          {"photos", std::move(photos)}};
}

std::string StatusTable(const shipments::v1::Shipment& shipment, const LotsById& lots) {
  const bool has_returns =
      std::any_of(shipment.line_statuses().begin(), shipment.line_statuses().end(),
                  [](const auto& status) { return status.returned_g() > 0; });
  std::vector<TextTable::Column> columns = {{"LOT"},
                                            {"SHIPPED g", Align::kRight},
                                            {"OVER g", Align::kRight},
                                            {"RECEIVED g", Align::kRight},
                                            {"DAMAGED g", Align::kRight},
                                            {"MISSING g", Align::kRight},
                                            {"IN TRANSIT g", Align::kRight}};
  if (has_returns) columns.push_back({"RETURNED g", Align::kRight});
  TextTable table(std::move(columns));
  for (const auto& status : shipment.line_statuses()) {
    std::vector<std::string> cells = {
        DescribeLot(lots, status.lot_id()),  WithThousands(status.shipped_g()),
        WithThousands(status.over_g()),      WithThousands(status.received_g()),
        WithThousands(status.damaged_g()),   WithThousands(status.missing_g()),
        WithThousands(status.in_transit_g())};
    if (has_returns) cells.push_back(WithThousands(status.returned_g()));
    table.AddRow(std::move(cells));
  }
  if (!table.empty()) return table.ToString(2);
  TextTable draft({{"LOT"}, {"PACKS", Align::kRight}});
  for (const auto& line : shipment.lines()) {
    draft.AddRow({DescribeLot(lots, line.lot_id()), WithThousands(line.packs())});
  }
  return draft.ToString(2);
}

std::string ReceiptText(const shipments::v1::RecordedReceipt& recorded, const LotsById& lots) {
  const shipments::v1::Receipt& receipt = recorded.receipt();
  std::string text = absl::StrCat(
      "  ", TimeText(receipt.received_at()), "  receipt ", receipt.receipt_id(),
      receipt.lines().empty() ? " (it never happened)" : "",
      receipt.note().empty() ? "" : absl::StrCat(": ", Printable(receipt.note())), "\n");
  for (const auto& line : receipt.lines()) {
    absl::StrAppend(&text, "      ", DescribeReceiptLine(line, lots), "\n");
  }
  if (!recorded.correction_reason().empty()) {
    absl::StrAppend(&text, "      corrected ", recorded.earlier_size(),
                    recorded.earlier_size() == 1 ? " time" : " times",
                    ", last because: ", Printable(recorded.correction_reason()), "\n");
  }
  if (recorded.has_countersignature()) {
    const auto& signature = recorded.countersignature();
    absl::StrAppend(&text, "      countersigned by ", Printable(signature.signed_by()), ", ",
                    TimeText(signature.signed_at()), "\n");
  }
  return text;
}

}  // namespace

std::string DescribeMilestone(const shipments::v1::Milestone& milestone) {
  return absl::StrCat(
      PhraseOf(milestone.kind()),
      milestone.place().empty() ? "" : absl::StrCat(", ", Printable(milestone.place())),
      milestone.note().empty() ? "" : absl::StrCat(": ", Printable(milestone.note())));
}

std::string DescribeReceiptLine(const shipments::v1::ReceiptLine& line, const LotsById& lots) {
  return absl::StrCat(
      WithThousands(line.received_packs()), " good, ", WithThousands(line.damaged_packs()),
      " damaged, ", WithThousands(line.missing_packs()), " missing",
      line.refused_packs() > 0 ? absl::StrCat(", ", WithThousands(line.refused_packs()), " refused")
                               : "",
      " packs of ", DescribeLot(lots, line.lot_id()),
      line.damage_reason() == 0 ? ""
                                : absl::StrCat(" (", DescribeDamage(line.damage_reason()), ")"),
      line.wrong() ? ", which should not have come" : "");
}

std::set<int64_t> LotIdsOf(const shipments::v1::GetShipmentResponse& shipment) {
  std::set<int64_t> lot_ids;
  for (const auto& line : shipment.shipment().lines()) lot_ids.insert(line.lot_id());
  for (const auto& status : shipment.shipment().line_statuses()) lot_ids.insert(status.lot_id());
  for (const auto& recorded : shipment.receipts()) {
    for (const auto& line : recorded.receipt().lines()) lot_ids.insert(line.lot_id());
  }
  for (const auto& shortage : shipment.shortages()) lot_ids.insert(shortage.lot_id());
  for (const auto& exit : shipment.exits()) {
    for (const auto& line : exit.lines()) lot_ids.insert(line.lot_id());
  }
  return lot_ids;
}

std::string ShipmentTable(const std::vector<shipments::v1::Shipment>& shipments) {
  if (shipments.empty()) return "no shipments\n";
  TextTable table({{"SHIPMENT"},
                   {"STATE"},
                   {"FROM"},
                   {"TO"},
                   {"BY"},
                   {"DISPATCHED"},
                   {"EXPECTED"},
                   {"IN TRANSIT g", Align::kRight}});
  for (const auto& shipment : shipments) {
    table.AddRow({shipment.shipment_id(), std::string(WordOf(kShipmentStates, shipment.state())),
                  shipment.origin_id(), shipment.destination_id(),
                  std::string(WordOf(kTransportModes, shipment.mode())),
                  shipment.has_dispatched_at() ? TimeText(shipment.dispatched_at()) : "",
                  shipment.expected_on(), WithThousands(InTransitG(shipment))});
  }
  return table.ToString();
}

std::string ShipmentsJson(const std::vector<shipments::v1::Shipment>& shipments) {
  Json json = Json::array();
  for (const auto& shipment : shipments) json.push_back(ToJson(shipment));
  return absl::StrCat(json.dump(2), "\n");
}

std::string ShipmentPage(const shipments::v1::GetShipmentResponse& response, const LotsById& lots) {
  const shipments::v1::Shipment& shipment = response.shipment();
  std::string text = absl::StrCat(
      shipment.shipment_id(), ": ", WordOf(kShipmentStates, shipment.state()), ", ",
      shipment.origin_id(), " → ", shipment.destination_id(), " by ",
      WordOf(kTransportModes, shipment.mode()),
      shipment.carrier().empty() ? "" : absl::StrCat(", ", Printable(shipment.carrier())),
      shipment.tracking_number().empty() ? ""
                                         : absl::StrCat(" ", Printable(shipment.tracking_number())),
      shipment.expected_on().empty() ? "" : absl::StrCat(", expected ", shipment.expected_on()),
      "\n", StatusTable(shipment, lots));
  if (shipment.has_dispatched_at()) {
    absl::StrAppend(&text, "  ", TimeText(shipment.dispatched_at()), "  dispatched\n");
  }
  for (const auto& milestone : response.milestones()) {
    absl::StrAppend(&text, "  ", TimeText(milestone.occurred_at()), "  ",
                    DescribeMilestone(milestone), "\n");
  }
  for (const auto& recorded : response.receipts()) {
    absl::StrAppend(&text, ReceiptText(recorded, lots));
  }
  absl::StrAppend(&text, TransportSections(response, lots));
  return text;
}

std::string ShipmentJson(const shipments::v1::GetShipmentResponse& response) {
  Json json = ToJson(response.shipment());
  json["milestones"] = Json::array();
  for (const auto& milestone : response.milestones()) {
    json["milestones"].push_back(
        {{"occurred_at", TimeJson(milestone.has_occurred_at(), milestone.occurred_at())},
         {"kind", std::string(WordOf(kMilestoneKinds, milestone.kind()))},
         {"place", milestone.place()},
         {"note", milestone.note()}});
  }
  json["receipts"] = Json::array();
  for (const auto& recorded : response.receipts()) {
    Json receipt = ToJson(recorded.receipt());
    receipt["correction_reason"] = recorded.correction_reason();
    receipt["earlier"] = Json::array();
    for (const auto& earlier : recorded.earlier()) receipt["earlier"].push_back(ToJson(earlier));
    receipt["version"] = recorded.version();
    receipt["recorded_by"] = recorded.recorded_by();
    receipt["countersigned_by"] = recorded.has_countersignature()
                                      ? Json(recorded.countersignature().signed_by())
                                      : Json(nullptr);
    json["receipts"].push_back(std::move(receipt));
  }
  AddTransportJson(response, &json);
  return absl::StrCat(json.dump(2), "\n");
}

}  // namespace milkway::cli
