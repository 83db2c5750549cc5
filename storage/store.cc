#include "storage/store.h"

#include <utility>

#include "absl/synchronization/notification.h"

namespace milkway::storage {

KeyRange PrefixRange(absl::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  // The first key above all that start with the prefix: drop trailing 0xFF
  // bytes and count up the last one that is left. None left: no upper end.
  while (!range.to.empty() && range.to.back() == '\xff') range.to.pop_back();
  if (!range.to.empty()) ++range.to.back();
  return range;
}

absl::Status Store::TransactAndWait(Body body) {
  absl::Notification finished;
  absl::Status result;
  Transact(std::move(body), [&](absl::Status status) {
    result = std::move(status);
    finished.Notify();
  });
  finished.WaitForNotification();
  return result;
}

}  // namespace milkway::storage
