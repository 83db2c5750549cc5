// Throwaway copies of an instance, for dry runs.

#ifndef MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_
#define MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/milkwayd/instance.h"
#include "services/runtime/operations_service.h"

namespace milkway {

// Thread-safe.
class Sandboxes final : public runtime::SandboxHost {
 public:
  // `options` are those of the instance that is copied; its data folder holds
  // sandboxes/. Copies left by a crash are removed. `clock` must outlive this.
  Sandboxes(InstanceOptions options, const runtime::Clock* clock);
  // Closes all.
  ~Sandboxes() override;

  // What is copied. Until it is set, Open is UNAVAILABLE.
  void SetOriginal(Instance* original) { original_.store(original); }

  absl::StatusOr<Sandbox> Open(const std::map<std::string, std::string>& peers) override;
  absl::Status Close(const std::string& id) override;
  absl::StatusOr<std::string> KeyOf(const std::string& address) override;

 private:
  struct Running {
    std::unique_ptr<Instance> instance;
    std::string folder;
    int64_t calls_seen = 0;
    absl::Time last_call;
  };

  // What the processes of these sandboxes say their keys are; of those only that this
  // process calls.
  absl::StatusOr<std::map<std::string, std::string>> AskForKeys(
      const std::map<std::string, std::string>& peers) const;
  void CloseIdle();
  static void Remove(Running running);

  const InstanceOptions options_;
  const runtime::Clock* clock_;
  std::atomic<Instance*> original_{nullptr};
  absl::Mutex mutex_;
  std::map<std::string, Running> running_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread closer_;
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_
