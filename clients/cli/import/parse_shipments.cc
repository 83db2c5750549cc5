// Shipments with their lines, milestones and receipts; counts.

#include <algorithm>
#include <utility>

#include "clients/cli/import/parse_rows.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

constexpr size_t kKeyBytesMax = 128;
constexpr size_t kCarrierBytesMax = 200;
constexpr size_t kNoteBytesMax = 500;
constexpr size_t kReceivedByBytesMax = 100;
constexpr int64_t kPacksMax = 10'000'000;
constexpr int64_t kCountedMaxG = 1'000'000'000'000;

}  // namespace

void ParseShipment(Cells& cells, Folder* folder) {
  ShipmentRow row;
  row.shipment_id = cells.Id("shipment_id");
  row.origin_id = cells.Id("origin_id");
  row.destination_id = cells.Id("destination_id");
  if (!row.origin_id.empty() && row.origin_id == row.destination_id) {
    cells.Wrong("destination_id", "must differ from the origin");
  }
  row.mode = cells.OneOf(kTransportModes, "mode");
  row.carrier = cells.Optional("carrier", kCarrierBytesMax);
  row.tracking_number = cells.Optional("tracking_number", kCarrierBytesMax);
  if (!cells.IsEmpty("dispatched_at")) row.dispatched_at = cells.Time("dispatched_at");
  row.expected_on = cells.OptionalDay("expected_on");
  row.is_cancelled = cells.YesNo("cancelled");
  if (row.is_cancelled && row.dispatched_at.has_value()) {
    cells.Wrong("cancelled", "must be no where the shipment left");
  }
  row.requires_release = cells.YesNo("requires_release");
  row.recorded = cells.Recorded();
  folder->shipments.push_back(std::move(row));
}

void ParseShipmentLine(Cells& cells, Folder* folder) {
  ShipmentLineRow row;
  row.shipment_id = cells.Id("shipment_id");
  row.lot = cells.Lot();
  row.packs = cells.Whole("packs", 1, kPacksMax);
  folder->shipment_lines.push_back(row);
}

void ParseMilestone(Cells& cells, Folder* folder) {
  MilestoneRow row;
  row.milestone_id = cells.Required("milestone_id", kKeyBytesMax);
  row.shipment_id = cells.Id("shipment_id");
  row.occurred_at = cells.Time("occurred_at");
  row.kind = cells.OneOf(kMilestoneKinds, "kind");
  row.place = cells.Optional("place", kCarrierBytesMax);
  row.note = cells.Optional("note", kNoteBytesMax);
  folder->milestones.push_back(row);
}

namespace {

// True for a row of the history that names no lot at all.
bool NamesNoLot(const Cells& cells) {
  return cells.IsEmpty("product_id") && cells.IsEmpty("lot_number");
}

ReceiptRow ReadReceipt(Cells& cells, bool may_be_empty) {
  ReceiptRow row;
  row.receipt_id = cells.Id("receipt_id");
  row.shipment_id = cells.Id("shipment_id");
  row.received_at = cells.Time("received_at");
  row.note = cells.Optional("note", kNoteBytesMax);
  row.received_by = cells.Optional("received_by", kReceivedByBytesMax);
  row.recorded = cells.Recorded();
  row.is_empty = may_be_empty && NamesNoLot(cells);
  if (row.is_empty) return row;
  row.lot = cells.Lot();
  row.received_packs = cells.Whole("received_packs", 0, kPacksMax);
  row.damaged_packs = cells.Whole("damaged_packs", 0, kPacksMax);
  row.missing_packs = cells.Whole("missing_packs", 0, kPacksMax);
  const auto is_zero = [&cells](absl::string_view column) { return cells.Text(column) == "0"; };
  row.refused_packs = cells.OptionalWhole("refused_packs", 0, kPacksMax, 0);
  row.damage_reason = cells.EnumWord<shipments::v1::DamageReason>("damage_reason", true);
  row.is_wrong = cells.YesNo("wrong");
  if (is_zero("received_packs") && is_zero("damaged_packs") && is_zero("missing_packs") &&
      row.refused_packs == 0) {
    cells.Wrong("received_packs", "must be above 0 where no pack was damaged or missing");
  }
  return row;
}

}  // namespace

void ParseReceipt(Cells& cells, Folder* folder) {
  ReceiptRow row = ReadReceipt(cells, /*may_be_empty=*/false);
  row.key = row.receipt_id;
  folder->receipts.push_back(row);
}

void ParsePastReceipt(Cells& cells, Folder* folder) {
  ReceiptRow row = ReadReceipt(cells, /*may_be_empty=*/true);
  if (!row.receipt_id.empty()) {
    row.key = folder->names.Intern(
        absl::StrCat(row.receipt_id.view(), "#", std::max(1, row.recorded.version)));
  }
  folder->receipt_history.push_back(row);
}

void ParseAdjustment(Cells& cells, Folder* folder) {
  AdjustmentRow row;
  row.adjustment_id = cells.Required("adjustment_id", kKeyBytesMax);
  row.location_id = cells.Id("location_id");
  row.occurred_at = cells.Time("occurred_at");
  row.lot = cells.Lot();
  row.condition = cells.OneOf(kConditions, "condition");
  row.quantity_g = cells.Whole("quantity_g", 1, kCountedMaxG);
  row.reason = cells.EnumWord<inventory::v1::AdjustmentReason>("reason", false);
  row.note = cells.Optional("note", kNoteBytesMax);
  row.witness = cells.Optional("witness", kReceivedByBytesMax);
  row.recorded = cells.Recorded();
  folder->adjustments.push_back(row);
}

void ParseOutcome(Cells& cells, Folder* folder) {
  OutcomeRow row;
  row.outcome_id = cells.Required("outcome_id", kKeyBytesMax);
  row.shipment_id = cells.Id("shipment_id");
  row.occurred_at = cells.Time("occurred_at");
  row.kind = cells.EnumWord<shipments::v1::TransitExitKind>("outcome", false);
  row.reason = cells.Required("reason", kNoteBytesMax);
  row.has_lot = !NamesNoLot(cells);
  if (row.has_lot) {
    row.lot = cells.Lot();
    row.packs = cells.OptionalWhole("packs", 0, kPacksMax, 0);
    row.damaged_packs = cells.OptionalWhole("damaged_packs", 0, kPacksMax, 0);
    if (row.kind != shipments::v1::TRANSIT_EXIT_KIND_RETURNED) {
      cells.Wrong("lot_number", "must be empty unless goods were returned: all of it is lost");
    }
  }
  row.recorded = cells.Recorded();
  folder->outcomes.push_back(row);
}

void ParseCount(Cells& cells, Folder* folder) {
  CountRow row;
  row.count_id = cells.Required("count_id", kKeyBytesMax);
  row.location_id = cells.Id("location_id");
  row.counted_at = cells.Time("counted_at");
  row.lot = cells.Lot();
  row.counted_g = cells.Whole("counted_g", 0, kCountedMaxG);
  row.after_serving = cells.YesNo("after_serving");
  row.reason = cells.EnumWord<inventory::v1::CountReason>("reason", true);
  row.recorded = cells.Recorded();
  row.note = cells.Optional("note", kNoteBytesMax);
  folder->counts.push_back(row);
}

}  // namespace milkway::cli
