#include "services/runtime/tokens/trust.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/strict_jwt.h"

namespace milkway::runtime {

namespace {

constexpr int64_t kUsPerS = 1'000'000;
// A token that a service carries on was alive when the call was admitted, and no call
// lives longer than this.
constexpr int64_t kOriginLeewayS = 3'600;

absl::Status AccountsAway(absl::string_view since) {
  return Refuse(absl::StatusCode::kUnavailable, "ACCOUNTS_AWAY",
                absl::StrCat("the accounts service has not been heard of ", since,
                             ", so nobody can be recognised; try again in a moment"));
}

}  // namespace

Trust::Trust(OutsideIssuer outside) : outside_(std::move(outside)) {
  MILKWAY_CHECK(sodium_init() >= 0);
  randombytes_buf(hash_key_.data(), hash_key_.size());
}

void Trust::Update(const std::vector<PublicKey>& keys, const std::vector<Revocation>& revocations,
                   int64_t now_us) {
  bool same_keys = false;
  {
    absl::MutexLock lock(&mutex_);
    same_keys = keys.size() == key_by_kid_.size();
    for (const PublicKey& key : keys) same_keys &= key_by_kid_.contains(key.kid);
    key_by_kid_.clear();
    for (const PublicKey& key : keys) key_by_kid_[key.kid] = key.pem;
    for (const Revocation& revoked : revocations) {
      int64_t& until_us = revoked_until_us_[revoked.session_id];
      until_us = std::max(until_us, revoked.until_us);
    }
    absl::erase_if(revoked_until_us_, [now_us](const auto& row) { return row.second < now_us; });
  }
  // What a key signed that was dropped is not believed any more.
  for (Shard& shard : shards_) {
    if (same_keys) break;
    absl::MutexLock lock(&shard.mutex);
    shard.verified.clear();
  }
  updated_us_.store(now_us, std::memory_order_release);
}

absl::StatusOr<Caller> Trust::Identify(absl::string_view token, int64_t now_us) const {
  if (now_us - updated_us_.load(std::memory_order_acquire) > kTrustLifeUs) {
    return AccountsAway("for a minute");
  }
  if (token.size() > kTokenBytesMax) return TokenInvalid();
  const TokenHash hash = HashOf(token);
  Shard& shard = shards_[hash[0] % kShards];
  Caller caller;
  {
    absl::ReaderMutexLock lock(&shard.mutex);
    const auto known = shard.verified.find(hash);
    if (known != shard.verified.end()) {
      if (known->second.expires_at_us <= now_us) return TokenExpired();
      caller = known->second.caller;
    }
  }
  if (caller.id.empty()) {
    ASSIGN_OR_RETURN(Verified verified, Verify(token, now_us, kClockLeewayS));
    caller = verified.caller;
    absl::MutexLock lock(&shard.mutex);
    if (shard.verified.size() >= kShardTokensMax) shard.verified.clear();
    shard.verified.emplace(hash, std::move(verified));
  }
  if (!IsRevoked(caller.session_id)) return caller;
  return Refuse(absl::StatusCode::kUnauthenticated, "SESSION_ENDED",
                "this sign-in has been ended; sign in again");
}

absl::StatusOr<Caller> Trust::IdentifyOrigin(absl::string_view token, int64_t now_us) const {
  const bool has_keys = updated_us_.load(std::memory_order_acquire) > 0;
  if (!has_keys && !outside_.Issued(token)) return AccountsAway("yet");
  ASSIGN_OR_RETURN(Verified verified, Verify(token, now_us, kOriginLeewayS));
  return std::move(verified.caller);
}

Trust::TokenHash Trust::HashOf(absl::string_view token) const {
  TokenHash hash;
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), sizeof(hash),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     hash_key_.data(), hash_key_.size());
  return hash;
}

absl::StatusOr<Trust::Verified> Trust::Verify(absl::string_view token, int64_t now_us,
                                              int64_t leeway_s) const {
  if (outside_.Issued(token)) {
    ASSIGN_OR_RETURN(OutsideIssuer::Identity identity,
                     outside_.Verify(token, now_us / kUsPerS, leeway_s));
    return Verified{std::move(identity.caller), (identity.expires_at_s + leeway_s) * kUsPerS};
  }
  const auto find_key = [this](absl::string_view kid) -> std::string {
    absl::ReaderMutexLock lock(&mutex_);
    const auto key = key_by_kid_.find(kid);
    return key == key_by_kid_.end() ? "" : key->second;
  };
  ASSIGN_OR_RETURN(AccessClaims claims,
                   VerifyAccessToken(token, find_key, now_us / kUsPerS, leeway_s));
  Caller caller;
  caller.id = std::move(claims.subject);
  caller.role = claims.role;
  caller.scopes = std::move(claims.scopes);
  caller.session_id = std::move(claims.session_id);
  return Verified{std::move(caller), (claims.expires_at_s + leeway_s) * kUsPerS};
}

bool Trust::IsRevoked(const std::string& session_id) const {
  absl::ReaderMutexLock lock(&mutex_);
  return revoked_until_us_.contains(session_id);
}

}  // namespace milkway::runtime
