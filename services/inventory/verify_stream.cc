#include "services/inventory/verify_stream.h"

#include <utility>

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
  absl::Status still_admitted;
  const absl::StatusOr<BooksVerified> verified =
      VerifyBooks(*snapshot, [this, &still_admitted](const BooksVerified& progress) {
        still_admitted = scope_.StillAdmitted();
        return still_admitted.ok() && !worker_.IsStopping() && Send(ToMessage(progress, false));
      });
  absl::Status status = still_admitted.ok() ? verified.status() : still_admitted;
  if (status.ok()) {
    status = Send(ToMessage(*verified, true)) ? absl::OkStatus()
                                              : absl::CancelledError("the caller has gone");
  }
  Finish(scope_.End(status));
}

bool VerifyStream::Send(v1::VerifyBooksResponse message) {
  {
    absl::MutexLock lock(&mutex_);
    if (gone_) return false;
    writing_ = true;
  }
  message_ = std::move(message);
  StartWrite(&message_);
  absl::MutexLock lock(&mutex_);
  const auto is_written = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
  mutex_.Await(absl::Condition(&is_written));
  return !gone_;
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
