// Adjustments, goods that left transit without a receipt, and versions of records that
// do not stand.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

// A version after the first says why it replaced the one before.
void RequireReason(const CheckParts& parts, RowRef row, const RecordedAs& recorded) {
  if (recorded.version > 1 && recorded.reason.empty()) {
    parts.report.AddError(row, "reason", "must say why this version replaced the one before");
  }
}

absl::Status RequireSameShipment(const CheckParts& parts, uint32_t first) {
  const OutcomeRow& head = parts.folder.outcomes[first];
  for (uint32_t index = head.next; index != kNoRow; index = parts.folder.outcomes[index].next) {
    const OutcomeRow& row = parts.folder.outcomes[index];
    if (row.shipment_id == head.shipment_id && row.kind == head.kind &&
        row.occurred_at == head.occurred_at && row.has_lot && head.has_lot) {
      continue;
    }
    parts.report.AddError(
        {Table::kShipmentOutcomes, index}, "outcome_id",
        absl::StrCat("must be there once, but for the lots of one return: it is already in row ",
                     parts.report.NumberOf({Table::kShipmentOutcomes, first})));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckAdjustments(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.adjustments.size(); ++i) {
    const AdjustmentRow& adjustment = parts.folder.adjustments[i];
    const RowRef row{Table::kAdjustments, i};
    RETURN_IF_ERROR(
        parts.references.Require(row, "location_id", Table::kLocations, adjustment.location_id));
    parts.lots.Require(row, adjustment.lot);
  }
  return absl::OkStatus();
}

absl::Status CheckOutcomes(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.outcomes.size(); ++i) {
    const OutcomeRow& outcome = parts.folder.outcomes[i];
    const RowRef row{Table::kShipmentOutcomes, i};
    RETURN_IF_ERROR(
        parts.references.Require(row, "shipment_id", Table::kShipments, outcome.shipment_id));
    if (outcome.has_lot) parts.lots.Require(row, outcome.lot);
  }
  for (const uint32_t first : parts.index.outcomes) {
    RETURN_IF_ERROR(RequireSameShipment(parts, first));
  }
  return absl::OkStatus();
}

absl::Status CheckHistory(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.records.size(); ++i) {
    for (const auto& [number, lot] : parts.folder.records[i].lots) {
      parts.lots.Require({Table::kRecords, i}, lot);
    }
  }
  for (uint32_t i = 0; i < parts.folder.receipts.size(); ++i) {
    RequireReason(parts, {Table::kReceipts, i}, parts.folder.receipts[i].recorded);
  }
  for (uint32_t i = 0; i < parts.folder.distributions.size(); ++i) {
    RequireReason(parts, {Table::kDistributions, i}, parts.folder.distributions[i].recorded);
  }
  for (uint32_t i = 0; i < parts.folder.receipt_history.size(); ++i) {
    const ReceiptRow& receipt = parts.folder.receipt_history[i];
    const RowRef row{Table::kReceiptHistory, i};
    RETURN_IF_ERROR(
        parts.references.Require(row, "shipment_id", Table::kShipments, receipt.shipment_id));
    if (!receipt.is_empty) parts.lots.Require(row, receipt.lot);
    RequireReason(parts, row, receipt.recorded);
  }
  for (uint32_t i = 0; i < parts.folder.distribution_history.size(); ++i) {
    const DistributionRow& record = parts.folder.distribution_history[i];
    const RowRef row{Table::kDistributionHistory, i};
    RETURN_IF_ERROR(
        parts.references.Require(row, "school_id", Table::kLocations, record.school_id));
    if (!record.is_empty) parts.lots.Require(row, record.lot);
    RequireReason(parts, row, record.recorded);
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
