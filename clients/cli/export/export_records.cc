#include "clients/cli/export/export_records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/record_kinds.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using shipments::v1::GetShipmentResponse;
using shipments::v1::ShipmentService;

// Their JSON fits into a cell.
constexpr int kReadingsPerRow = 500;

class RecordWriter {
 public:
  RecordWriter(const ExportParts& parts, const GetShipmentResponse& shipment)
      : parts_(parts),
        shipment_(shipment),
        shipment_id_(shipment.shipment().shipment_id()),
        dispatched_(shipment.shipment().dispatch_position()) {}

  absl::Status Write() {
    WriteDocuments();
    WriteLegs();
    if (dispatched_ == 0 || dispatched_ > parts_.survey.position) return absl::OkStatus();
    for (const auto& logger : shipment_.temperatures()) RETURN_IF_ERROR(WriteReadings(logger));
    WriteRelease();
    for (const auto& shortage : shipment_.shortages()) WriteShortage(shortage);
    return absl::OkStatus();
  }

 private:
  // `position` 0: it has no place in the log, and anything else may come before it.
  void WriteRow(absl::string_view kind, absl::string_view subject,
                const google::protobuf::Message& request, int64_t position, int64_t lot_id = 0) {
    if (position > parts_.survey.position) return;
    TableFile& file = parts_.folder.file(Table::kRecords);
    file.Set("record_id", absl::StrCat(shipment_id_, "/", kind, "/", subject));
    file.Set("kind", kind);
    file.Set("request", RequestToJson(request));
    const auto lot = parts_.lots.find(lot_id);
    if (lot != parts_.lots.end()) {
      const nlohmann::json names = {
          {absl::StrCat(lot_id),
           {lot->second.purchase_id(), lot->second.product_id(), lot->second.lot_number()}}};
      file.Set("lots", names.dump());
    }
    if (position > 0) file.Set("recorded", position);
    file.EndRow();
  }

  void WriteDocuments() {
    for (const common::v1::Document& document : shipment_.documents()) {
      shipments::v1::AttachShipmentDocumentRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_document() = document;
      WriteRow("document", document.document_id(), request, dispatched_);
    }
  }

  void WriteLegs() {
    for (const shipments::v1::Leg& leg : shipment_.legs()) {
      shipments::v1::RecordLegRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_leg() = leg;
      WriteRow("leg", absl::StrCat(leg.sequence()), request, dispatched_);
    }
  }

  absl::Status WriteReadings(const shipments::v1::TemperatureSummary& logger) {
    shipments::v1::RecordTemperaturesRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_logger_id(logger.logger_id());
    if (logger.has_lowest_milli_c()) request.set_lowest_milli_c(logger.lowest_milli_c());
    if (logger.has_highest_milli_c()) request.set_highest_milli_c(logger.highest_milli_c());
    int number = 0;
    const auto end_row = [&] {
      if (request.readings_size() == 0) return;
      WriteRow("temperatures", absl::StrCat(logger.logger_id(), "/", ++number), request,
               dispatched_);
      request.clear_readings();
    };
    shipments::v1::ListTemperaturesRequest list;
    list.set_shipment_id(shipment_id_);
    list.set_logger_id(logger.logger_id());
    RETURN_IF_ERROR(ForEachPage(parts_.connection, &ShipmentService::Stub::ListTemperatures, list,
                                [&](const auto& page) {
                                  for (const auto& recorded : page.readings()) {
                                    *request.add_readings() = recorded.reading();
                                    if (request.readings_size() == kReadingsPerRow) end_row();
                                  }
                                  return absl::OkStatus();
                                }));
    end_row();
    return absl::OkStatus();
  }

  void WriteRelease() {
    if (!shipment_.shipment().has_release()) return;
    const shipments::v1::Release& release = shipment_.shipment().release();
    shipments::v1::RecordReleaseRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_document_id(release.document_id());
    *request.mutable_released_at() = release.released_at();
    WriteRow("release", release.document_id(), request,
             release.position() > 0 ? release.position() : dispatched_);
  }

  // Where the log says that the packs were missing.
  int64_t PositionOf(const shipments::v1::Shortage& shortage) const {
    int64_t position = dispatched_;
    if (shortage.receipt_id().empty()) {
      for (const auto& exit : shipment_.exits()) position = std::max(position, exit.position());
    }
    for (const auto& receipt : shipment_.receipts()) {
      if (receipt.receipt().receipt_id() == shortage.receipt_id()) {
        position = std::max(position, receipt.position());
      }
    }
    return position;
  }

  void WriteShortage(const shipments::v1::Shortage& shortage) {
    int64_t position = PositionOf(shortage);
    for (int i = 0; i < shortage.resolutions_size(); ++i) {
      const shipments::v1::ShortageResolution& resolution = shortage.resolutions(i);
      // That is a correction of the receipt, and stands there.
      if (resolution.outcome() == shipments::v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY) continue;
      shipments::v1::ResolveShortageRequest request;
      request.set_shipment_id(shipment_id_);
      request.set_receipt_id(shortage.receipt_id());
      request.set_lot_id(shortage.lot_id());
      *request.mutable_resolution() = resolution;
      request.mutable_resolution()->clear_recorded_by();
      request.mutable_resolution()->clear_recorded_us();
      request.mutable_resolution()->clear_position();
      if (resolution.position() > 0) position = resolution.position();
      WriteRow("shortage", absl::StrCat(shortage.receipt_id(), "/", shortage.lot_id(), "/", i + 1),
               request, position, shortage.lot_id());
    }
  }

  const ExportParts& parts_;
  const GetShipmentResponse& shipment_;
  const std::string& shipment_id_;
  const int64_t dispatched_;
};

}  // namespace

absl::Status WriteShipmentRecords(const ExportParts& parts, const GetShipmentResponse& shipment) {
  return RecordWriter(parts, shipment).Write();
}

}  // namespace milkway::cli
