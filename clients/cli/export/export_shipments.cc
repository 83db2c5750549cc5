// Shipments with their lines, milestones, receipts and what left transit without one.

#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/export_records.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

using shipments::v1::ShipmentService;

std::string Rfc3339(const common::v1::ZonedTime& time) {
  return FormatRfc3339(FromZonedTime(time));
}

class ShipmentWriter {
 public:
  explicit ShipmentWriter(const ExportParts& parts) : parts_(parts) {}

  void Write(const shipments::v1::GetShipmentResponse& shipment) {
    WriteShipment(shipment.shipment());
    WriteLines(shipment.shipment());
    WriteMilestones(shipment);
    for (const auto& receipt : shipment.receipts()) WriteReceipt(receipt);
    for (int i = 0; i < shipment.exits_size(); ++i) {
      WriteExit(shipment.shipment().shipment_id(), i + 1, shipment.exits(i));
    }
  }

 private:
  bool IsShown(int64_t position) const { return position <= parts_.survey.position; }

  void WriteShipment(const shipments::v1::Shipment& shipment) {
    TableFile& file = parts_.folder.file(Table::kShipments);
    file.Set("shipment_id", shipment.shipment_id());
    file.Set("origin_id", shipment.origin_id());
    file.Set("destination_id", shipment.destination_id());
    file.Set("mode", WordOf(kTransportModes, shipment.mode()));
    file.Set("carrier", shipment.carrier());
    file.Set("tracking_number", shipment.tracking_number());
    file.Set("expected_on", shipment.expected_on());
    file.SetFlag("cancelled", shipment.state() == shipments::v1::SHIPMENT_STATE_CANCELLED);
    file.SetFlag("requires_release", shipment.requires_release_certificate());
    if (shipment.has_dispatched_at() && IsShown(shipment.dispatch_position())) {
      file.Set("dispatched_at", Rfc3339(shipment.dispatched_at()));
      file.Set("recorded", shipment.dispatch_position());
      const PostingReasons* reasons = parts_.survey.FindReasons(shipment.dispatch_position());
      if (reasons != nullptr) file.Set("fefo_reason", reasons->fefo_override_reason);
    }
    file.EndRow();
  }

  void WriteLines(const shipments::v1::Shipment& shipment) {
    TableFile& file = parts_.folder.file(Table::kShipmentLines);
    for (const shipments::v1::ShipmentLine& line : shipment.lines()) {
      file.Set("shipment_id", shipment.shipment_id());
      SetLot(parts_, line.lot_id(), &file);
      file.Set("packs", line.packs());
      file.EndRow();
      file.Total("packs", line.packs());
    }
  }

  void WriteMilestones(const shipments::v1::GetShipmentResponse& shipment) {
    TableFile& file = parts_.folder.file(Table::kMilestones);
    if (!IsShown(shipment.shipment().dispatch_position())) return;
    for (int i = 0; i < shipment.milestones_size(); ++i) {
      const shipments::v1::Milestone& milestone = shipment.milestones(i);
      file.Set("milestone_id", absl::StrCat(shipment.shipment().shipment_id(), "/", i + 1));
      file.Set("shipment_id", shipment.shipment().shipment_id());
      file.Set("occurred_at", Rfc3339(milestone.occurred_at()));
      file.Set("kind", WordOf(kMilestoneKinds, milestone.kind()));
      file.Set("place", milestone.place());
      file.Set("note", milestone.note());
      file.EndRow();
    }
  }

  // The version that stands goes into receipts.csv, what it replaced into the history.
  void WriteReceipt(const shipments::v1::RecordedReceipt& receipt) {
    int shown = receipt.version_positions_size();
    while (shown > 0 && !IsShown(receipt.version_positions(shown - 1))) --shown;
    for (int i = 0; i < shown; ++i) {
      const bool stands = i + 1 == receipt.version_positions_size();
      const shipments::v1::Receipt& version = stands ? receipt.receipt() : receipt.earlier(i);
      const bool is_last = i + 1 == shown && version.lines_size() > 0;
      WriteVersion(receipt, version, i,
                   parts_.folder.file(is_last ? Table::kReceipts : Table::kReceiptHistory));
    }
  }

  void WriteVersion(const shipments::v1::RecordedReceipt& receipt,
                    const shipments::v1::Receipt& version, int index, TableFile& file) {
    const auto start_row = [&] {
      file.Set("receipt_id", version.receipt_id());
      file.Set("shipment_id", version.shipment_id());
      file.Set("received_at", Rfc3339(receipt.receipt().received_at()));
      file.Set("note", version.note());
      file.Set("received_by", version.received_by());
      if (receipt.version_positions_size() > 1) {
        file.Set("version", index + 1);
        file.Set("reason", receipt.version_reasons(index));
      }
      if (receipt.version_positions(index) > 0) {
        file.Set("recorded", receipt.version_positions(index));
      }
    };
    for (const shipments::v1::ReceiptLine& line : version.lines()) {
      start_row();
      SetLot(parts_, line.lot_id(), &file);
      file.Set("received_packs", line.received_packs());
      file.Set("damaged_packs", line.damaged_packs());
      file.Set("missing_packs", line.missing_packs());
      if (line.refused_packs() > 0) file.Set("refused_packs", line.refused_packs());
      if (line.damage_reason() != shipments::v1::DAMAGE_REASON_UNSPECIFIED) {
        file.Set("damage_reason", WordOfEnum(line.damage_reason()));
      }
      file.SetFlag("wrong", line.wrong());
      file.EndRow();
      file.Total("received_packs", line.received_packs());
      file.Total("damaged_packs", line.damaged_packs());
      file.Total("missing_packs", line.missing_packs());
    }
    if (version.lines_size() > 0) return;
    start_row();
    file.EndRow();
  }

  void WriteExit(const std::string& shipment_id, int number,
                 const shipments::v1::TransitExit& exit) {
    if (!IsShown(exit.position())) return;
    TableFile& file = parts_.folder.file(Table::kShipmentOutcomes);
    const auto start_row = [&] {
      file.Set("outcome_id", absl::StrCat(shipment_id, "/", number));
      file.Set("shipment_id", shipment_id);
      file.Set("occurred_at", Rfc3339(exit.occurred_at()));
      file.Set("outcome", WordOfEnum(exit.kind()));
      file.Set("reason", exit.reason());
      if (exit.position() > 0) file.Set("recorded", exit.position());
    };
    // What is lost is all that was in transit.
    if (exit.kind() != shipments::v1::TRANSIT_EXIT_KIND_RETURNED) {
      start_row();
      file.EndRow();
      return;
    }
    for (const shipments::v1::TransitExitLine& line : exit.lines()) {
      start_row();
      SetLot(parts_, line.lot_id(), &file);
      file.Set("packs", line.packs());
      file.Set("damaged_packs", line.damaged_packs());
      file.EndRow();
    }
  }

  const ExportParts& parts_;
};

}  // namespace

absl::Status ExportShipments(const ExportParts& parts) {
  ASSIGN_OR_RETURN(
      const bool wanted,
      parts.folder.Begin("shipments", {Table::kShipments, Table::kShipmentLines, Table::kMilestones,
                                       Table::kReceipts, Table::kReceiptHistory,
                                       Table::kShipmentOutcomes, Table::kRecords}));
  if (!wanted) return absl::OkStatus();
  ShipmentWriter writer(parts);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &ShipmentService::Stub::ListShipments,
      shipments::v1::ListShipmentsRequest(), parts.folder.cursor(),
      [&](const auto& page) -> absl::Status {
        for (const shipments::v1::Shipment& listed : page.shipments()) {
          shipments::v1::GetShipmentRequest request;
          request.set_shipment_id(listed.shipment_id());
          ASSIGN_OR_RETURN(const auto shipment,
                           parts.connection.Call(&ShipmentService::Stub::GetShipment, request));
          writer.Write(shipment);
          if (absl::Status records = WriteShipmentRecords(parts, shipment); !records.ok()) {
            return records;
          }
        }
        return absl::OkStatus();
      },
      [&](const std::string& next) {
        const int64_t rows = parts.folder.file(Table::kShipments).rows();
        parts.console.ShowProgress("exporting shipments", rows, rows);
        return KeepPlace(parts, next);
      }));
  RETURN_IF_ERROR(WriteInventoryRecords(parts));
  return parts.folder.End();
}

}  // namespace milkway::cli
