// Calls to other services that a thread waits for, and that a stop gives up.

#ifndef MILKWAY_SERVICES_MILKWAYD_STOPPABLE_CALLS_H_
#define MILKWAY_SERVICES_MILKWAYD_STOPPABLE_CALLS_H_

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace milkway {

// Thread-safe.
class StoppableCalls {
 public:
  // Makes `call`, which uses `context` and blocks until it is answered, and tells how it
  // ended. UNAVAILABLE if a stop gave it up, or came before it.
  absl::Status Run(grpc::ClientContext* context, absl::FunctionRef<grpc::Status()> call);

  // Gives up the calls under way; from now on none is made.
  void Stop();

  // Waits for the stop, for up to `pause`; whether it has come.
  bool StopsWithin(absl::Duration pause);

 private:
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<grpc::ClientContext*> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_STOPPABLE_CALLS_H_
