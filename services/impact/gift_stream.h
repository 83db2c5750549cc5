// WatchGift: a gift's statement, and then each time that its figures change.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/server_callback.h"
#include "milkway/impact/v1/statements.pb.h"
#include "services/runtime/handler.h"

namespace milkway::impact {

// Looks once a second whether something was published. It holds one message at a time,
// however slowly the caller reads. Ends with UNAVAILABLE when the server stops. Deletes
// itself when gRPC is done with it.
class GiftStream final : public grpc::ServerWriteReactor<v1::WatchGiftResponse> {
 public:
  // `request` is not used after the constructor.
  GiftStream(runtime::CallScope scope, const v1::WatchGiftRequest& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // One thing is under way at a time: a write, a wait, or one of these.
  void Begin(const v1::WatchGiftRequest& request);
  void GoOn();
  void Wait();
  void End(const absl::Status& status);

  // Fills in the next message; false if there is nothing to tell.
  absl::StatusOr<bool> NextMessage();

  runtime::CallScope scope_;
  std::string gift_id_;
  int64_t looked_at_ = -1;  // the publication that was compared last; 0: before the first
  std::string told_;        // the figures that the caller knows
  v1::WatchGiftResponse message_;
  std::atomic<bool> gone_{false};
  absl::Mutex mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_
