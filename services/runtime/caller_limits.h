// How much one caller may have under way at once.

#ifndef MILKWAY_SERVICES_RUNTIME_CALLER_LIMITS_H_
#define MILKWAY_SERVICES_RUNTIME_CALLER_LIMITS_H_

#include <array>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/runtime/call.h"

namespace milkway::runtime {

// Counts what is under way, by caller: the person, or for somebody unknown the address.
// Keeps nothing of callers who have nothing under way. Thread-safe.
class CallerLimits {
 public:
  struct Maxima {
    int calls = 1'024;  // unary ones
    int streams = 64;
  };
  enum class Kind { kCall, kStream };

  // One call that is under way, while it lives.
  class Permit {
   public:
    Permit() = default;  // counts for nobody
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { Return(); }

    // The call has ended. May come twice.
    void Return();

   private:
    friend class CallerLimits;
    Permit(CallerLimits* limits, std::string key, Kind kind);

    CallerLimits* limits_ = nullptr;
    std::string key_;
    Kind kind_ = Kind::kCall;
  };

  explicit CallerLimits(Maxima maxima) : maxima_(maxima) {}

  // RESOURCE_EXHAUSTED (TOO_MANY_CALLS) if the caller has as many of the kind under way as
  // may be. Services have no limit. The limits must outlive the permit.
  absl::StatusOr<Permit> Admit(const Call& call, Kind kind);

 private:
  struct UnderWay {
    int calls = 0;
    int streams = 0;
  };
  struct Shard {
    absl::Mutex mutex;
    absl::flat_hash_map<std::string, UnderWay> by_key ABSL_GUARDED_BY(mutex);
  };
  static constexpr size_t kShards = 16;

  Shard& ShardOf(const std::string& key);
  void Return(const std::string& key, Kind kind);

  const Maxima maxima_;
  std::array<Shard, kShards> shards_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CALLER_LIMITS_H_
