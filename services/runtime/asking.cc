#include "services/runtime/asking.h"

#include "services/runtime/call.h"

namespace milkway::runtime {

namespace {

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; try again in a moment");
}

}  // namespace

Asking::Asking(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { RunTasks(); });
}

Asking::~Asking() {
  Stop();
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void Asking::Run(Task task) {
  // The task works on the call that asks for it, on another thread.
  if (const Call* call = CallOfThread::Current(); call != nullptr) {
    task = [call = std::make_unique<const Call>(*call),
            task = std::move(task)](const absl::Status& admitted) mutable {
      const CallOfThread scope(call.get());
      std::move(task)(admitted);
    };
  }
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refusal = Stopping();
    } else if (tasks_.size() >= kTasksMax) {
      refusal = absl::ResourceExhaustedError("too many calls wait here; try again in a moment");
    } else {
      tasks_.push_back(std::move(task));
    }
  }
  if (!refusal.ok()) std::move(task)(refusal);
}

void Asking::RunTasks() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ending_ || !tasks_.empty();
  };
  while (true) {
    Task task;
    absl::Status admitted;
    {
      absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
      if (stopping_) admitted = Stopping();
    }
    std::move(task)(admitted);
  }
}

absl::Status Asking::BeginQuestion() {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Stopping();
  ++questions_;
  return absl::OkStatus();
}

void Asking::EndQuestion() {
  absl::MutexLock lock(&mutex_);
  --questions_;
}

void Asking::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
  const auto is_quiet = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return questions_ == 0; };
  mutex_.Await(absl::Condition(&is_quiet));
}

bool Asking::IsStopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace milkway::runtime
