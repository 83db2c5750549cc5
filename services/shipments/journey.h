// What happened to shipments in order of time, and what is expected next.
//
// When a shipment that is on its way will arrive is learned from its lane: the median of
// how long the last 200 received shipments of the same lane took, and the time by which
// nine of ten had arrived, both by nearest rank. A lane of fewer than three shipments
// teaches nothing; then the plan of the last leg stands, or expected_on.

#ifndef MILKWAY_SERVICES_SHIPMENTS_JOURNEY_H_
#define MILKWAY_SERVICES_SHIPMENTS_JOURNEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr size_t kJourneyShipmentsMax = 100;
inline constexpr size_t kLaneSamplesMax = 200;
inline constexpr size_t kLaneSamplesMin = 3;

// The numbers are those of the public ExpectationSource.
enum class Expected : uint8_t {
  kHappened = 0,
  kLegPlan = 1,
  kLane = 2,
  kExpectedOn = 3,
};

struct JourneyEvent {
  OccurredAt at;
  uint32_t kind = 0;  // number of the public ShipmentEventKind
  std::string shipment_id;
  std::string place;
  std::string note;
  std::string subject;
  uint32_t milestone = 0;  // number of the public MilestoneKind
  Expected source = Expected::kHappened;
  std::optional<OccurredAt> late_at;
  int32_t sample_count = 0;
};

struct Journey {
  std::vector<JourneyEvent> events;  // what happened, then what is expected
  bool is_incomplete = false;
};

// How long shipments of a lane take.
struct LaneQuantiles {
  int64_t median_us = 0;
  int64_t late_us = 0;  // nine of ten took this or less
  int32_t sample_count = 0;
};
// By nearest rank; nullopt for fewer than kLaneSamplesMin. Pure.
std::optional<LaneQuantiles> QuantilesOf(std::vector<int64_t> durations_us);

// NOT_FOUND (SHIPMENT_UNKNOWN).
absl::StatusOr<Journey> JourneyOfShipment(const storage::Reader& reader,
                                          const std::string& shipment_id);
// Of the first kJourneyShipmentsMax shipments that carried the lot, in order of their
// ids; drafts and cancelled ones are left out. Empty if nobody shipped it.
absl::StatusOr<Journey> JourneyOfLot(const storage::Reader& reader, LotId lot);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_JOURNEY_H_
