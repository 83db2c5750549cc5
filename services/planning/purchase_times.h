// How long purchases took: from the order until the milk was at a warehouse that schools
// are supplied from.

#ifndef MILKWAY_SERVICES_PLANNING_PURCHASE_TIMES_H_
#define MILKWAY_SERVICES_PLANNING_PURCHASE_TIMES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "services/planning/lead_time.h"
#include "services/planning/planning_questions.h"

namespace milkway::planning {

// Asks once and remembers, for as long as it lives: one answer. Not thread-safe.
class PurchaseTimes {
 public:
  explicit PurchaseTimes(const Questions& questions) : questions_(questions) {}

  // To warehouses of the country of `warehouse_id`; the prior alone where that is empty.
  // Measured are the last 100 purchases that state the day of their order and of which a
  // lot has arrived.
  absl::StatusOr<LeadTime> To(const std::string& warehouse_id);

 private:
  absl::StatusOr<std::vector<int32_t>> DaysTo(const std::string& country);
  // When the first of its lots was there; nothing if none is.
  absl::StatusOr<std::optional<int64_t>> ArrivedUs(const inventory::v1::Purchase& purchase,
                                                   const std::string& country);
  // From the place where it first lay, over ports and warehouses elsewhere; `*first_us`
  // becomes earlier if the lot was there before.
  absl::Status FollowLot(int64_t lot_id, const std::string& from, const std::string& country,
                         std::optional<int64_t>* first_us);
  absl::StatusOr<std::optional<int64_t>> ReceivedUs(const shipments::v1::Shipment& shipment);
  absl::StatusOr<bool> IsWarehouseIn(const std::string& location_id, const std::string& country);

  const Questions& questions_;
  std::map<std::string, LeadTime> by_country_;
  // When the shipments of a lane were first received, by their ids.
  std::map<std::pair<std::string, std::string>, std::map<std::string, int64_t>> lanes_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PURCHASE_TIMES_H_
