#include "services/runtime/worker.h"

#include <utility>

namespace milkway::runtime {

Worker::Worker() : thread_([this] { RunTasks(); }) {}

Worker::~Worker() {
  Stop();
  thread_.join();
}

void Worker::Run(Task task) {
  absl::MutexLock lock(&mutex_);
  tasks_.push_back(std::move(task));
  wakes_.Signal();
}

void Worker::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_.store(true);
  wakes_.Signal();
}

void Worker::RunTasks() {
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      while (tasks_.empty() && !stopping_.load()) wakes_.Wait(&mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    std::move(task)();
  }
}

}  // namespace milkway::runtime
