#include "services/shipments/shipment_index.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

bool BroughtSomething(const rec::ReceiptRecord& receipt) {
  if (receipt.versions().empty()) return false;
  const auto& lines = receipt.versions().rbegin()->lines();
  return std::any_of(lines.begin(), lines.end(), [](const rec::ReceiptLineRecord& line) {
    return line.received_packs() + line.damaged_packs() > 0;
  });
}

// When the first receipt was made that stands and brought something; 0 if none did.
absl::StatusOr<int64_t> FirstReceivedUs(const storage::Reader& reader,
                                        const std::string& shipment_id) {
  int64_t first_us = 0;
  absl::Status status;
  RETURN_IF_ERROR(ReceiptByShipmentTable::Scan(
      reader, ReceiptByShipmentKey::Range(shipment_id),
      [&](const ReceiptByShipmentKey::Key& key, const rec::IndexRecord&) {
        const auto receipt = ReceiptTable::Find(reader, std::get<2>(key));
        status.Update(receipt.status());
        if (!status.ok()) return false;
        if (receipt->has_value() && BroughtSomething(**receipt)) first_us = std::get<1>(key);
        return first_us == 0;
      }));
  RETURN_IF_ERROR(status);
  return first_us;
}

// The shipment is on its lane while it is received.
absl::Status IndexLane(storage::Transaction& transaction, const std::string& shipment_id,
                       rec::ShipmentRecord* shipment) {
  int64_t received_us = 0;
  if (StateOf(*shipment) == ShipmentState::kReceived) {
    ASSIGN_OR_RETURN(received_us, FirstReceivedUs(transaction, shipment_id));
  }
  if (received_us == shipment->lane_received_us()) return absl::OkStatus();
  shipment->set_lane_received_us(received_us);
  const int64_t newest_first = -shipment->dispatched_at().us();
  if (received_us == 0) {
    return LaneTable::Delete(transaction, shipment->origin_id(), shipment->destination_id(),
                             newest_first, shipment_id);
  }
  rec::LaneTimeRecord lane;
  lane.set_received_us(received_us);
  return LaneTable::Put(transaction, lane, shipment->origin_id(), shipment->destination_id(),
                        newest_first, shipment_id);
}

}  // namespace

absl::Status IndexDraft(storage::Transaction& transaction, const std::string& shipment_id,
                        const rec::ShipmentRecord& shipment) {
  const rec::IndexRecord nothing;
  RETURN_IF_ERROR(ShipmentByDestinationTable::Put(transaction, nothing, shipment.destination_id(),
                                                  shipment_id));
  RETURN_IF_ERROR(
      ShipmentByOriginTable::Put(transaction, nothing, shipment.origin_id(), shipment_id));
  for (const rec::ShipmentLineRecord& line : shipment.lines()) {
    RETURN_IF_ERROR(ShipmentByLotTable::Put(transaction, nothing, line.lot_id(), shipment_id));
  }
  return absl::OkStatus();
}

absl::Status SaveShipment(storage::Transaction& transaction, const std::string& shipment_id,
                          rec::ShipmentRecord* shipment, const rec::ReceiptVersionRecord* version) {
  if (version != nullptr) {
    for (const rec::ReceiptLineRecord& line : version->lines()) {
      RETURN_IF_ERROR(
          ShipmentByLotTable::Put(transaction, rec::IndexRecord(), line.lot_id(), shipment_id));
    }
  }
  RETURN_IF_ERROR(IndexLane(transaction, shipment_id, shipment));
  return ShipmentTable::Put(transaction, *shipment, shipment_id);
}

bool HasLot(const rec::ShipmentRecord& shipment, int64_t lot_id) {
  return std::any_of(shipment.lines().begin(), shipment.lines().end(),
                     [&](const auto& line) { return line.lot_id() == lot_id; }) ||
         std::any_of(shipment.lots().begin(), shipment.lots().end(),
                     [&](const auto& lot) { return lot.lot_id() == lot_id && lot.over_g() > 0; });
}

}  // namespace milkway::shipments
