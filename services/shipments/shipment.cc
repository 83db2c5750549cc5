#include "services/shipments/shipment.h"

namespace milkway::shipments {

namespace {

void AddTimes(int64_t sign, const RecordedLine& recorded, LotStatus* status) {
  const int64_t pack_g = sign * recorded.pack_weight_g;
  const int64_t good_g = recorded.line.received_packs * pack_g;
  status->received_g += good_g;
  status->damaged_g += recorded.line.damaged_packs * pack_g;
  status->missing_g += recorded.line.missing_packs * pack_g - sign * recorded.from_lost_g;
  status->declared_lost_g -= sign * recorded.from_lost_g;
  status->over_g += sign * recorded.over_g;
  status->refused_g += recorded.line.refused_packs * pack_g;
  if (recorded.is_quarantined) status->quarantined_g += good_g;
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

void Lose(const ExitLine& line, LotStatuses* statuses) {
  LotStatus& status = (*statuses)[line.lot];
  status.missing_g += line.packs * line.pack_weight_g;
  status.declared_lost_g += line.packs * line.pack_weight_g;
}

void Return(const ExitLine& line, LotStatuses* statuses) {
  LotStatus& status = (*statuses)[line.lot];
  status.returned_g += (line.packs + line.damaged_packs) * line.pack_weight_g;
  status.missing_g -= line.from_lost_g;
  status.declared_lost_g -= line.from_lost_g;
}

void Find(const FoundAgain& found, LotStatuses* statuses) {
  LotStatus& status = (*statuses)[found.lot];
  const int64_t found_g = found.good_g + found.damaged_g;
  status.missing_g -= found_g;
  status.received_g += found.good_g;
  status.damaged_g += found.damaged_g;
  if (found.was_declared_lost) status.declared_lost_g -= found_g;
  if (found.is_quarantined) status.quarantined_g += found.good_g;
}

ShipmentState StateOf(const LotStatuses& statuses) {
  LotStatus sum;
  int64_t in_transit_g = 0;
  for (const auto& [lot, status] : statuses) {
    in_transit_g += status.in_transit_g();
    sum.received_g += status.received_g;
    sum.damaged_g += status.damaged_g;
    sum.missing_g += status.missing_g;
    sum.returned_g += status.returned_g;
    sum.declared_lost_g += status.declared_lost_g;
  }
  const int64_t arrived_g = sum.received_g + sum.damaged_g;
  if (in_transit_g > 0) {
    return arrived_g + sum.missing_g > 0 ? ShipmentState::kPartlyReceived
                                         : ShipmentState::kDispatched;
  }
  if (arrived_g > 0) return ShipmentState::kReceived;
  if (sum.returned_g > 0) return ShipmentState::kReturned;
  return sum.declared_lost_g > 0 ? ShipmentState::kLost : ShipmentState::kReceived;
}

}  // namespace milkway::shipments
