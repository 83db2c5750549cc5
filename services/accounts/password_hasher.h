// Hashes of passwords, made on threads of their own.
//
// argon2id by libsodium. A hash takes tens of milliseconds and 64 MiB on purpose, so that
// nobody guesses many; hence at most two are made at a time, and few wait. So that nobody
// keeps others waiting by asking for many, a few wait for any one asker, and strangers take
// no more than half of the places.

#ifndef MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_
#define MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/accounts/secret_text.h"
#include "services/runtime/asking.h"

namespace milkway::accounts {

// What a hash costs: argon2id's passes and memory.
struct PasswordCost {
  uint64_t passes = 2;
  size_t memory_bytes = 64 << 20;
};

// Thread-safe.
class PasswordHasher {
 public:
  static constexpr int kThreads = 2;
  static constexpr size_t kQueueMax = 64;
  static constexpr size_t kOfStrangersMax = kQueueMax / 2;
  static constexpr size_t kOfAskerMax = 4;

  // Who waits for a hash.
  struct Asker {
    std::string key;        // whoever has the same one has the same few places
    bool is_known = false;  // known to be somebody: the other half of the places is theirs

    // Somebody who proved to be it: "li".
    static Asker Known(absl::string_view id);
    // Anybody of a network (NetworkOf of limits.h).
    static Asker Stranger(absl::string_view address);
  };

  struct Verdict {
    bool is_right = false;
    // Not empty if the password is right and its hash is not of today's cost: the new one.
    std::string better_hash;
  };
  // Called once, on a thread of the hasher; or at once, on the caller's, with
  // RESOURCE_EXHAUSTED (SIGN_IN_BUSY) if too many wait, in all or of this asker, or
  // UNAVAILABLE once stopped.
  using HashDone = absl::AnyInvocable<void(absl::StatusOr<std::string>) &&>;
  using VerifyDone = absl::AnyInvocable<void(absl::StatusOr<Verdict>) &&>;

  explicit PasswordHasher(PasswordCost cost);
  // Those that wait hear UNAVAILABLE.
  ~PasswordHasher() = default;

  // A hash to be kept, with a random salt.
  void Hash(const Asker& asker, SecretText password, HashDone done);

  // Whether `hash` is that of the password. With an empty hash the same work is done, and
  // the password is wrong: nobody sees by the time it takes that a name is unknown.
  void Verify(const Asker& asker, SecretText password, std::string hash, VerifyDone done);

  void Stop() { threads_.Stop(); }

  // How often the function was computed so far.
  int64_t hash_count() const { return hash_count_.load(); }

 private:
  using Task = runtime::Asking::Task;

  void Run(const Asker& asker, Task task);
  // A place in the queue, until Leave; false if there is none.
  bool Enter(const Asker& asker);
  void Leave(const Asker& asker);
  absl::StatusOr<std::string> HashNow(const std::string& password);
  absl::StatusOr<Verdict> VerifyNow(const std::string& password, const std::string& hash);

  const PasswordCost cost_;
  std::string dummy_hash_;
  std::atomic<int64_t> hash_count_{0};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, size_t> waiting_by_key_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_strangers_ ABSL_GUARDED_BY(mutex_) = 0;
  runtime::Asking threads_{kThreads};  // goes first, for its tasks use all the others
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_
