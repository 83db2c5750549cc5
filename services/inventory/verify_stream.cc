#include "services/inventory/verify_stream.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/stock_convert.h"
#include "services/inventory/verify.h"

namespace milkway::inventory {

VerifyStream::VerifyStream(runtime::CallScope scope, runtime::Worker* worker)
    : scope_(std::move(scope)), worker_(*worker) {
  if (!scope_.admitted().ok()) {
    Finish(scope_.End(scope_.admitted()));
    return;
  }
  worker_.Run([this] { Verify(); });
}

void VerifyStream::Verify() {
  const std::shared_ptr<const storage::Snapshot> snapshot = scope_.parts().store->NewSnapshot();
  absl::Status status;
  const absl::StatusOr<BooksVerified> verified =
      VerifyBooks(*snapshot, [this, &status](const BooksVerified& progress) {
        status = Send(ToMessage(progress, false));
        return status.ok() && !worker_.IsStopping();
      });
  if (status.ok()) status = verified.status();
  if (status.ok()) status = Send(ToMessage(*verified, true));
  Finish(scope_.End(status));
}

absl::Status VerifyStream::Send(v1::VerifyBooksResponse message) {
  const absl::Status gone = absl::CancelledError("the caller has gone");
  RETURN_IF_ERROR(scope_.StillAdmitted());
  {
    absl::MutexLock lock(&mutex_);
    if (gone_) return gone;
    writing_ = true;
  }
  message_ = std::move(message);
  StartWrite(&message_);
  absl::MutexLock lock(&mutex_);
  const auto is_written = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
  mutex_.Await(absl::Condition(&is_written));
  return gone_ ? gone : absl::OkStatus();
}

void VerifyStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) gone_ = true;
}

void VerifyStream::OnCancel() {
  absl::MutexLock lock(&mutex_);
  gone_ = true;
}

}  // namespace milkway::inventory
