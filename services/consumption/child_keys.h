// The keys under which children's text is sealed, in a store of their own.
//
// A key belongs to one child and one subject. To destroy it is to erase all that was ever
// sealed under it, in every copy of the data. docs/children.md says how it is kept.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CHILD_KEYS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CHILD_KEYS_H_

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/consumption/records/v1/keys.pb.h"
#include "services/consumption/child_key_backups.h"
#include "services/consumption/consumption_keys.h"
#include "services/runtime/master_key.h"
#include "storage/store.h"

namespace milkway::consumption {

// What is sealed under a key. On disk: never renumbered.
enum class KeySubject : uint32_t {
  kPersonal = 1,   // the child's name and note
  kGuardians = 2,  // the names of its guardians and their witnesses
};

// One key. Schools are named by id, for the numbers of a data store that is restored may
// come to mean other schools.
struct ChildKeyName {
  std::string school_id;
  uint32_t student_number = 0;
  KeySubject subject = KeySubject::kPersonal;
  uint32_t number = 0;  // from 1; one more after each that was destroyed

  friend auto operator<=>(const ChildKeyName&, const ChildKeyName&) = default;
};

// Keys in the clear, wiped at the end.
class KeyRing {
 public:
  KeyRing() = default;
  KeyRing(KeyRing&& other) noexcept : keys_(std::exchange(other.keys_, {})) {}
  KeyRing& operator=(KeyRing&& other) noexcept {
    std::swap(keys_, other.keys_);
    return *this;
  }
  ~KeyRing();

  void Add(const ChildKeyName& name, std::string key) { keys_[name] = std::move(key); }
  // nullopt if it is not there.
  std::optional<absl::string_view> Find(const ChildKeyName& name) const;
  bool empty() const { return keys_.empty(); }

  // 32 bytes that say nothing of `text` to whoever has not all the keys.
  std::string MacOf(absl::string_view text) const;

 private:
  std::map<ChildKeyName, std::string> keys_;
};

// Thread-safe.
class ChildKeys {
 public:
  // `store`, `master_key` and `backups` may each be null: no key is ever there, or no
  // backup to be kept free of destroyed keys. All must outlive this.
  ChildKeys(storage::Store* store, const runtime::MasterKey* master_key, ChildKeyBackups* backups)
      : store_(store), master_key_(master_key), backups_(backups) {}

  // FAILED_PRECONDITION (CHILD_KEYS_MISSING) where nothing can be sealed.
  absl::Status CheckCanSeal() const;

  // The keys of these names, durable; those that are not there are made. FAILED_PRECONDITION
  // (CHILD_KEYS_MISSING, CHILD_KEY_DESTROYED). `done` is called exactly once, from any
  // thread.
  using Obtained = absl::AnyInvocable<void(absl::StatusOr<KeyRing>) &&>;
  void Obtain(std::vector<ChildKeyName> names, Obtained done) const;

  // One consistent view of the keys. Short-lived: a destruction waits for it.
  class View {
   public:
    // That key alone; none if it is not there. DATA_LOSS if it is damaged, or of another
    // master key.
    absl::StatusOr<KeyRing> Find(const ChildKeyName& name) const;

   private:
    friend class ChildKeys;
    View(std::shared_ptr<const storage::Snapshot> snapshot, const runtime::MasterKey* master_key)
        : snapshot_(std::move(snapshot)), master_key_(master_key) {}

    std::shared_ptr<const storage::Snapshot> snapshot_;  // null: no keys
    const runtime::MasterKey* master_key_;
  };
  View NewView() const;

  // Destroys keys: when it returns OK no file of the store, nor of a backup of it, holds
  // them. The store knows them to be destroyed only once the backups have lost them. Blocks.
  // Destroying what is destroyed is OK.
  absl::Status Destroy(const std::vector<rec::DoomedKeysRecord>& doomed);

  // All that was ever destroyed, as the store of keys remembers it.
  absl::StatusOr<std::vector<rec::DoomedKeysRecord>> Destroyed() const;

 private:
  storage::Store* const store_;
  const runtime::MasterKey* const master_key_;
  ChildKeyBackups* const backups_;
};

// Deletes the doomed keys from a store of keys, remembers that, and purges its files.
absl::Status DestroyIn(storage::Store& store, const std::vector<rec::DoomedKeysRecord>& doomed);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CHILD_KEYS_H_
