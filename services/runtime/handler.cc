#include "services/runtime/handler.h"

#include <chrono>

#include "clients/cpp/status_macros.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/audit/setting_changes.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/errors.h"
#include "services/runtime/metrics.h"
#include "services/runtime/scope_owner.h"

namespace milkway::runtime {

namespace {

int64_t SteadyUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

CallScope::CallScope(const Handlers::Parts& parts, const grpc::CallbackServerContext& context,
                     const google::protobuf::Descriptor* request_type,
                     const google::protobuf::Message* request)
    : parts_(parts),
      method_(parts.access->MethodOf(request_type)),
      request_(request),
      started_us_(SteadyUs()) {
  call_.now_us = parts.clock->NowUs();
  call_.page_key = parts.page_key;
  admitted_ = Admit(context, request_type, request);
}

absl::Status CallScope::Admit(const grpc::CallbackServerContext& context,
                              const google::protobuf::Descriptor* request_type,
                              const google::protobuf::Message* request) {
  RETURN_IF_ERROR(parts_.access->Identify(context, request_type, &call_));
  const bool is_stopping = parts_.stopping != nullptr && parts_.stopping->load();
  if (is_stopping && call_.caller.role != common::v1::ROLE_SERVICE) {
    return absl::UnavailableError("the server is stopping; repeat the request in a moment");
  }
  if (parts_.caller_limits != nullptr) {
    const auto kind = parts_.access->IsStream(request_type) ? CallerLimits::Kind::kStream
                                                            : CallerLimits::Kind::kCall;
    ASSIGN_OR_RETURN(permit_, parts_.caller_limits->Admit(call_, kind));
  }
  absl::Status status = parts_.access->CheckRole(call_.caller, request_type);
  if (status.ok() && request != nullptr) {
    status = parts_.access->CheckScope(
        call_.caller, *request, [this](const std::string& scope) -> absl::StatusOr<std::string> {
          if (parts_.scope_owner == nullptr) return std::string();
          return parts_.scope_owner->OwnerOf(*parts_.store->NewSnapshot(), scope);
        });
  }
  if (!status.ok()) return status;
  if (context.IsCancelled() || std::chrono::system_clock::now() > context.deadline()) {
    return absl::DeadlineExceededError("the caller's deadline had passed when the call came in");
  }
  return absl::OkStatus();
}

absl::Status CallScope::StillAdmitted() {
  absl::Status status = parts_.access->CheckStillKnown(call_, parts_.clock->NowUs());
  outlived_token_ = !status.ok();
  return status;
}

// Nobody waits for it, and what is lost in a crash changed nothing. Whoever is not known may
// write anything into a request, so nothing is taken of it.
void CallScope::KeepRefusal(absl::StatusCode code) const {
  if (!parts_.audit.has_value() || parts_.refusals == nullptr) return;
  const bool is_known = !call_.caller.id.empty();
  const std::optional<int64_t> left_out = parts_.refusals->Take(is_known, parts_.clock->NowUs());
  if (!left_out.has_value()) return;
  AuditEntry entry = Entry(records::v1::AUDIT_KIND_REFUSAL, is_known ? request_ : nullptr);
  LeaveOutIdsBeyond(kRefusedIdsMax, &entry);
  entry.set_code(static_cast<int32_t>(code));
  entry.set_refusals_left_out(*left_out);
  parts_.store->Transact(
      [log = *parts_.audit, entry = std::move(entry)](storage::Transaction& transaction) {
        return log.Append(transaction, entry);
      },
      [](const absl::Status&) {});
}

void CallScope::HearSettings() { call_.settings = std::make_shared<SettingChanges>(); }

void Call::Changed(const google::protobuf::Message* before,
                   const google::protobuf::Message* after) const {
  if (settings != nullptr) settings->Add(before, after);
}

grpc::Status CallScope::End(const absl::Status& status) {
  const bool is_refusal = absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
  // A stream that ends with the sign-in it was opened by asked for nothing that it may not.
  if (is_refusal && !outlived_token_) KeepRefusal(status.code());
  // Before the answer: whoever has it may call again.
  permit_.Return();
  const int64_t duration_us = SteadyUs() - started_us_;
  parts_.metrics->MethodNamed(method_).Count(status.code(), duration_us);
  if (parts_.log != nullptr) {
    parts_.log->Call(call_.now_us + duration_us, method_, call_.caller.id, status, duration_us);
  }
  return ToGrpcStatus(status);
}

}  // namespace milkway::runtime
