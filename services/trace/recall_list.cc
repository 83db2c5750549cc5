#include "services/trace/recall_list.h"

namespace milkway::trace {

ConcernedPlaces PutTogether(const std::vector<StockAt>& stock,
                            const std::vector<ShipmentWithLots>& shipments,
                            const std::vector<ServedAt>& served) {
  ConcernedPlaces places;
  for (const StockAt& row : stock) {
    PlaceGrams& grams = places[row.location_id].lots[row.lot_id];
    switch (row.condition) {
      case StockAt::Condition::kUsable:
        grams.usable_g += row.grams;
        break;
      case StockAt::Condition::kQuarantined:
        grams.quarantined_g += row.grams;
        break;
      case StockAt::Condition::kDamaged:
        grams.damaged_g += row.grams;
        break;
    }
  }
  for (size_t index = 0; index < shipments.size(); ++index) {
    const ShipmentWithLots& shipment = shipments[index];
    if (!shipment.has_left) continue;
    places[shipment.origin_id];
    ConcernedPlace& destination = places[shipment.destination_id];
    bool is_arriving = false;
    for (const auto& [lot_id, grams] : shipment.in_transit_g) {
      if (grams == 0) continue;
      destination.lots[lot_id].arriving_g += grams;
      is_arriving = true;
    }
    if (is_arriving) destination.arriving.push_back(index);
  }
  for (const ServedAt& row : served) places[row.school_id].servings = row.servings;
  return places;
}

}  // namespace milkway::trace
