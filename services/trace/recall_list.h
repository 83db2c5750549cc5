// Whom a recall concerns: what the services know of its lots, put together place by
// place. Pure.

#ifndef MILKWAY_SERVICES_TRACE_RECALL_LIST_H_
#define MILKWAY_SERVICES_TRACE_RECALL_LIST_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace milkway::trace {

// Grams of one recalled lot at a place, or on the way there.
struct PlaceGrams {
  int64_t usable_g = 0;
  int64_t quarantined_g = 0;
  int64_t damaged_g = 0;
  int64_t arriving_g = 0;
  friend bool operator==(const PlaceGrams&, const PlaceGrams&) = default;
};

// What was served at a school of all recalled lots.
struct PlaceServings {
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t children = 0;
  int64_t class_records = 0;
  std::string first_day;
  std::string last_day;
  friend bool operator==(const PlaceServings&, const PlaceServings&) = default;
};

struct ConcernedPlace {
  std::map<int64_t, PlaceGrams> lots;  // with at least one gram
  PlaceServings servings;
  std::vector<size_t> arriving;  // indexes of the shipments given
};

// What was asked of the other services. Grams of a lot, all above 0.
struct StockAt {
  enum class Condition { kUsable, kQuarantined, kDamaged };
  std::string location_id;
  int64_t lot_id = 0;
  Condition condition = Condition::kUsable;
  int64_t grams = 0;
};
struct ShipmentWithLots {
  std::string origin_id;
  std::string destination_id;
  bool has_left = false;
  std::map<int64_t, int64_t> in_transit_g;  // by recalled lot; 0 where all arrived
};
struct ServedAt {
  std::string school_id;
  PlaceServings servings;
};

// Every place that has, had or expects stock of the lots: where it lies, where it was
// served, and both ends of each shipment that left with it. By location id.
using ConcernedPlaces = std::map<std::string, ConcernedPlace>;
ConcernedPlaces PutTogether(const std::vector<StockAt>& stock,
                            const std::vector<ShipmentWithLots>& shipments,
                            const std::vector<ServedAt>& served);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_RECALL_LIST_H_
