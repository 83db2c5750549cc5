#include "services/shipments/watch_stream.h"

#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"

namespace milkway::shipments {

namespace {

constexpr size_t kChangesOfAMessageMax = 100;
constexpr size_t kRowsOfAMessageMax = 2'000;
constexpr absl::Duration kPause = absl::Milliseconds(100);

}  // namespace

WatchStream::WatchStream(runtime::CallScope scope, const v1::WatchShipmentsRequest& request)
    : scope_(std::move(scope)) {
  Begin(request);
}

void WatchStream::Begin(const v1::WatchShipmentsRequest& request) {
  if (!scope_.admitted().ok()) return End(scope_.admitted());
  absl::StatusOr<Watch> watch = ParseWatch(request);
  if (!watch.ok()) return End(watch.status());
  watch_ = *std::move(watch);
  told_ = watch_.after_position;
  if (!watch_.from_now) return GoOn();
  const absl::StatusOr<int64_t> last = LastChange(*scope_.parts().store->NewSnapshot());
  if (!last.ok()) return End(last.status());
  told_ = *last;
  // The caller can go on from here even if nothing changes for long.
  message_.set_resume_position(told_);
  StartWrite(&message_);
}

void WatchStream::GoOn() {
  if (gone_) return End(absl::CancelledError("the caller has gone"));
  if (IsStopping()) {
    return End(absl::UnavailableError(
        "the server is stopping; watch again from the last resume_position"));
  }
  const absl::StatusOr<bool> has_message = NextMessage();
  if (!has_message.ok()) return End(has_message.status());
  if (!*has_message) return Wait();
  StartWrite(&message_);
}

absl::StatusOr<bool> WatchStream::NextMessage() {
  const auto snapshot = scope_.parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(const int64_t last, LastChange(*snapshot));
  if (last <= told_) return false;
  ASSIGN_OR_RETURN(const ChangesRead read, ReadChanges(*snapshot, told_, watch_.destination_id,
                                                       kChangesOfAMessageMax, kRowsOfAMessageMax));
  told_ = read.read_to;
  message_.Clear();
  message_.set_resume_position(told_);
  for (const Change& change : read.changes) *message_.add_changes() = ToMessage(change);
  // Of many changes that were not asked for the caller hears how far they were read.
  return !read.changes.empty() || read.has_more;
}

void WatchStream::Wait() {
  absl::MutexLock lock(&mutex_);
  alarm_ = std::make_unique<grpc::Alarm>();
  const absl::Duration pause = gone_ ? absl::ZeroDuration() : kPause;
  alarm_->Set(absl::ToChronoTime(absl::Now() + pause), [this](bool) { GoOn(); });
}

void WatchStream::OnWriteDone(bool ok) {
  if (!ok) gone_ = true;
  GoOn();
}

void WatchStream::OnCancel() {
  gone_ = true;
  absl::MutexLock lock(&mutex_);
  if (alarm_ != nullptr) alarm_->Cancel();
}

void WatchStream::End(const absl::Status& status) { Finish(scope_.End(status)); }

bool WatchStream::IsStopping() const {
  const std::atomic<bool>* stopping = scope_.parts().stopping;
  return stopping != nullptr && *stopping;
}

}  // namespace milkway::shipments
