#include "services/planning/alert_stream.h"

#include <memory>
#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/planning/alert_convert.h"
#include "services/planning/alerts.h"
#include "services/planning/planning_errors.h"

namespace milkway::planning {

void Watchers::Ring() {
  absl::MutexLock lock(&mutex_);
  for (AlertStream* stream : streams_) stream->Pump();
}

void Watchers::Beat() {
  absl::MutexLock lock(&mutex_);
  for (AlertStream* stream : streams_) stream->Beat();
}

void Watchers::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  for (AlertStream* stream : streams_) {
    stream->End(absl::UnavailableError("the server is stopping; go on with the last token"));
  }
}

absl::Status Watchers::Join(AlertStream* stream) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return absl::UnavailableError("the server is stopping; try again in a moment");
  if (streams_.size() >= kWatchersMax) return TooManyWatchers(kWatchersMax);
  streams_.insert(stream);
  return absl::OkStatus();
}

void Watchers::Leave(AlertStream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

AlertStream::AlertStream(runtime::CallScope scope, const v1::WatchAlertsRequest& request,
                         Watchers* watchers)
    : scope_(std::move(scope)), watchers_(*watchers) {
  absl::Status status = scope_.admitted();
  if (status.ok()) status = Begin(request);
  if (status.ok()) status = watchers_.Join(this);
  joined_ = status.ok();
  if (joined_) {
    // Who watches from now on learns at once from where to go on.
    if (request.from_now()) Beat();
    Pump();
  } else {
    End(status);
  }
}

absl::Status AlertStream::Begin(const v1::WatchAlertsRequest& request) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(after_, ParseToken(request.after_token()));
  if (after_ == 0 && request.from_now()) {
    ASSIGN_OR_RETURN(after_, LastEvent(*scope_.parts().store->NewSnapshot()));
  }
  return absl::OkStatus();
}

void AlertStream::Pump() {
  absl::MutexLock lock(&mutex_);
  const absl::Status status = PumpLocked();
  if (!status.ok()) EndLocked(status);
}

absl::Status AlertStream::PumpLocked() {
  if (writing_ || ended_) return absl::OkStatus();
  RETURN_IF_ERROR(scope_.StillAdmitted());
  storage::KeyRange range = AlertEventKey::Range();
  range.from = AlertEventKey::Encode(after_ + 1);
  std::optional<v1::WatchAlertsResponse> next;
  int64_t number = 0;
  RETURN_IF_ERROR(
      AlertEventTable::Scan(*scope_.parts().store->NewSnapshot(), range,
                            [&](const AlertEventKey::Key& key, const rec::AlertEventRecord& event) {
                              number = std::get<0>(key);
                              next = ToMessage(number, event);
                              return false;
                            }));
  if (!next.has_value()) return absl::OkStatus();
  message_ = *std::move(next);
  after_ = number;
  writing_ = true;
  StartWrite(&message_);
  return absl::OkStatus();
}

void AlertStream::Beat() {
  absl::MutexLock lock(&mutex_);
  if (writing_ || ended_) return;
  if (absl::Status status = scope_.StillAdmitted(); !status.ok()) return EndLocked(status);
  message_.Clear();
  message_.set_token(FormatToken(after_));
  writing_ = true;
  StartWrite(&message_);
}

void AlertStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (ended_) return;
  absl::Status status = ok ? PumpLocked() : absl::CancelledError("the caller has gone");
  if (!status.ok()) EndLocked(status);
}

void AlertStream::OnCancel() { End(absl::CancelledError("the caller has gone")); }

void AlertStream::End(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  EndLocked(status);
}

void AlertStream::EndLocked(const absl::Status& status) {
  if (std::exchange(ended_, true)) return;
  Finish(scope_.End(status));
}

void AlertStream::OnDone() {
  if (joined_) watchers_.Leave(this);
  delete this;
}

}  // namespace milkway::planning
