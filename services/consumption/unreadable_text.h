// Text of children that opens under no key, and telling the operator of it.

#ifndef MILKWAY_SERVICES_CONSUMPTION_UNREADABLE_TEXT_H_
#define MILKWAY_SERVICES_CONSUMPTION_UNREADABLE_TEXT_H_

#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"

namespace milkway::consumption {

// Thread-safe.
class UnreadableText {
 public:
  // `what` it is, for the operator: "names of …". `log` may be null; both must outlive this.
  UnreadableText(runtime::CallLog* log, const runtime::Clock* clock, std::string what)
      : log_(log), clock_(*clock), what_(std::move(what)) {}

  // Some of a school cannot be read. Said once of each school, until the server starts anew.
  void Tell(const std::string& school_id);

 private:
  runtime::CallLog* const log_;
  const runtime::Clock& clock_;
  const std::string what_;
  absl::Mutex mutex_;
  std::set<std::string> told_ ABSL_GUARDED_BY(mutex_);  // school ids
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_UNREADABLE_TEXT_H_
