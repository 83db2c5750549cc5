// WatchAlerts: streams of changes, and the bell that wakes them.

#ifndef MILKWAY_SERVICES_PLANNING_ALERT_STREAM_H_
#define MILKWAY_SERVICES_PLANNING_ALERT_STREAM_H_

#include <cstdint>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "services/runtime/handler.h"

namespace milkway::planning {

class AlertStream;

// All streams that are open. Thread-safe.
class Watchers {
 public:
  static constexpr size_t kWatchersMax = 100;

  // New changes are on disk.
  void Ring();
  // A sign of life to everybody who waits.
  void Beat();
  // Ends all streams; new ones end at once.
  void Stop();

 private:
  friend class AlertStream;
  // Why the stream may not begin; OK: it is one of them now.
  absl::Status Join(AlertStream* stream);
  void Leave(AlertStream* stream);

  absl::Mutex mutex_;
  std::set<AlertStream*> streams_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

// One caller who watches, for as long as his token is taken. Holds at most one change in
// memory: what is not read yet stays on disk. Deletes itself when gRPC is done with it.
class AlertStream final : public grpc::ServerWriteReactor<v1::WatchAlertsResponse> {
 public:
  // All must outlive the stream.
  AlertStream(runtime::CallScope scope, const v1::WatchAlertsRequest& request, Watchers* watchers);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  friend class Watchers;
  absl::Status Begin(const v1::WatchAlertsRequest& request);
  // Writes the next change, if there is one and nothing is being written.
  void Pump();
  void Beat();
  void End(const absl::Status& status);
  absl::Status PumpLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  runtime::CallScope scope_;
  Watchers& watchers_;
  bool joined_ = false;
  absl::Mutex mutex_;
  v1::WatchAlertsResponse message_ ABSL_GUARDED_BY(mutex_);  // being written
  int64_t after_ ABSL_GUARDED_BY(mutex_) = 0;                // the last change written
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ALERT_STREAM_H_
