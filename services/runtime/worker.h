// A thread for work that would block: backups, verifications.

#ifndef MILKWAY_SERVICES_RUNTIME_WORKER_H_
#define MILKWAY_SERVICES_RUNTIME_WORKER_H_

#include <atomic>
#include <deque>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace milkway::runtime {

// Runs tasks one after another. Thread-safe.
class Worker {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  Worker();
  // Runs what is queued, then stops. Long tasks should ask IsStopping.
  ~Worker();

  void Run(Task task);

  // True once the worker is being destroyed or told to stop.
  bool IsStopping() const { return stopping_.load(); }
  void Stop();

 private:
  void RunTasks();

  absl::Mutex mutex_;
  absl::CondVar wakes_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_WORKER_H_
