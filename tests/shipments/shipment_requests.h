// What is said of shipments between a few places.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENT_REQUESTS_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENT_REQUESTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "milkway/common/v1/time.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"

namespace milkway::shipments {

inline constexpr char kFarm[] = "farm";      // a supplier
inline constexpr char kPort[] = "qingdao";   // a warehouse
inline constexpr char kSchool[] = "school";  // schools
inline constexpr char kOtherSchool[] = "other-school";
inline constexpr char kMilk[] = "milk-1kg";

// 2025-06-`day` at `hour`:00 in China.
common::v1::ZonedTime June(int day, int hour = 12);

struct Packs {
  int64_t lot = 0;
  int64_t packs = 0;
};
// From the port to the school, by road.
v1::Shipment MakeShipment(const std::string& shipment_id, const std::vector<Packs>& lines,
                          const std::string& destination_id = kSchool);

struct Arrived {
  int64_t lot = 0;
  int64_t good = 0;
  int64_t damaged = 0;
  int64_t missing = 0;
  int64_t refused = 0;
};
// Of missing packs of one lot: what became of them, on a day.
v1::ResolveShortageRequest MakeResolution(const std::string& shipment_id,
                                          const std::string& receipt_id, int64_t lot,
                                          v1::ShortageOutcome outcome, int64_t packs,
                                          int64_t damaged_packs = 0, int day = 25);
v1::Receipt MakeReceipt(const std::string& receipt_id, const std::string& shipment_id,
                        const std::vector<Arrived>& lines, int day = 10,
                        const std::string& destination_id = kSchool);

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENT_REQUESTS_H_
