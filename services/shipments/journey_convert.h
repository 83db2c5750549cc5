// Between the messages of journeys and changes and their domain types.

#ifndef MILKWAY_SERVICES_SHIPMENTS_JOURNEY_CONVERT_H_
#define MILKWAY_SERVICES_SHIPMENTS_JOURNEY_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "services/shipments/changes.h"
#include "services/shipments/journey.h"

namespace milkway::shipments {

// Of what a journey is told: a shipment, or a lot.
struct JourneyQuestion {
  std::string shipment_id;  // empty: of the lot
  LotId lot;
};
// INVALID_ARGUMENT unless exactly one of both is named.
absl::StatusOr<JourneyQuestion> ParseJourneyQuestion(const v1::GetJourneyRequest& request);
v1::GetJourneyResponse ToMessage(const Journey& journey);

// Where a stream of changes begins.
struct Watch {
  std::string destination_id;  // empty: all
  int64_t after_position = 0;
  bool from_now = false;
};
absl::StatusOr<Watch> ParseWatch(const v1::WatchShipmentsRequest& request);
v1::ShipmentChange ToMessage(const Change& change);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_JOURNEY_CONVERT_H_
