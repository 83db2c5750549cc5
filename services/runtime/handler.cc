#include "services/runtime/handler.h"

#include <chrono>

#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/errors.h"
#include "services/runtime/metrics.h"

namespace milkway::runtime {

namespace handler_internal {

namespace {

int64_t SteadyUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

UnaryCall::UnaryCall(const Handlers::Parts& parts, grpc::CallbackServerContext* context,
                     const google::protobuf::Message& request)
    : parts_(parts),
      reactor_(context->DefaultReactor()),
      method_(parts.access->MethodOf(request.GetDescriptor())),
      started_us_(SteadyUs()) {
  call_.now_us = parts.clock->NowUs();
  admitted_ = Admit(*context, request);
}

absl::Status UnaryCall::Admit(const grpc::CallbackServerContext& context,
                              const google::protobuf::Message& request) {
  absl::StatusOr<Caller> caller = parts_.access->Identify(context);
  if (!caller.ok()) return caller.status();
  call_.caller = *std::move(caller);
  absl::Status status = parts_.access->CheckRole(call_.caller, request.GetDescriptor());
  if (status.ok()) status = parts_.access->CheckScope(call_.caller, request);
  if (!status.ok()) return status;
  if (context.IsCancelled() || std::chrono::system_clock::now() > context.deadline()) {
    return absl::DeadlineExceededError("the caller's deadline had passed when the call came in");
  }
  return absl::OkStatus();
}

void UnaryCall::Finish(const absl::Status& status) {
  const int64_t duration_us = SteadyUs() - started_us_;
  parts_.metrics->MethodNamed(method_).Count(status.code(), duration_us);
  if (parts_.log != nullptr) {
    parts_.log->Call(call_.now_us + duration_us, method_, call_.caller.id, status, duration_us);
  }
  reactor_->Finish(ToGrpcStatus(status));
}

}  // namespace handler_internal

absl::StatusOr<Call> Handlers::Admit(grpc::CallbackServerContext* context,
                                     const google::protobuf::Descriptor* request_type) {
  absl::StatusOr<Caller> caller = parts_.access->Identify(*context);
  if (!caller.ok()) return caller.status();
  if (absl::Status status = parts_.access->CheckRole(*caller, request_type); !status.ok()) {
    return status;
  }
  return Call{*std::move(caller), parts_.clock->NowUs()};
}

absl::Status Handlers::CheckScope(const Call& call, const google::protobuf::Message& request) {
  return parts_.access->CheckScope(call.caller, request);
}

}  // namespace milkway::runtime
