// Ctrl-C as a request to stop: what is under way ends early and tidies up.

#ifndef MILKWAY_CLIENTS_CLI_INTERRUPT_H_
#define MILKWAY_CLIENTS_CLI_INTERRUPT_H_

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/client_context.h"

namespace milkway::cli {

// Thread-safe.
class Interrupt {
 public:
  // Asks to stop: cancels the call that is under way, if there is one.
  void Request();

  bool requested() const;

  // CANCELLED once a stop was asked for.
  absl::Status Check() const;

  // Waits; less long when a stop is asked for.
  void SleepFor(absl::Duration duration);

  // While it lives, Request() also cancels the call of `context`.
  class CallScope {
   public:
    CallScope(Interrupt* interrupt, grpc::ClientContext* context);
    ~CallScope();
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;

   private:
    Interrupt& interrupt_;
  };

 private:
  mutable absl::Mutex mutex_;
  bool requested_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_INTERRUPT_H_
