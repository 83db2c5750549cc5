#include "tests/shipments/shipment_model.h"

#include <algorithm>

namespace milkway::shipments {

int64_t ShipmentModel::InTransitWithout(const std::string& receipt_id, int64_t lot) const {
  const auto shipped = shipped_.find(lot);
  int64_t in_transit = shipped == shipped_.end() ? 0 : shipped->second;
  for (const auto& [id, lines] : receipts_) {
    const auto line = lines.find(lot);
    if (id != receipt_id && line != lines.end()) in_transit -= line->second.from_transit;
  }
  return in_transit;
}

bool ShipmentModel::Accepts(const std::string& receipt_id,
                            const std::vector<Arrived>& lines) const {
  return std::all_of(lines.begin(), lines.end(), [&](const Arrived& line) {
    const int64_t left = InTransitWithout(receipt_id, line.lot) - line.good - line.damaged;
    return line.missing <= std::max<int64_t>(left, 0);
  });
}

void ShipmentModel::Record(const std::string& receipt_id, const std::vector<Arrived>& lines) {
  Lines recorded;
  for (const Arrived& line : lines) {
    const int64_t in_transit = InTransitWithout(receipt_id, line.lot);
    recorded[line.lot] = {line, std::min(line.good + line.damaged, in_transit) + line.missing};
  }
  receipts_[receipt_id] = std::move(recorded);
}

std::map<int64_t, Totals> ShipmentModel::AllTotals() const {
  std::map<int64_t, Totals> all;
  for (const auto& [lot, packs] : shipped_) {
    all[lot].shipped = packs;
    all[lot].in_transit = packs;
  }
  for (const auto& [id, lines] : receipts_) {
    for (const auto& [lot, line] : lines) {
      const Arrived& arrived = line.arrived;
      Totals& totals = all[lot];
      totals.received += arrived.good;
      totals.damaged += arrived.damaged;
      totals.missing += arrived.missing;
      totals.over += arrived.good + arrived.damaged + arrived.missing - line.from_transit;
      totals.in_transit -= line.from_transit;
    }
  }
  return all;
}

}  // namespace milkway::shipments
