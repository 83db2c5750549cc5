// Receipts and their corrections; goods that left transit without one.

#include "absl/strings/str_cat.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/import/lot_rows.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using shipments::v1::ShipmentService;
using shipments::v1::TransitExitKind;

absl::StatusOr<std::optional<RowRef>> BlockerOf(const ApplyParts& parts, Name shipment_id,
                                                const std::vector<LotRef>& lots) {
  ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kShipments, shipment_id));
  for (const LotRef lot : lots) {
    if (blocker.has_value()) return blocker;
    if (lot != kNoLot) blocker = parts.lots.Blocker(lot);
  }
  return blocker;
}

absl::StatusOr<shipments::v1::Receipt> ToMessage(const ApplyParts& parts, RowRef first_ref,
                                                 const RequestRows& rows) {
  const std::vector<ReceiptRow>& all = parts.folder.ReceiptsOf(first_ref.table);
  const ReceiptRow& first = all[first_ref.index];
  shipments::v1::Receipt receipt;
  receipt.set_receipt_id(first.receipt_id.str());
  receipt.set_shipment_id(first.shipment_id.str());
  ASSIGN_OR_RETURN(*receipt.mutable_destination_id(), DestinationOf(parts, first.shipment_id));
  *receipt.mutable_received_at() = ToZonedTime(first.received_at.value());
  receipt.set_note(NoteOfReceipt(parts.folder, first_ref));
  receipt.set_received_by(first.received_by.str());
  for (const RequestRow& line : rows.lines) {
    const ReceiptRow& row = all[line.row.index];
    if (row.is_empty) continue;
    shipments::v1::ReceiptLine& message = *receipt.add_lines();
    message.set_lot_id(parts.lots.LotIdOf(row.lot));
    message.set_received_packs(row.received_packs);
    message.set_damaged_packs(row.damaged_packs);
    message.set_missing_packs(row.missing_packs);
    message.set_refused_packs(row.refused_packs);
    message.set_damage_reason(row.damage_reason);
    message.set_wrong(row.is_wrong);
  }
  return receipt;
}

absl::Status SendReturn(const ApplyParts& parts, uint32_t first, const RequestRows& rows,
                        const std::string& request_id) {
  const OutcomeRow& head = parts.folder.outcomes[first];
  shipments::v1::RecordReturnRequest request;
  request.set_request_id(request_id);
  request.set_shipment_id(head.shipment_id.str());
  const auto found = parts.index.shipments.find(head.shipment_id);
  if (found != parts.index.shipments.end()) {
    request.set_origin_id(parts.folder.shipments[found->second].origin_id.str());
  } else {
    ASSIGN_OR_RETURN(const auto* shipment,
                     parts.references.directory().FindShipment(head.shipment_id.str()));
    if (shipment != nullptr) request.set_origin_id(shipment->origin_id());
  }
  *request.mutable_returned_at() = ToZonedTime(head.occurred_at.value());
  request.set_reason(head.reason.str());
  for (const RequestRow& line : rows.lines) {
    const OutcomeRow& row = parts.folder.outcomes[line.row.index];
    if (!row.has_lot) continue;
    shipments::v1::ReturnLine& message = *request.add_lines();
    message.set_lot_id(parts.lots.LotIdOf(row.lot));
    message.set_packs(row.packs);
    message.set_damaged_packs(row.damaged_packs);
  }
  return parts.sender.SendAndRecord(&ShipmentService::Stub::RecordReturn, request, rows);
}

}  // namespace

absl::StatusOr<std::string> DestinationOf(const ApplyParts& parts, Name shipment_id) {
  const auto found = parts.index.shipments.find(shipment_id);
  if (found != parts.index.shipments.end()) {
    return parts.folder.shipments[found->second].destination_id.str();
  }
  ASSIGN_OR_RETURN(const auto* shipment,
                   parts.references.directory().FindShipment(shipment_id.str()));
  return shipment == nullptr ? "" : shipment->destination_id();
}

absl::Status ApplyReceipt(const ApplyParts& parts, RowRef first_ref) {
  const std::vector<ReceiptRow>& all = parts.folder.ReceiptsOf(first_ref.table);
  const ReceiptRow& first = all[first_ref.index];
  const RequestRows rows{
      first_ref, LotRows(parts.lots, first_ref.table, all, RowsOfRecord(all, first_ref.index)), {}};
  parts.sender.Advance(CountRows(rows));
  std::vector<LotRef> lots;
  for (const RequestRow& line : rows.lines) lots.push_back(all[line.row.index].lot);
  ASSIGN_OR_RETURN(const auto blocker, BlockerOf(parts, first.shipment_id, lots));
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();

  ASSIGN_OR_RETURN(shipments::v1::Receipt receipt, ToMessage(parts, first_ref, rows));
  if (first.recorded.version <= 1) {
    shipments::v1::RecordReceiptRequest request;
    request.set_request_id(RowRequestId(Table::kReceipts, {first.receipt_id.view()}));
    *request.mutable_receipt() = std::move(receipt);
    return parts.sender.SendAndRecord(&ShipmentService::Stub::RecordReceipt, request, rows);
  }
  shipments::v1::CorrectReceiptRequest request;
  request.set_request_id(RowRequestId(
      Table::kReceipts, {first.receipt_id.view(), absl::StrCat(first.recorded.version)}));
  *request.mutable_receipt() = std::move(receipt);
  request.set_reason(first.recorded.reason.str());
  return parts.sender.SendAndRecord(&ShipmentService::Stub::CorrectReceipt, request, rows);
}

absl::Status ApplyOutcome(const ApplyParts& parts, uint32_t index) {
  const OutcomeRow& row = parts.folder.outcomes[index];
  const RequestRows rows{{Table::kShipmentOutcomes, index},
                         LotRows(parts.lots, Table::kShipmentOutcomes, parts.folder.outcomes,
                                 RowsOfRecord(parts.folder.outcomes, index)),
                         {}};
  parts.sender.Advance(CountRows(rows));
  std::vector<LotRef> lots;
  for (const RequestRow& line : rows.lines) {
    lots.push_back(parts.folder.outcomes[line.row.index].lot);
  }
  ASSIGN_OR_RETURN(const auto blocker, BlockerOf(parts, row.shipment_id, lots));
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  const std::string request_id = RowRequestId(Table::kShipmentOutcomes, {row.outcome_id.view()});
  if (row.kind == TransitExitKind::TRANSIT_EXIT_KIND_RETURNED) {
    return SendReturn(parts, index, rows, request_id);
  }
  if (row.kind == TransitExitKind::TRANSIT_EXIT_KIND_LOST) {
    shipments::v1::DeclareLostRequest request;
    request.set_request_id(request_id);
    request.set_shipment_id(row.shipment_id.str());
    *request.mutable_lost_at() = ToZonedTime(row.occurred_at.value());
    request.set_reason(row.reason.str());
    return parts.sender.SendAndRecord(&ShipmentService::Stub::DeclareLost, request, rows);
  }
  shipments::v1::CloseShipmentRequest request;
  request.set_request_id(request_id);
  request.set_shipment_id(row.shipment_id.str());
  *request.mutable_closed_at() = ToZonedTime(row.occurred_at.value());
  request.set_reason(row.reason.str());
  return parts.sender.SendAndRecord(&ShipmentService::Stub::CloseShipment, request, rows);
}

}  // namespace milkway::cli
