// What calls that take several steps have in common.

#ifndef MILKWAY_SERVICES_ACCOUNTS_CALL_FLOW_H_
#define MILKWAY_SERVICES_ACCOUNTS_CALL_FLOW_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/sign_in_parts.h"
#include "services/runtime/call.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

// One call, from its first look at the store to its answer. It lives as long as one of its
// steps refers to it, and its `Start(const Request&)` is the first; the request is gone once
// it has answered.
template <typename Flow, typename Response>
class CallFlow : public std::enable_shared_from_this<Flow> {
 public:
  // The parts outlive the flow.
  CallFlow(const SignInParts& parts, const runtime::Handlers::Parts& handlers,
           const runtime::Call& call, AuditRow row, runtime::Handlers::Finish<Response> finish)
      : parts_(parts),
        handlers_(handlers),
        store_(*handlers.store),
        call_(call),
        row_(std::move(row)),
        finish_(std::move(finish)) {}

 protected:
  // Once, last.
  void Finish(absl::StatusOr<Response> answer) { std::move(finish_)(std::move(answer)); }

  const SignInParts& parts_;
  const runtime::Handlers::Parts& handlers_;
  storage::Store& store_;
  const runtime::Call call_;
  const AuditRow row_;

 private:
  runtime::Handlers::Finish<Response> finish_;
};

// Answers a call by a flow of its own. `handlers` (Handlers or SignedInHandlers) and `parts`
// outlive the call.
template <typename Flow, typename AnyHandlers, typename Request, typename Response>
grpc::ServerUnaryReactor* RunFlow(AnyHandlers& handlers, const SignInParts& parts,
                                  grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) {
  return handlers.AsyncChange(
      context, request, response,
      [&handlers, &parts, request](const runtime::Call& call, const runtime::AuditEntry& entry,
                                   runtime::Handlers::Finish<Response> finish) {
        std::string request_id;
        if constexpr (requires { request->request_id(); }) request_id = request->request_id();
        std::make_shared<Flow>(parts, handlers.parts(), call,
                               AuditRow(handlers.parts(), entry, request_id), std::move(finish))
            ->Start(*request);
      });
}

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_CALL_FLOW_H_
