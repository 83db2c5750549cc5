// WatchShipments: changes as they come.

#ifndef MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_
#define MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "services/runtime/handler.h"
#include "services/runtime/poll_stream.h"
#include "services/shipments/journey_convert.h"

namespace milkway::shipments {

// Tells the log of changes from a position on, and looks a few times a second whether it
// went on.
class WatchStream final : public runtime::PollStream<v1::WatchShipmentsResponse> {
 public:
  // `request` is not used after the constructor.
  WatchStream(runtime::CallScope scope, const v1::WatchShipmentsRequest& request);

 private:
  void Begin(const v1::WatchShipmentsRequest& request);
  absl::StatusOr<bool> NextMessage() override;

  Watch watch_;
  int64_t told_ = 0;  // position up to which everything was told
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_
