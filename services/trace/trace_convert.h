// Between what other services say and the messages of trace; all input checks of its
// requests. INVALID_ARGUMENT names the field.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_CONVERT_H_
#define MILKWAY_SERVICES_TRACE_TRACE_CONVERT_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/summaries.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/trace/v1/trace.pb.h"
#include "services/trace/ways.h"

namespace milkway::trace {

inline constexpr int kLotsAskedMax = 100;

// 1 to kLotsAskedMax different lots.
absl::StatusOr<std::vector<int64_t>> ParseLotIds(const v1::TraceLotRequest& request);

struct ServingQuestion {
  std::string location_id;
  std::string served_on;  // empty: any day
  std::string class_name;
  std::string session;
};
absl::StatusOr<ServingQuestion> ParseServingQuestion(const v1::TraceServingRequest& request);

// `lot_ids`: only these lots of it are told.
v1::TracedShipment ToMessage(const shipments::v1::Shipment& shipment,
                             const std::set<int64_t>& lot_ids);
v1::TracedSchool ToMessage(const consumption::v1::LotSchool& school);
v1::TracedClassDay ToMessage(const consumption::v1::LotClassDay& day);
Leg ToLeg(const shipments::v1::Shipment& shipment);

// True while something of it is on the way.
bool IsOnTheWay(const shipments::v1::Shipment& shipment);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_CONVERT_H_
