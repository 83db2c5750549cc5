// The stretches of a shipment's way.

#ifndef MILKWAY_SERVICES_SHIPMENTS_LEGS_H_
#define MILKWAY_SERVICES_SHIPMENTS_LEGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/shipments/changes.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr int32_t kLegsMax = 20;
inline constexpr int kLegVersionsMax = 50;

struct Leg {
  int32_t sequence = 0;  // from 1
  uint32_t mode = 0;     // number of the public TransportMode
  std::string carrier;
  std::string tracking_number;
  std::string container_number;
  std::string seal_number;
  std::string sscc;  // empty, or one that IsSscc accepts
  std::string from_place;
  std::string to_place;
  std::optional<OccurredAt> planned_departure_at;
  std::optional<OccurredAt> planned_arrival_at;
  std::optional<OccurredAt> departed_at;
  std::optional<OccurredAt> arrived_at;
  friend bool operator==(const Leg&, const Leg&) = default;
};

// Says what is known of a leg now; what was said before is kept. Saying the same again
// changes nothing. Gives all legs in order.
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   FAILED_PRECONDITION  SHIPMENT_CANCELLED, SHIPMENT_FULL
absl::StatusOr<std::vector<Leg>> RecordLeg(storage::Transaction& transaction,
                                           const std::string& shipment_id, const Leg& leg,
                                           const Actor& actor);

// As they are known now, in order.
absl::StatusOr<std::vector<Leg>> LegsOf(const storage::Reader& reader,
                                        const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_LEGS_H_
