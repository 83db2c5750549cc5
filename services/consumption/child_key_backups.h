// Backups of the store of children's keys: a day each, kept for a stated time.
//
//   <folder>/20250601T000000Z/   a copy of the store as of then
//
// A key that is destroyed is destroyed in them, too. Only copies that somebody took
// elsewhere still hold it, so these must be kept no longer than the backups are.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CHILD_KEY_BACKUPS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CHILD_KEY_BACKUPS_H_

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "milkway/consumption/records/v1/personal.pb.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "storage/store.h"

namespace milkway::consumption {

// Thread-safe.
class ChildKeyBackups {
 public:
  struct Parts {
    storage::Store* store = nullptr;
    const runtime::Clock* clock = nullptr;
    runtime::CallLog* log = nullptr;  // may be null
    std::string folder;               // made with the first backup
    int days = 30;                    // a backup is removed when it is older; 0: none is kept
  };
  // All must outlive this.
  explicit ChildKeyBackups(Parts parts) : parts_(std::move(parts)) {}
  ~ChildKeyBackups() { Stop(); }

  // From now on looks every minute whether something is due.
  void Start();
  void Stop();

  // Removes what is too old, and makes the backup of the day if there is none of the last
  // 24 hours. UNAVAILABLE if the folder cannot be read or written. Blocks.
  absl::Status MakeWhatIsDue();

  // While it lives no backup is made, removed or changed by others. `backups` may be null.
  class Pause {
   public:
    explicit Pause(ChildKeyBackups* backups) : backups_(backups) {
      if (backups_ != nullptr) backups_->changing_.Lock();
    }
    ~Pause() {
      if (backups_ != nullptr) backups_->changing_.Unlock();
    }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    ChildKeyBackups* const backups_;
  };

  // Destroys keys in all backups; one that is damaged or no store is removed. UNAVAILABLE,
  // or what else keeps a backup from being opened: some may still hold keys, and the call
  // is to be repeated. The operator is told once of what stops it. Blocks; only in a pause.
  absl::Status Destroy(
      const std::vector<milkway::consumption::records::v1::DoomedKeysRecord>& doomed);

  // The folders of the backups, oldest first. UNAVAILABLE if they cannot be looked up.
  absl::StatusOr<std::vector<std::string>> Folders() const;

 private:
  absl::Status DestroyInAll(
      const std::vector<milkway::consumption::records::v1::DoomedKeysRecord>& doomed);
  // Logs a failure that is not the last one again.
  void Tell(absl::string_view event, const absl::Status& status, absl::Status* last) const;
  absl::Status MakeOne(int64_t now_us);
  void Look();

  const Parts parts_;
  absl::Mutex changing_;
  absl::Status last_destruction_;  // of whoever holds `changing_`
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CHILD_KEY_BACKUPS_H_
