#include "services/shipments/shipment.h"

namespace milkway::shipments {

namespace {

void AddTimes(int64_t sign, const RecordedLine& recorded, LotStatus* status) {
  const int64_t pack_g = sign * recorded.pack_weight_g;
  status->received_g += recorded.line.received_packs * pack_g;
  status->damaged_g += recorded.line.damaged_packs * pack_g;
  status->missing_g += recorded.line.missing_packs * pack_g;
  status->over_g += sign * recorded.over_g;
}

}  // namespace

void Enter(const RecordedLine& recorded, LotStatuses* statuses) {
  LotStatus& status = (*statuses)[recorded.line.lot];
  status.pack_weight_g = recorded.pack_weight_g;
  AddTimes(1, recorded, &status);
}

void TakeBack(const RecordedLine& recorded, LotStatuses* statuses) {
  AddTimes(-1, recorded, &(*statuses)[recorded.line.lot]);
}

ShipmentState StateOf(const LotStatuses& statuses) {
  bool is_in_transit = false;
  bool is_mentioned = false;
  for (const auto& [lot, status] : statuses) {
    is_in_transit |= status.in_transit_g() > 0;
    is_mentioned |= status.received_g + status.damaged_g + status.missing_g > 0;
  }
  if (!is_in_transit) return ShipmentState::kReceived;
  return is_mentioned ? ShipmentState::kPartlyReceived : ShipmentState::kDispatched;
}

}  // namespace milkway::shipments
