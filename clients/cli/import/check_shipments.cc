// Shipments and their lines, milestones, receipts and counts.

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/import/cells.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr size_t kLinesMax = 100;
constexpr size_t kNoteBytesMax = 500;

// Reports the second row of a record that has the same lot as an earlier one.
void RequireDifferentLots(const CheckParts& parts, Table table, absl::string_view record,
                          const std::vector<std::pair<uint32_t, LotRef>>& rows) {
  absl::flat_hash_map<LotRef, uint32_t> firsts;
  for (const auto& [index, lot] : rows) {
    const LotRef identity = parts.lots.IdentityOf(lot);
    if (identity == kNoLot) continue;
    const auto [first, is_new] = firsts.try_emplace(identity, index);
    if (is_new) continue;
    parts.report.AddError(
        {table, index}, "lot_number",
        absl::StrCat("must be there once in a ", record, ", the lot is already in row ",
                     parts.report.NumberOf({table, first->second})));
  }
}

absl::Status CheckShipment(const CheckParts& parts, uint32_t index) {
  const ShipmentRow& shipment = parts.folder.shipments[index];
  const RowRef row{Table::kShipments, index};
  RETURN_IF_ERROR(
      parts.references.Require(row, "origin_id", Table::kLocations, shipment.origin_id));
  RETURN_IF_ERROR(
      parts.references.Require(row, "destination_id", Table::kLocations, shipment.destination_id));
  const size_t lines = shipment.lines.size();
  if ((lines == 0 && !parts.report.IsBroken(Table::kShipmentLines)) || lines > kLinesMax) {
    parts.report.AddError(
        row, "shipment_id",
        absl::StrCat("must have 1 to ", kLinesMax, " rows in shipment_lines.csv, has ", lines));
  }
  std::vector<std::pair<uint32_t, LotRef>> lots;
  for (const uint32_t line : shipment.lines) {
    lots.emplace_back(line, parts.folder.shipment_lines[line].lot);
  }
  RequireDifferentLots(parts, Table::kShipmentLines, "shipment", lots);
  return absl::OkStatus();
}

void CheckShipmentLine(const CheckParts& parts, uint32_t index) {
  const ShipmentLineRow& line = parts.folder.shipment_lines[index];
  const RowRef row{Table::kShipmentLines, index};
  parts.lots.Require(row, line.lot);
  if (!line.shipment_id.empty() && !parts.index.shipments.contains(line.shipment_id) &&
      !parts.report.IsBroken(Table::kShipments)) {
    parts.report.AddError(
        row, "shipment_id",
        absl::StrCat("must be a shipment of shipments.csv", Is(line.shipment_id.view())));
  }
}

// Reports `column` if its time is before the shipment left.
absl::Status RequireAfterDispatch(const CheckParts& parts, RowRef row, absl::string_view column,
                                  Name shipment_id, const std::optional<Instant>& time) {
  RETURN_IF_ERROR(parts.references.Require(row, "shipment_id", Table::kShipments, shipment_id));
  if (shipment_id.empty() || !time.has_value()) return absl::OkStatus();
  std::optional<Instant> dispatched_at;
  const auto found = parts.index.shipments.find(shipment_id);
  if (found != parts.index.shipments.end()) {
    dispatched_at = parts.folder.shipments[found->second].dispatched_at;
  } else {
    ASSIGN_OR_RETURN(const auto* shipment,
                     parts.references.directory().FindShipment(shipment_id.str()));
    if (shipment != nullptr && shipment->has_dispatched_at()) {
      dispatched_at = FromZonedTime(shipment->dispatched_at());
    }
  }
  if (dispatched_at.has_value() && time->us < dispatched_at->us) {
    parts.report.AddError(
        row, column,
        absl::StrCat("must not be before the dispatch of ", shipment_id.view(), " at ",
                     FormatTime(*dispatched_at), ", is ", FormatTime(*time)));
  }
  return absl::OkStatus();
}

// A row that says something else about its receipt than the receipt's first row.
void RequireSameReceipt(const CheckParts& parts, uint32_t first_index, uint32_t index) {
  const ReceiptRow& first = parts.folder.receipts[first_index];
  const ReceiptRow& row = parts.folder.receipts[index];
  const auto differ = [&](absl::string_view column) {
    parts.report.AddError(
        {Table::kReceipts, index}, column,
        absl::StrCat("must be that of row ", parts.report.NumberOf({Table::kReceipts, first_index}),
                     ": rows with one receipt_id are one receipt"));
  };
  if (!row.shipment_id.empty() && !first.shipment_id.empty() &&
      !(row.shipment_id == first.shipment_id)) {
    differ("shipment_id");
  }
  if (row.received_at.has_value() && first.received_at.has_value() &&
      !(*row.received_at == *first.received_at)) {
    differ("received_at");
  }
}

absl::Status CheckReceipt(const CheckParts& parts, uint32_t first) {
  std::vector<std::pair<uint32_t, LotRef>> lots;
  for (uint32_t index = first; index != kNoRow; index = parts.folder.receipts[index].next) {
    const ReceiptRow& row = parts.folder.receipts[index];
    parts.lots.Require({Table::kReceipts, index}, row.lot);
    RETURN_IF_ERROR(RequireAfterDispatch(parts, {Table::kReceipts, index}, "received_at",
                                         row.shipment_id, row.received_at));
    if (index != first) RequireSameReceipt(parts, first, index);
    lots.emplace_back(index, row.lot);
  }
  RequireDifferentLots(parts, Table::kReceipts, "receipt", lots);
  if (lots.size() > kLinesMax) {
    parts.report.AddError(
        {Table::kReceipts, first}, "receipt_id",
        absl::StrCat("must have at most ", kLinesMax, " rows, has ", lots.size()));
  }
  const std::string note = NoteOfReceipt(parts.folder, {Table::kReceipts, first});
  if (note.size() > kNoteBytesMax) {
    parts.report.AddError({Table::kReceipts, first}, "note",
                          absl::StrCat("must be at most ", kNoteBytesMax,
                                       " bytes over all rows of the receipt, is ", note.size()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string NoteOfReceipt(const Folder& folder, RowRef first) {
  const std::vector<ReceiptRow>& rows = folder.ReceiptsOf(first.table);
  std::vector<absl::string_view> notes;
  for (uint32_t index = first.index; index != kNoRow; index = rows[index].next) {
    const absl::string_view note = rows[index].note.view();
    if (!note.empty()) notes.push_back(note);
  }
  // In an order of their own, so that sorting the file again changes nothing.
  std::sort(notes.begin(), notes.end());
  notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
  return absl::StrJoin(notes, "; ");
}

absl::Status CheckShipments(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.shipments.size(); ++i) {
    RETURN_IF_ERROR(CheckShipment(parts, i));
  }
  for (uint32_t i = 0; i < parts.folder.shipment_lines.size(); ++i) CheckShipmentLine(parts, i);
  for (uint32_t i = 0; i < parts.folder.milestones.size(); ++i) {
    const MilestoneRow& milestone = parts.folder.milestones[i];
    RETURN_IF_ERROR(RequireAfterDispatch(parts, {Table::kMilestones, i}, "occurred_at",
                                         milestone.shipment_id, milestone.occurred_at));
  }
  return absl::OkStatus();
}

absl::Status CheckReceipts(const CheckParts& parts) {
  for (const uint32_t first : parts.index.receipts) RETURN_IF_ERROR(CheckReceipt(parts, first));
  return absl::OkStatus();
}

absl::Status CheckCounts(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.counts.size(); ++i) {
    const CountRow& count = parts.folder.counts[i];
    const RowRef row{Table::kCounts, i};
    RETURN_IF_ERROR(
        parts.references.Require(row, "location_id", Table::kLocations, count.location_id));
    parts.lots.Require(row, count.lot);
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
