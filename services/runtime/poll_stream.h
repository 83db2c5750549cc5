// A server's stream that looks again and again whether there is something to tell.

#ifndef MILKWAY_SERVICES_RUNTIME_POLL_STREAM_H_
#define MILKWAY_SERVICES_RUNTIME_POLL_STREAM_H_

#include <atomic>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/server_callback.h"
#include "services/runtime/handler.h"

namespace milkway::runtime {

// Holds one message at a time, however slowly the caller reads. Ends with CANCELLED when
// the caller goes, with UNAVAILABLE when the server stops, and as CallScope::StillAdmitted
// says when the caller's token is not taken any more. Deletes itself when gRPC is done with
// it. One thing is under way at a time: a write, a wait, or NextMessage.
//
// What derives from it ends its constructor with GoOn, Write or End, once.
template <typename Response>
class PollStream : public grpc::ServerWriteReactor<Response> {
 public:
  void OnWriteDone(bool ok) final {
    if (!ok) gone_ = true;
    GoOn();
  }
  void OnCancel() final {
    gone_ = true;
    absl::MutexLock lock(&mutex_);
    if (alarm_ != nullptr) alarm_->Cancel();
  }
  void OnDone() final { delete this; }

 protected:
  // Looks every `pause`. `stopping` tells the caller how to go on later.
  PollStream(CallScope scope, absl::Duration pause, const char* stopping)
      : scope_(std::move(scope)), pause_(pause), stopping_(stopping) {}

  // Fills in `message()`; false if there is nothing to tell.
  virtual absl::StatusOr<bool> NextMessage() = 0;

  void GoOn() {
    if (gone_) return End(absl::CancelledError("the caller has gone"));
    const std::atomic<bool>* stopping = scope_.parts().stopping;
    if (stopping != nullptr && *stopping) return End(absl::UnavailableError(stopping_));
    if (absl::Status status = scope_.StillAdmitted(); !status.ok()) return End(status);
    const absl::StatusOr<bool> has_message = NextMessage();
    if (!has_message.ok()) return End(has_message.status());
    if (!*has_message) return Wait();
    Write();
  }
  void Write() { this->StartWrite(&message_); }
  void End(const absl::Status& status) { this->Finish(scope_.End(status)); }

  const CallScope& scope() const { return scope_; }
  Response& message() { return message_; }

 private:
  void Wait() {
    absl::MutexLock lock(&mutex_);
    alarm_ = std::make_unique<grpc::Alarm>();
    const absl::Duration pause = gone_ ? absl::ZeroDuration() : pause_;
    alarm_->Set(absl::ToChronoTime(absl::Now() + pause), [this](bool) { GoOn(); });
  }

  CallScope scope_;
  const absl::Duration pause_;
  const char* const stopping_;
  Response message_;  // being written
  std::atomic<bool> gone_{false};
  absl::Mutex mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_POLL_STREAM_H_
