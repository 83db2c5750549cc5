// Shipments as drafts; then dispatches, milestones, counts and adjustments.

#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/lot_rows.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using shipments::v1::ShipmentService;

RequestRows RowsOfShipment(const ApplyParts& parts, uint32_t index) {
  return {{Table::kShipments, index},
          LotRows(parts.lots, Table::kShipmentLines, parts.folder.shipment_lines,
                  parts.folder.shipments[index].lines),
          {}};
}

absl::StatusOr<std::optional<RowRef>> ShipmentBlocker(const ApplyParts& parts,
                                                      const ShipmentRow& shipment) {
  if (parts.report.IsBroken(Table::kShipmentLines)) {
    return parts.report.BrokenFile(Table::kShipmentLines);
  }
  for (const Name location_id : {shipment.origin_id, shipment.destination_id}) {
    ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kLocations, location_id));
    if (blocker.has_value()) return blocker;
  }
  for (const uint32_t line : shipment.lines) {
    const LotRef lot = parts.folder.shipment_lines[line].lot;
    if (lot == kNoLot) continue;
    const auto blocker = parts.lots.Blocker(lot);
    if (blocker.has_value()) return blocker;
  }
  return std::nullopt;
}

absl::Status ApplyDraft(const ApplyParts& parts, uint32_t index) {
  const ShipmentRow& row = parts.folder.shipments[index];
  const RequestRows rows = RowsOfShipment(parts, index);
  ASSIGN_OR_RETURN(const auto blocker, ShipmentBlocker(parts, row));
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  shipments::v1::CreateShipmentRequest request;
  request.set_request_id(RowRequestId(Table::kShipments, {row.shipment_id.view()}));
  shipments::v1::Shipment& shipment = *request.mutable_shipment();
  shipment.set_shipment_id(row.shipment_id.str());
  shipment.set_origin_id(row.origin_id.str());
  shipment.set_destination_id(row.destination_id.str());
  shipment.set_mode(row.mode);
  shipment.set_carrier(row.carrier.str());
  shipment.set_tracking_number(row.tracking_number.str());
  if (row.expected_on.has_value()) shipment.set_expected_on(FormatDay(*row.expected_on));
  for (const RequestRow& line : rows.lines) {
    const ShipmentLineRow& line_row = parts.folder.shipment_lines[line.row.index];
    shipments::v1::ShipmentLine& message = *shipment.add_lines();
    message.set_lot_id(parts.lots.LotIdOf(line_row.lot));
    message.set_packs(line_row.packs);
  }
  shipment.set_requires_release_certificate(row.requires_release);
  ASSIGN_OR_RETURN(const auto created,
                   parts.sender.Send(&ShipmentService::Stub::CreateShipment, request, rows));
  if (!created.has_value() || row.dispatched_at.has_value()) return absl::OkStatus();
  parts.sender.Advance(CountRows(rows));
  if (!row.is_cancelled) {
    parts.sender.Record(rows);
    return absl::OkStatus();
  }
  shipments::v1::CancelShipmentRequest cancel;
  cancel.set_request_id(RowRequestId(Table::kShipments, {row.shipment_id.view(), "cancel"}));
  cancel.set_shipment_id(row.shipment_id.str());
  return parts.sender.SendAndRecord(&ShipmentService::Stub::CancelShipment, cancel, rows);
}

}  // namespace

absl::Status ApplyShipmentDrafts(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.shipments.size(); ++i) {
    RETURN_IF_ERROR(ApplyDraft(parts, i));
  }
  for (uint32_t i = 0; i < parts.folder.shipment_lines.size(); ++i) {
    const RequestRows rows{{Table::kShipmentLines, i}, {}, {}};
    if (parts.index.shipments.contains(parts.folder.shipment_lines[i].shipment_id)) continue;
    parts.sender.Hold(rows, parts.report.BrokenFile(Table::kShipments));
  }
  return absl::OkStatus();
}

absl::Status ApplyDispatch(const ApplyParts& parts, uint32_t index) {
  const ShipmentRow& row = parts.folder.shipments[index];
  const RequestRows rows = RowsOfShipment(parts, index);
  parts.sender.Advance(CountRows(rows));
  if (parts.sender.Hold(rows, std::nullopt)) return absl::OkStatus();
  shipments::v1::DispatchShipmentRequest request;
  request.set_request_id(RowRequestId(Table::kShipments, {row.shipment_id.view(), "dispatch"}));
  request.set_shipment_id(row.shipment_id.str());
  *request.mutable_dispatched_at() = ToZonedTime(row.dispatched_at.value());
  request.set_fefo_override_reason(FefoReasonOf(row.recorded));
  return parts.sender.SendAndRecord(&ShipmentService::Stub::DispatchShipment, request, rows);
}

absl::Status ApplyMilestone(const ApplyParts& parts, uint32_t index) {
  const MilestoneRow& row = parts.folder.milestones[index];
  const RequestRows rows{{Table::kMilestones, index}, {}, {}};
  parts.sender.Advance(1);
  ASSIGN_OR_RETURN(const auto blocker,
                   parts.references.Blocker(Table::kShipments, row.shipment_id));
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  shipments::v1::RecordMilestoneRequest request;
  request.set_request_id(RowRequestId(Table::kMilestones, {row.milestone_id.view()}));
  request.set_shipment_id(row.shipment_id.str());
  shipments::v1::Milestone& milestone = *request.mutable_milestone();
  *milestone.mutable_occurred_at() = ToZonedTime(row.occurred_at.value());
  milestone.set_kind(row.kind);
  milestone.set_place(row.place.str());
  milestone.set_note(row.note.str());
  return parts.sender.SendAndRecord(&ShipmentService::Stub::RecordMilestone, request, rows);
}

absl::Status ApplyCount(const ApplyParts& parts, uint32_t index) {
  const CountRow& row = parts.folder.counts[index];
  const RequestRows rows{{Table::kCounts, index}, {}, {}};
  parts.sender.Advance(1);
  ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kLocations, row.location_id));
  if (!blocker.has_value() && row.lot != kNoLot) blocker = parts.lots.Blocker(row.lot);
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  inventory::v1::RecordCountRequest request;
  request.set_request_id(RowRequestId(Table::kCounts, {row.count_id.view()}));
  inventory::v1::StockCount& count = *request.mutable_count();
  count.set_location_id(row.location_id.str());
  *count.mutable_counted_at() = ToZonedTime(row.counted_at.value());
  count.set_lot_id(parts.lots.LotIdOf(row.lot));
  count.set_counted_g(row.counted_g);
  count.set_after_serving(row.after_serving);
  count.set_note(row.note.str());
  count.set_reason(row.reason);
  return parts.sender.SendAndRecord(&inventory::v1::StockService::Stub::RecordCount, request, rows);
}

absl::Status ApplyAdjustment(const ApplyParts& parts, uint32_t index) {
  const AdjustmentRow& row = parts.folder.adjustments[index];
  const RequestRows rows{{Table::kAdjustments, index}, {}, {}};
  parts.sender.Advance(1);
  ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kLocations, row.location_id));
  if (!blocker.has_value() && row.lot != kNoLot) blocker = parts.lots.Blocker(row.lot);
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  inventory::v1::AdjustStockRequest request;
  request.set_request_id(RowRequestId(Table::kAdjustments, {row.adjustment_id.view()}));
  inventory::v1::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id(row.location_id.str());
  *adjustment.mutable_occurred_at() = ToZonedTime(row.occurred_at.value());
  adjustment.set_lot_id(parts.lots.LotIdOf(row.lot));
  adjustment.set_condition(row.condition);
  adjustment.set_quantity_g(row.quantity_g);
  adjustment.set_reason(row.reason);
  adjustment.set_note(row.note.str());
  adjustment.set_witness(row.witness.str());
  return parts.sender.SendAndRecord(&inventory::v1::StockService::Stub::AdjustStock, request, rows);
}

std::string FefoReasonOf(const RecordedAs& recorded) {
  return recorded.fefo_reason.empty() ? kImportedReason : recorded.fefo_reason.str();
}

}  // namespace milkway::cli
