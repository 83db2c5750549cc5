// One shipment with all that happened to it, and pages of what belongs to shipments.

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"
#include "services/shipments/documents.h"
#include "services/shipments/journey_convert.h"
#include "services/shipments/legs.h"
#include "services/shipments/outcome_convert.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_queries.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shortages.h"
#include "services/shipments/temperatures.h"
#include "services/shipments/transit_exits.h"
#include "services/shipments/transport_convert.h"

namespace milkway::shipments {

namespace {

using storage::Reader;

absl::Status AddReceipts(const Reader& reader, const std::string& shipment_id,
                         v1::GetShipmentResponse* answer) {
  ASSIGN_OR_RETURN(const std::vector<Milestone> milestones, MilestonesOf(reader, shipment_id));
  for (const Milestone& milestone : milestones) *answer->add_milestones() = ToMessage(milestone);
  ASSIGN_OR_RETURN(const std::vector<ReceiptOnRecord> receipts, ReceiptsOf(reader, shipment_id));
  for (const ReceiptOnRecord& receipt : receipts) *answer->add_receipts() = ToMessage(receipt);
  ASSIGN_OR_RETURN(const auto exits, ExitsOf(reader, shipment_id));
  for (const rec::TransitExitRecord& exit : exits) *answer->add_exits() = ToMessage(exit);
  ASSIGN_OR_RETURN(const auto shortages, ShortagesOf(reader, shipment_id));
  for (const ShortageOnRecord& shortage : shortages) *answer->add_shortages() = ToMessage(shortage);
  return absl::OkStatus();
}

absl::Status AddTransport(const Reader& reader, const std::string& shipment_id,
                          v1::GetShipmentResponse* answer) {
  ASSIGN_OR_RETURN(const std::vector<Leg> legs, LegsOf(reader, shipment_id));
  for (const Leg& leg : legs) *answer->add_legs() = ToMessage(leg);
  ASSIGN_OR_RETURN(const auto documents, DocumentsOf(reader, shipment_id));
  for (const DocumentOnRecord& document : documents) *answer->add_documents() = ToMessage(document);
  ASSIGN_OR_RETURN(const auto loggers, LoggersOf(reader, shipment_id));
  for (const LoggerOnRecord& logger : loggers) *answer->add_temperatures() = ToMessage(logger);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GetShipmentResponse> GetShipment(const Reader& reader,
                                                    const v1::GetShipmentRequest& request) {
  ASSIGN_OR_RETURN(const std::string shipment_id,
                   runtime::ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, ReadShipment(reader, shipment_id));
  const std::string& place_id = request.place_id();
  if (!place_id.empty() && place_id != shipment.origin_id() &&
      place_id != shipment.destination_id()) {
    return ShipmentUnknown(shipment_id);
  }
  v1::GetShipmentResponse answer;
  *answer.mutable_shipment() = ToMessage(shipment_id, shipment);
  RETURN_IF_ERROR(AddReceipts(reader, shipment_id, &answer));
  RETURN_IF_ERROR(AddTransport(reader, shipment_id, &answer));
  return answer;
}

absl::StatusOr<v1::ListTemperaturesResponse> ListTemperatures(
    const Reader& reader, const v1::ListTemperaturesRequest& request) {
  ASSIGN_OR_RETURN(const std::string shipment_id,
                   runtime::ParseId("shipment_id", request.shipment_id()));
  storage::KeyRange range = TemperatureKey::Range(shipment_id);
  if (!request.logger_id().empty()) {
    ASSIGN_OR_RETURN(const std::string logger_id,
                     runtime::ParseId("logger_id", request.logger_id()));
    range = TemperatureKey::Range(shipment_id, logger_id);
  }
  RETURN_IF_ERROR(ReadShipment(reader, shipment_id).status());
  ASSIGN_OR_RETURN(const auto loggers, LoggersOf(reader, shipment_id));
  v1::ListTemperaturesResponse answer;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<TemperatureTable>(
          reader, range, request,
          [&](const TemperatureKey::Key& key, const rec::TemperatureRecord& record) {
            const std::string& logger_id = std::get<1>(key);
            v1::RecordedTemperature& row = *answer.add_readings();
            row.set_logger_id(logger_id);
            row.mutable_reading()->set_read_us(std::get<2>(key));
            row.mutable_reading()->set_temperature_milli_c(record.milli_c());
            const auto logger =
                std::find_if(loggers.begin(), loggers.end(),
                             [&](const auto& known) { return known.logger_id == logger_id; });
            row.set_outside(logger != loggers.end() && IsOutside(logger->record, record.milli_c()));
            return true;
          }));
  return answer;
}

absl::StatusOr<v1::ListReceiptsToCountersignResponse> ListReceiptsToCountersign(
    const Reader& reader, const v1::ListReceiptsToCountersignRequest& request) {
  storage::KeyRange range = ToCountersignKey::Range();
  if (!request.destination_id().empty()) {
    ASSIGN_OR_RETURN(const std::string destination_id,
                     runtime::ParseId("destination_id", request.destination_id()));
    range = ToCountersignKey::Range(destination_id);
  }
  v1::ListReceiptsToCountersignResponse answer;
  absl::Status status;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<ToCountersignTable>(
          reader, range, request, [&](const ToCountersignKey::Key& key, const rec::IndexRecord&) {
            const auto record = ReadKnownReceipt(reader, std::get<2>(key));
            status.Update(record.status());
            if (!record.ok()) return false;
            v1::RecordedReceipt receipt = ToMessage({std::get<2>(key), *record});
            receipt.clear_earlier();
            *answer.add_receipts() = std::move(receipt);
            return true;
          }));
  RETURN_IF_ERROR(status);
  return answer;
}

absl::StatusOr<v1::ListShortagesResponse> ListShortages(const Reader& reader,
                                                        const v1::ListShortagesRequest& request) {
  const uint8_t is_resolved = request.resolved() ? 1 : 0;
  storage::KeyRange range = ShortageByStateKey::Range(is_resolved);
  if (!request.shipment_id().empty()) {
    ASSIGN_OR_RETURN(const std::string shipment_id,
                     runtime::ParseId("shipment_id", request.shipment_id()));
    range = ShortageByStateKey::Range(is_resolved, shipment_id);
  }
  v1::ListShortagesResponse answer;
  absl::Status status;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<ShortageByStateTable>(
          reader, range, request, [&](const ShortageByStateKey::Key& key, const rec::IndexRecord&) {
            const ShortageId id = {std::get<1>(key), std::get<2>(key), LotId{std::get<3>(key)}};
            const auto record = ReadShortage(reader, id);
            status.Update(record.status());
            if (record.ok()) *answer.add_shortages() = ToMessage(ShortageOnRecord{id, *record});
            return record.ok();
          }));
  RETURN_IF_ERROR(status);
  return answer;
}

absl::StatusOr<v1::ListShipmentChangesResponse> ListShipmentChanges(
    const Reader& reader, const v1::ListShipmentChangesRequest& request) {
  if (!request.destination_id().empty()) {
    RETURN_IF_ERROR(runtime::ParseId("destination_id", request.destination_id()).status());
  }
  ASSIGN_OR_RETURN(const int64_t after,
                   runtime::ParseNumber("after_position", request.after_position(), 0,
                                        std::numeric_limits<int64_t>::max() - 1));
  storage::KeyRange range = ChangeKey::Range();
  range.from = ChangeKey::Encode(after + 1);
  v1::ListShipmentChangesResponse answer;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<ChangeTable>(
          reader, range, request, [&](const ChangeKey::Key& key, const rec::ChangeRecord& record) {
            const bool fits = request.destination_id().empty() ||
                              request.destination_id() == record.destination_id();
            if (fits) {
              *answer.add_changes() = ToMessage(Change{std::get<0>(key), record});
            }
            return fits;
          }));
  return answer;
}

}  // namespace milkway::shipments
