// Whose tokens a process believes.

#ifndef MILKWAY_SERVICES_RUNTIME_TOKENS_TRUST_H_
#define MILKWAY_SERVICES_RUNTIME_TOKENS_TRUST_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/runtime/call.h"
#include "services/runtime/tokens/outside_issuer.h"

namespace milkway::runtime {

// What the accounts service said last is believed this long. Then a process that cannot
// reach it takes no more tokens, so that whatever was revoked is out within a minute.
inline constexpr int64_t kTrustLifeUs = 60'000'000;

// The keys and revocations that the accounts service tells, and the issuer outside whose
// tokens staff may use, if there is one. Remembers tokens that it has verified.
// Thread-safe.
class Trust {
 public:
  struct PublicKey {
    std::string kid;
    std::string pem;
  };
  struct Revocation {
    std::string session_id;
    int64_t until_us = 0;  // no access token of the session lives longer
  };

  // An issuer without a name is none.
  explicit Trust(OutsideIssuer outside = {});

  // These are the keys from now on, and these sessions are over as well.
  void Update(const std::vector<PublicKey>& keys, const std::vector<Revocation>& revocations,
              int64_t now_us);

  // Who the token says calls. UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED,
  // SESSION_ENDED); UNAVAILABLE (ACCOUNTS_AWAY) while the accounts service has not been
  // heard of for kTrustLifeUs.
  absl::StatusOr<Caller> Identify(absl::string_view token, int64_t now_us) const;

  // Who the token said called when it was alive: for what a service carries on of a call
  // that was admitted. Does not ask whether the session has ended since. UNAVAILABLE
  // (ACCOUNTS_AWAY) until the accounts service was heard of for the first time.
  absl::StatusOr<Caller> IdentifyOrigin(absl::string_view token, int64_t now_us) const;

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kShardTokensMax = 4'096;

  // A hash of the token under a key of this process: no token is kept.
  using TokenHash = std::array<uint64_t, 2>;
  struct Verified {
    Caller caller;
    int64_t expires_at_us = 0;
  };
  struct Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<TokenHash, Verified> verified ABSL_GUARDED_BY(mutex);
  };

  TokenHash HashOf(absl::string_view token) const;
  absl::StatusOr<Verified> Verify(absl::string_view token, int64_t now_us, int64_t leeway_s) const;
  bool IsRevoked(const std::string& session_id) const;

  const OutsideIssuer outside_;
  std::array<unsigned char, 32> hash_key_;
  std::atomic<int64_t> updated_us_{0};
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::string> key_by_kid_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, int64_t> revoked_until_us_ ABSL_GUARDED_BY(mutex_);
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TOKENS_TRUST_H_
