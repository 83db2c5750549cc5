#include "services/runtime/caller_limits.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

namespace milkway::runtime {

namespace {

// No id of a person starts with a space.
std::string KeyOf(const Call& call) {
  return call.caller.id.empty() ? absl::StrCat(" ", call.peer) : call.caller.id;
}

}  // namespace

CallerLimits::Permit::Permit(CallerLimits* limits, std::string key, Kind kind)
    : limits_(limits), key_(std::move(key)), kind_(kind) {}

CallerLimits::Permit::Permit(Permit&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)),
      key_(std::move(other.key_)),
      kind_(other.kind_) {}

CallerLimits::Permit& CallerLimits::Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  Return();
  limits_ = std::exchange(other.limits_, nullptr);
  key_ = std::move(other.key_);
  kind_ = other.kind_;
  return *this;
}

void CallerLimits::Permit::Return() {
  CallerLimits* const limits = std::exchange(limits_, nullptr);
  if (limits != nullptr) limits->Return(key_, kind_);
}

absl::StatusOr<CallerLimits::Permit> CallerLimits::Admit(const Call& call, Kind kind) {
  if (call.caller.role == common::v1::ROLE_SERVICE) return Permit();
  std::string key = KeyOf(call);
  const int most = kind == Kind::kCall ? maxima_.calls : maxima_.streams;
  {
    Shard& shard = ShardOf(key);
    absl::MutexLock lock(&shard.mutex);
    UnderWay& under_way = shard.by_key[key];
    int& count = kind == Kind::kCall ? under_way.calls : under_way.streams;
    if (count < most) {
      ++count;
      return Permit(this, std::move(key), kind);
    }
  }
  const absl::string_view what = kind == Kind::kCall ? "calls" : "streams";
  return Refuse(absl::StatusCode::kResourceExhausted, "TOO_MANY_CALLS",
                absl::StrCat("you have ", most, " ", what,
                             " under way, and no more may be at once; wait until one of them "
                             "ends, then repeat this one"),
                {{"kind", std::string(what)}, {"under_way_max", absl::StrCat(most)}});
}

CallerLimits::Shard& CallerLimits::ShardOf(const std::string& key) {
  return shards_[absl::Hash<std::string>()(key) % kShards];
}

void CallerLimits::Return(const std::string& key, Kind kind) {
  Shard& shard = ShardOf(key);
  absl::MutexLock lock(&shard.mutex);
  const auto found = shard.by_key.find(key);
  MILKWAY_CHECK(found != shard.by_key.end());
  UnderWay& under_way = found->second;
  int& count = kind == Kind::kCall ? under_way.calls : under_way.streams;
  MILKWAY_CHECK(count > 0);
  --count;
  if (under_way.calls == 0 && under_way.streams == 0) shard.by_key.erase(found);
}

}  // namespace milkway::runtime
