#include "tests/shipments/shipment_requests.h"

#include "services/runtime/dates.h"

namespace milkway::shipments {

namespace {

constexpr int kChinaMinutes = 8 * 60;
// 2025-06-01T00:00:00+08:00.
constexpr int64_t kJuneUs = int64_t{1'748'707'200'000'000};

}  // namespace

common::v1::ZonedTime June(int day, int hour) {
  return ToZonedTime(
      {kJuneUs + (day - 1) * kMicrosPerDay + hour * kMicrosPerDay / 24, kChinaMinutes});
}

v1::Shipment MakeShipment(const std::string& shipment_id, const std::vector<Packs>& lines,
                          const std::string& destination_id) {
  v1::Shipment shipment;
  shipment.set_shipment_id(shipment_id);
  shipment.set_origin_id(kPort);
  shipment.set_destination_id(destination_id);
  shipment.set_mode(v1::TRANSPORT_MODE_ROAD);
  for (const Packs& line : lines) {
    v1::ShipmentLine& row = *shipment.add_lines();
    row.set_lot_id(line.lot);
    row.set_packs(line.packs);
  }
  return shipment;
}

v1::Receipt MakeReceipt(const std::string& receipt_id, const std::string& shipment_id,
                        const std::vector<Arrived>& lines, int day,
                        const std::string& destination_id) {
  v1::Receipt receipt;
  receipt.set_receipt_id(receipt_id);
  receipt.set_shipment_id(shipment_id);
  receipt.set_destination_id(destination_id);
  *receipt.mutable_received_at() = June(day);
  for (const Arrived& line : lines) {
    v1::ReceiptLine& row = *receipt.add_lines();
    row.set_lot_id(line.lot);
    row.set_received_packs(line.good);
    row.set_damaged_packs(line.damaged);
    row.set_missing_packs(line.missing);
    row.set_refused_packs(line.refused);
  }
  return receipt;
}

v1::ResolveShortageRequest MakeResolution(const std::string& shipment_id,
                                          const std::string& receipt_id, int64_t lot,
                                          v1::ShortageOutcome outcome, int64_t packs,
                                          int64_t damaged_packs, int day) {
  v1::ResolveShortageRequest request;
  request.set_shipment_id(shipment_id);
  request.set_receipt_id(receipt_id);
  request.set_lot_id(lot);
  v1::ShortageResolution& resolution = *request.mutable_resolution();
  resolution.set_outcome(outcome);
  resolution.set_packs(packs);
  resolution.set_damaged_packs(damaged_packs);
  *resolution.mutable_occurred_at() = June(day);
  resolution.set_note("asked the carrier");
  return request;
}

}  // namespace milkway::shipments
