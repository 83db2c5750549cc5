// WatchShipments: changes as they come.

#ifndef MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_
#define MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/server_callback.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "services/runtime/handler.h"
#include "services/shipments/journey_convert.h"

namespace milkway::shipments {

// Tells the log of changes from a position on, and looks a few times a second whether it
// went on. It holds one message at a time, however slowly the caller reads. Ends with
// UNAVAILABLE when the server stops. Deletes itself when gRPC is done with it.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchShipmentsResponse> {
 public:
  // `request` is not used after the constructor.
  WatchStream(runtime::CallScope scope, const v1::WatchShipmentsRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // One thing is under way at a time: a write, a wait, or one of these.
  void Begin(const v1::WatchShipmentsRequest& request);
  void GoOn();
  void Wait();
  void End(const absl::Status& status);

  // Fills in the next message; false if there is nothing to tell.
  absl::StatusOr<bool> NextMessage();
  bool IsStopping() const;

  runtime::CallScope scope_;
  Watch watch_;
  int64_t told_ = 0;                    // position up to which everything was told
  v1::WatchShipmentsResponse message_;  // being written
  std::atomic<bool> gone_{false};
  absl::Mutex mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_WATCH_STREAM_H_
