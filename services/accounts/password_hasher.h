// Hashes of passwords, made on threads of their own.
//
// argon2id by libsodium. A hash takes tens of milliseconds and 64 MiB on purpose, so that
// nobody guesses many; hence at most two are made at a time, and few wait.

#ifndef MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_
#define MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/accounts/secret_text.h"

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

  struct Verdict {
    bool is_right = false;
    // Not empty if the password is right and its hash is not of today's cost: the new one.
    std::string better_hash;
  };
  // Called once, on a thread of the hasher; or at once, on the caller's, with
  // RESOURCE_EXHAUSTED (SIGN_IN_BUSY) if too many wait, or UNAVAILABLE once stopped.
  using HashDone = absl::AnyInvocable<void(absl::StatusOr<std::string>) &&>;
  using VerifyDone = absl::AnyInvocable<void(absl::StatusOr<Verdict>) &&>;

  explicit PasswordHasher(PasswordCost cost);
  // Those that wait hear UNAVAILABLE.
  ~PasswordHasher();

  // A hash to be kept, with a random salt.
  void Hash(SecretText password, HashDone done);

  // Whether `hash` is that of the password. With an empty hash the same work is done, and
  // the password is wrong: nobody sees by the time it takes that a name is unknown.
  void Verify(SecretText password, std::string hash, VerifyDone done);

  void Stop();

  // How often the function was computed so far.
  int64_t hash_count() const { return hash_count_.load(); }

 private:
  using Task = absl::AnyInvocable<void(const absl::Status& admitted) &&>;

  void Run(Task task);
  void RunTasks();
  absl::StatusOr<std::string> HashNow(const std::string& password);
  absl::StatusOr<Verdict> VerifyNow(const std::string& password, const std::string& hash);

  const PasswordCost cost_;
  std::string dummy_hash_;
  std::atomic<int64_t> hash_count_{0};
  absl::Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_PASSWORD_HASHER_H_
