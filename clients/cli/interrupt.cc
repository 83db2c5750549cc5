#include "clients/cli/interrupt.h"

namespace milkway::cli {

void Interrupt::Request() {
  absl::MutexLock lock(&mutex_);
  requested_ = true;
  if (context_ != nullptr) context_->TryCancel();
}

bool Interrupt::requested() const {
  absl::MutexLock lock(&mutex_);
  return requested_;
}

absl::Status Interrupt::Check() const {
  return requested() ? absl::CancelledError("interrupted") : absl::OkStatus();
}

void Interrupt::SleepFor(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&requested_), duration);
}

Interrupt::CallScope::CallScope(Interrupt* interrupt, grpc::ClientContext* context)
    : interrupt_(*interrupt) {
  absl::MutexLock lock(&interrupt_.mutex_);
  interrupt_.context_ = context;
  if (interrupt_.requested_) context->TryCancel();
}

Interrupt::CallScope::~CallScope() {
  absl::MutexLock lock(&interrupt_.mutex_);
  interrupt_.context_ = nullptr;
}

}  // namespace milkway::cli
