// Throwaway copies of an instance, for dry runs.

#ifndef MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_
#define MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/milkwayd/instance.h"
#include "services/milkwayd/stoppable_calls.h"
#include "services/milkwayd/targets.h"
#include "services/runtime/operations_service.h"

namespace milkway {

// Thread-safe.
class Sandboxes final : public runtime::SandboxHost {
 public:
  // Connections that one sandbox takes on at once.
  static constexpr int kConnectionsMax = 64;

  // `options` are those of the instance that is copied; its data folder holds
  // sandboxes/. `clock` must outlive this.
  Sandboxes(InstanceOptions options, const runtime::Clock* clock);
  // Closes all. Nobody may be opening one any more.
  ~Sandboxes() override;

  // What is copied; once. Removes copies that a crash left. Until then Open is UNAVAILABLE.
  void SetOriginal(Instance* original);

  // Gives up questions to other processes; sandboxes go on.
  void Stop() { calls_.Stop(); }

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

  using Peers = std::map<std::string, std::string>;  // by service name

  // What the processes of these sandboxes say their keys are; of those only that this
  // process calls.
  absl::StatusOr<Peers> AskForKeys(const Peers& peers);
  // RESOURCE_EXHAUSTED (SANDBOXES_MAX) if there are too many, those that are opened included.
  absl::Status TakePlace();
  InstanceOptions OptionsOf(const std::string& folder, std::vector<Target> targets,
                            const Peers& peers, Peers peer_keys) const;
  // Copies the store and starts an instance on it. Leaves no folder if it cannot.
  absl::StatusOr<Running> StartCopy(const InstanceOptions& options) const;
  void CloseIdle();
  static void Remove(Running running);

  const InstanceOptions options_;
  const runtime::Clock* clock_;
  std::atomic<Instance*> original_{nullptr};
  StoppableCalls calls_;
  absl::Mutex mutex_;  // held for no longer than a look: calls ask for keys
  std::map<std::string, Running> running_ ABSL_GUARDED_BY(mutex_);
  size_t opening_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread closer_;
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_SANDBOXES_H_
