// How often something may be tried: a bucket of tokens for each key.

#ifndef MILKWAY_SERVICES_ACCOUNTS_TOKEN_BUCKETS_H_
#define MILKWAY_SERVICES_ACCOUNTS_TOKEN_BUCKETS_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace milkway::accounts {

// Buckets in memory, at most `keys_max` of them that are not full: a key beyond shares one
// bucket with all others beyond, so that who floods the table gains nothing. They are full
// again after a restart. Thread-safe.
class TokenBuckets {
 public:
  struct Rule {
    int64_t size = 0;       // tokens of a full bucket
    int64_t refill_us = 0;  // one comes back every so often
  };
  static constexpr size_t kKeysMax = 100'000;

  explicit TokenBuckets(Rule rule, size_t keys_max = kKeysMax);

  // Takes a token of the key's bucket. 0 if there was one; else how long until there is,
  // in microseconds.
  int64_t Take(absl::string_view key, int64_t now_us);

  // The same, without taking one.
  int64_t WaitFor(absl::string_view key, int64_t now_us);

  // Puts one back, as if it had not been taken.
  void GiveBack(absl::string_view key);

 private:
  uint64_t HashOf(absl::string_view key) const;
  // How long until a bucket that is full at `full_at_us` has a token.
  int64_t WaitOf(int64_t full_at_us, int64_t now_us) const;
  // True if there is room for one more bucket, after a look for full ones.
  bool HasRoom(int64_t now_us) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The key's bucket, or the shared one.
  int64_t& BucketOf(uint64_t key, int64_t now_us) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Rule rule_;
  const size_t keys_max_;
  unsigned char hash_key_[16];
  absl::Mutex mutex_;
  // By the key's hash: when the bucket is full again.
  absl::flat_hash_map<uint64_t, int64_t> full_at_us_ ABSL_GUARDED_BY(mutex_);
  int64_t shared_full_at_us_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t next_sweep_us_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_TOKEN_BUCKETS_H_
