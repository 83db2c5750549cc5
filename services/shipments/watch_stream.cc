#include "services/shipments/watch_stream.h"

#include <utility>

#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"

namespace milkway::shipments {

namespace {

constexpr size_t kChangesOfAMessageMax = 100;
constexpr size_t kRowsOfAMessageMax = 2'000;
constexpr absl::Duration kPause = absl::Milliseconds(100);

}  // namespace

WatchStream::WatchStream(runtime::CallScope scope, const v1::WatchShipmentsRequest& request)
    : PollStream(std::move(scope), kPause,
                 "the server is stopping; watch again from the last resume_position") {
  Begin(request);
}

void WatchStream::Begin(const v1::WatchShipmentsRequest& request) {
  if (!scope().admitted().ok()) return End(scope().admitted());
  absl::StatusOr<Watch> watch = ParseWatch(request);
  if (!watch.ok()) return End(watch.status());
  watch_ = *std::move(watch);
  told_ = watch_.after_position;
  if (!watch_.from_now) return GoOn();
  const absl::StatusOr<int64_t> last = LastChange(*scope().parts().store->NewSnapshot());
  if (!last.ok()) return End(last.status());
  told_ = *last;
  // The caller can go on from here even if nothing changes for long.
  message().set_resume_position(told_);
  Write();
}

absl::StatusOr<bool> WatchStream::NextMessage() {
  const auto snapshot = scope().parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(const int64_t last, LastChange(*snapshot));
  if (last <= told_) return false;
  ASSIGN_OR_RETURN(const ChangesRead read, ReadChanges(*snapshot, told_, watch_.destination_id,
                                                       kChangesOfAMessageMax, kRowsOfAMessageMax));
  told_ = read.read_to;
  message().Clear();
  message().set_resume_position(told_);
  for (const Change& change : read.changes) *message().add_changes() = ToMessage(change);
  // Of many changes that were not asked for the caller hears how far they were read.
  return !read.changes.empty() || read.has_more;
}

}  // namespace milkway::shipments
