#include "services/milkwayd/stoppable_calls.h"

#include "clients/cpp/status.h"

namespace milkway {

namespace {

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; try again in a moment");
}

}  // namespace

absl::Status StoppableCalls::Run(grpc::ClientContext* context,
                                 absl::FunctionRef<grpc::Status()> call) {
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return Stopping();
    under_way_.insert(context);
  }
  const grpc::Status status = call();
  absl::MutexLock lock(&mutex_);
  under_way_.erase(context);
  if (!status.ok() && stopped_) return Stopping();
  return clients::FromGrpcStatus(status);
}

void StoppableCalls::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  for (grpc::ClientContext* context : under_way_) context->TryCancel();
}

bool StoppableCalls::StopsWithin(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&stopped_), pause);
}

}  // namespace milkway
