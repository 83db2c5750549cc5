// No call is under way for ever.

#ifndef MILKWAY_SERVICES_RUNTIME_DEADLINE_CAP_H_
#define MILKWAY_SERVICES_RUNTIME_DEADLINE_CAP_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "grpcpp/server_context.h"

namespace milkway::runtime {

// How long a unary call may take, and one that copies a whole store.
inline constexpr absl::Duration kUnaryCallMax = absl::Minutes(2);
inline constexpr absl::Duration kCopyingCallMax = absl::Minutes(10);

// Of a method such as "milkway.operations.v1.OperationsService/CreateBackup".
absl::Duration UnaryCallMaxOf(absl::string_view method);

// Cuts a unary call off after a time, unless its own deadline comes first: its caller
// hears DEADLINE_EXCEEDED. What the call began goes on and must still end it, as after any
// deadline. Costs nothing where the caller's deadline is early enough.
class DeadlineCap {
 public:
  // `context` must live until Lift.
  DeadlineCap(grpc::CallbackServerContext* context, absl::Duration cap);
  DeadlineCap(DeadlineCap&&) = default;
  // Lifts it.
  ~DeadlineCap();

  // The call ends: its context may go. Once.
  void Lift();

 private:
  struct Watched;

  std::shared_ptr<Watched> watched_;  // null: nothing to do
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_DEADLINE_CAP_H_
