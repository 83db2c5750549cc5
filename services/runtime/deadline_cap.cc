#include "services/runtime/deadline_cap.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpc/grpc.h"

namespace milkway::runtime {

struct DeadlineCap::Watched {
  void CutOff(absl::Duration cap) {
    absl::MutexLock lock(&mutex);
    if (context == nullptr) return;
    const std::string message = absl::StrCat(
        "the call took longer than ", absl::FormatDuration(cap),
        ", the most that any may take; what it began may still be done: repeat it with the "
        "same request_id to hear the answer");
    // Unlike Finish, this leaves the request and the response to the call's body.
    grpc_call_cancel_with_status(context->c_call(), GRPC_STATUS_DEADLINE_EXCEEDED, message.c_str(),
                                 nullptr);
  }

  absl::Mutex mutex;
  grpc::CallbackServerContext* context ABSL_GUARDED_BY(mutex) = nullptr;  // null: it has ended
};

absl::Duration UnaryCallMaxOf(absl::string_view method) {
  return absl::StartsWith(method, "milkway.operations.") ? kCopyingCallMax : kUnaryCallMax;
}

DeadlineCap::DeadlineCap(grpc::CallbackServerContext* context, absl::Duration cap) {
  const auto end = std::chrono::system_clock::now() + absl::ToChronoNanoseconds(cap);
  if (context->deadline() <= end) return;
  watched_ = std::make_shared<Watched>();
  {
    absl::MutexLock lock(&watched_->mutex);
    watched_->context = context;
  }
  alarm_ = std::make_unique<grpc::Alarm>();
  // On the clock that does not jump.
  alarm_->Set(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                           gpr_time_from_millis(absl::ToInt64Milliseconds(cap), GPR_TIMESPAN)),
              [watched = watched_, cap](bool is_due) {
                if (is_due) watched->CutOff(cap);
              });
}

DeadlineCap::~DeadlineCap() { Lift(); }

void DeadlineCap::Lift() {
  const std::shared_ptr<Watched> watched = std::exchange(watched_, nullptr);
  if (watched == nullptr) return;
  {
    absl::MutexLock lock(&watched->mutex);
    watched->context = nullptr;
  }
  alarm_.reset();  // and with it the wait
}

}  // namespace milkway::runtime
