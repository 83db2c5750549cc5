#include "services/planning/purchase_times.h"

#include <algorithm>
#include <set>

#include "clients/cpp/status_macros.h"
#include "services/runtime/dates.h"

namespace milkway::planning {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;

absl::StatusOr<int64_t> StartOfDayUs(absl::string_view field, const std::string& day,
                                     const inv::Location& place) {
  ASSIGN_OR_RETURN(const LocalDate date, ParseDate(field, day));
  ASSIGN_OR_RETURN(const OccurredAt start, StartOfDay(date, place.time_zone()));
  return start.us;
}

}  // namespace

absl::StatusOr<LeadTime> PurchaseTimes::To(const std::string& warehouse_id) {
  if (warehouse_id.empty()) return EstimateLeadTime({}, kPurchasePrior);
  ASSIGN_OR_RETURN(const inv::Location warehouse, questions_.Location(warehouse_id));
  const std::string& country = warehouse.country();
  const auto known = by_country_.find(country);
  if (known != by_country_.end()) return known->second;
  ASSIGN_OR_RETURN(std::vector<int32_t> days, DaysTo(country));
  return by_country_[country] = EstimateLeadTime(std::move(days), kPurchasePrior);
}

absl::StatusOr<std::vector<int32_t>> PurchaseTimes::DaysTo(const std::string& country) {
  ASSIGN_OR_RETURN(std::vector<inv::Purchase> purchases, questions_.Purchases());
  purchases.erase(
      std::remove_if(purchases.begin(), purchases.end(),
                     [](const inv::Purchase& purchase) { return purchase.ordered_on().empty(); }),
      purchases.end());
  // Days as texts have the order of days.
  std::sort(purchases.begin(), purchases.end(), [](const inv::Purchase& a, const inv::Purchase& b) {
    return std::pair(b.ordered_on(), b.purchase_id()) < std::pair(a.ordered_on(), a.purchase_id());
  });
  std::vector<int32_t> days;
  for (const inv::Purchase& purchase : purchases) {
    if (days.size() == kLeadSamplesMax) break;
    ASSIGN_OR_RETURN(const std::optional<int64_t> arrived_us, ArrivedUs(purchase, country));
    if (!arrived_us.has_value()) continue;
    ASSIGN_OR_RETURN(const inv::Location place, questions_.Location(purchase.destination_id()));
    ASSIGN_OR_RETURN(const int64_t ordered_us,
                     StartOfDayUs("ordered_on", purchase.ordered_on(), place));
    days.push_back(DaysBetween(ordered_us, *arrived_us));
  }
  return days;
}

absl::StatusOr<std::optional<int64_t>> PurchaseTimes::ArrivedUs(const inv::Purchase& purchase,
                                                                const std::string& country) {
  ASSIGN_OR_RETURN(const bool is_there, IsWarehouseIn(purchase.destination_id(), country));
  if (is_there) {
    ASSIGN_OR_RETURN(const inv::Location place, questions_.Location(purchase.destination_id()));
    ASSIGN_OR_RETURN(const int64_t us,
                     StartOfDayUs("purchased_on", purchase.purchased_on(), place));
    return std::optional<int64_t>(us);
  }
  std::optional<int64_t> first_us;
  ASSIGN_OR_RETURN(const std::vector<inv::Lot> lots,
                   questions_.LotsOfPurchase(purchase.purchase_id()));
  for (const inv::Lot& lot : lots) {
    RETURN_IF_ERROR(FollowLot(lot.lot_id(), purchase.destination_id(), country, &first_us));
  }
  return first_us;
}

absl::Status PurchaseTimes::FollowLot(int64_t lot_id, const std::string& from,
                                      const std::string& country,
                                      std::optional<int64_t>* first_us) {
  std::set<std::string> passed = {from};
  std::vector<std::string> to_follow = {from};
  while (!to_follow.empty()) {
    const std::string place = std::move(to_follow.back());
    to_follow.pop_back();
    ASSIGN_OR_RETURN(const std::vector<shp::Shipment> shipments,
                     questions_.ShipmentsOfLot(lot_id, place));
    for (const shp::Shipment& shipment : shipments) {
      const std::string& destination = shipment.destination_id();
      ASSIGN_OR_RETURN(const bool is_there, IsWarehouseIn(destination, country));
      if (is_there) {
        ASSIGN_OR_RETURN(const std::optional<int64_t> us, ReceivedUs(shipment));
        if (us.has_value()) *first_us = std::min(first_us->value_or(*us), *us);
        continue;
      }
      // Nothing goes on from a school.
      ASSIGN_OR_RETURN(const inv::Location location, questions_.Location(destination));
      const bool goes_on = location.kind() != inv::LOCATION_KIND_SCHOOL;
      if (goes_on && passed.insert(destination).second) to_follow.push_back(destination);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int64_t>> PurchaseTimes::ReceivedUs(const shp::Shipment& shipment) {
  const std::pair lane(shipment.origin_id(), shipment.destination_id());
  auto known = lanes_.find(lane);
  if (known == lanes_.end()) {
    ASSIGN_OR_RETURN(auto times, questions_.ReceivedOnLane(lane.first, lane.second));
    known = lanes_.emplace(lane, std::move(times)).first;
  }
  const auto time = known->second.find(shipment.shipment_id());
  if (time == known->second.end()) return std::optional<int64_t>();
  return std::optional<int64_t>(time->second);
}

absl::StatusOr<bool> PurchaseTimes::IsWarehouseIn(const std::string& location_id,
                                                  const std::string& country) {
  ASSIGN_OR_RETURN(const inv::Location location, questions_.Location(location_id));
  return location.kind() == inv::LOCATION_KIND_WAREHOUSE && location.country() == country;
}

}  // namespace milkway::planning
