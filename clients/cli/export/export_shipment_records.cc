#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/export/export_records.h"
#include "milkway/common/v1/document.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"
#include "milkway/shipments/v1/transport.pb.h"

namespace milkway::cli {

namespace {

using shipments::v1::GetShipmentResponse;
using shipments::v1::ShipmentService;

// Their JSON fits into a cell.
constexpr int kReadingsPerRow = 500;

class ShipmentRecordWriter {
 public:
  ShipmentRecordWriter(const ExportParts& parts, const GetShipmentResponse& shipment)
      : parts_(parts),
        shipment_(shipment),
        shipment_id_(shipment.shipment().shipment_id()),
        dispatched_(shipment.shipment().dispatch_position()) {}

  absl::Status Write() {
    RETURN_IF_ERROR(WriteDocuments());
    RETURN_IF_ERROR(WriteLegs());
    if (dispatched_ == 0 || dispatched_ > parts_.survey.position) return absl::OkStatus();
    for (const auto& logger : shipment_.temperatures()) RETURN_IF_ERROR(WriteReadings(logger));
    RETURN_IF_ERROR(WriteRelease());
    for (const auto& shortage : shipment_.shortages()) RETURN_IF_ERROR(WriteShortage(shortage));
    return absl::OkStatus();
  }

 private:
  absl::Status WriteRow(absl::string_view kind, absl::string_view subject,
                        const google::protobuf::Message& request, LogMoment place,
                        int64_t lot_id = 0) {
    const std::set<int64_t> lots = lot_id > 0 ? std::set<int64_t>{lot_id} : std::set<int64_t>();
    return WriteRecord(parts_, kind, absl::StrCat(shipment_id_, "/", subject), request, place,
                       lots);
  }

  absl::Status WriteDocuments() {
    for (const common::v1::Document& document : shipment_.documents()) {
      shipments::v1::AttachShipmentDocumentRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_document() = document;
      RETURN_IF_ERROR(WriteRow("document", document.document_id(), request, {dispatched_}));
    }
    return absl::OkStatus();
  }

  absl::Status WriteLegs() {
    for (const shipments::v1::Leg& leg : shipment_.legs()) {
      shipments::v1::RecordLegRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_leg() = leg;
      RETURN_IF_ERROR(WriteRow("leg", absl::StrCat(leg.sequence()), request, {dispatched_}));
    }
    return absl::OkStatus();
  }

  absl::Status WriteReadings(const shipments::v1::TemperatureSummary& logger) {
    shipments::v1::RecordTemperaturesRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_logger_id(logger.logger_id());
    if (logger.has_lowest_milli_c()) request.set_lowest_milli_c(logger.lowest_milli_c());
    if (logger.has_highest_milli_c()) request.set_highest_milli_c(logger.highest_milli_c());
    int number = 0;
    const auto end_row = [&]() -> absl::Status {
      if (request.readings_size() == 0) return absl::OkStatus();
      RETURN_IF_ERROR(WriteRow("temperatures", absl::StrCat(logger.logger_id(), "/", ++number),
                               request, {dispatched_}));
      request.clear_readings();
      return absl::OkStatus();
    };
    shipments::v1::ListTemperaturesRequest list;
    list.set_shipment_id(shipment_id_);
    list.set_logger_id(logger.logger_id());
    const auto take = [&](const shipments::v1::ListTemperaturesResponse& page) -> absl::Status {
      for (const auto& recorded : page.readings()) {
        *request.add_readings() = recorded.reading();
        if (request.readings_size() == kReadingsPerRow) RETURN_IF_ERROR(end_row());
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(
        ForEachPage(parts_.connection, &ShipmentService::Stub::ListTemperatures, list, take));
    return end_row();
  }

  absl::Status WriteRelease() {
    if (!shipment_.shipment().has_release()) return absl::OkStatus();
    const shipments::v1::Release& release = shipment_.shipment().release();
    shipments::v1::RecordReleaseRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_document_id(release.document_id());
    *request.mutable_released_at() = release.released_at();
    return WriteRow("release", release.document_id(), request,
                    {release.position(), release.recorded_us()});
  }

  absl::Status WriteShortage(const shipments::v1::Shortage& shortage) {
    for (int i = 0; i < shortage.resolutions_size(); ++i) {
      const shipments::v1::ShortageResolution& resolution = shortage.resolutions(i);
      shipments::v1::ResolveShortageRequest request;
      request.set_shipment_id(shipment_id_);
      request.set_receipt_id(shortage.receipt_id());
      request.set_lot_id(shortage.lot_id());
      *request.mutable_resolution() = resolution;
      request.mutable_resolution()->clear_recorded_by();
      request.mutable_resolution()->clear_recorded_us();
      request.mutable_resolution()->clear_position();
      RETURN_IF_ERROR(WriteRow(
          "shortage", absl::StrCat(shortage.receipt_id(), "/", shortage.lot_id(), "/", i + 1),
          request, {resolution.position(), resolution.recorded_us()}, shortage.lot_id()));
    }
    return absl::OkStatus();
  }

  const ExportParts& parts_;
  const GetShipmentResponse& shipment_;
  const std::string& shipment_id_;
  const int64_t dispatched_;
};

}  // namespace

absl::Status WriteShipmentRecords(const ExportParts& parts, const GetShipmentResponse& shipment) {
  return ShipmentRecordWriter(parts, shipment).Write();
}

}  // namespace milkway::cli
