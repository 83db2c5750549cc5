#include "services/accounts/token_buckets.h"

#include <sodium.h>

#include <algorithm>

#include "services/runtime/check.h"

namespace milkway::accounts {

namespace {

// Looking for full buckets in a full table costs milliseconds.
constexpr int64_t kSweepPauseUs = 1'000'000;

}  // namespace

TokenBuckets::TokenBuckets(Rule rule, size_t keys_max) : rule_(rule), keys_max_(keys_max) {
  static_assert(sizeof(hash_key_) == crypto_shorthash_KEYBYTES);
  MILKWAY_CHECK(sodium_init() >= 0);
  crypto_shorthash_keygen(hash_key_);
}

uint64_t TokenBuckets::HashOf(absl::string_view key) const {
  uint64_t hash = 0;
  static_assert(sizeof(hash) == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   reinterpret_cast<const unsigned char*>(key.data()), key.size(), hash_key_);
  return hash;
}

bool TokenBuckets::HasRoom(int64_t now_us) {
  if (full_at_us_.size() >= keys_max_ && now_us >= next_sweep_us_) {
    absl::erase_if(full_at_us_, [now_us](const auto& bucket) { return bucket.second <= now_us; });
    next_sweep_us_ = now_us + kSweepPauseUs;
  }
  return full_at_us_.size() < keys_max_;
}

int64_t& TokenBuckets::BucketOf(uint64_t key, int64_t now_us) {
  const auto known = full_at_us_.find(key);
  if (known != full_at_us_.end()) return known->second;
  return HasRoom(now_us) ? full_at_us_[key] : shared_full_at_us_;
}

int64_t TokenBuckets::WaitOf(int64_t full_at_us, int64_t now_us) const {
  // Empty when it takes all tokens but one to be full.
  const int64_t wait_us =
      std::max(full_at_us, now_us) - now_us - (rule_.size - 1) * rule_.refill_us;
  return std::max<int64_t>(wait_us, 0);
}

int64_t TokenBuckets::Take(absl::string_view key, int64_t now_us) {
  const uint64_t hash = HashOf(key);
  absl::MutexLock lock(&mutex_);
  int64_t& full_at_us = BucketOf(hash, now_us);
  if (const int64_t wait_us = WaitOf(full_at_us, now_us); wait_us > 0) return wait_us;
  full_at_us = std::max(full_at_us, now_us) + rule_.refill_us;
  return 0;
}

int64_t TokenBuckets::WaitFor(absl::string_view key, int64_t now_us) {
  const uint64_t hash = HashOf(key);
  absl::MutexLock lock(&mutex_);
  const auto known = full_at_us_.find(hash);
  if (known != full_at_us_.end()) return WaitOf(known->second, now_us);
  return HasRoom(now_us) ? 0 : WaitOf(shared_full_at_us_, now_us);
}

void TokenBuckets::GiveBack(absl::string_view key) {
  const uint64_t hash = HashOf(key);
  absl::MutexLock lock(&mutex_);
  const auto known = full_at_us_.find(hash);
  // What was taken of the shared bucket stays taken.
  if (known != full_at_us_.end()) known->second -= rule_.refill_us;
}

}  // namespace milkway::accounts
