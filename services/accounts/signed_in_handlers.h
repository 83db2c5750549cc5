// Handlers for people who are signed in: what the accounts know of a session counts at once,
// also before the keepers of access tokens have heard of it.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SIGNED_IN_HANDLERS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SIGNED_IN_HANDLERS_H_

#include <utility>

#include "absl/status/statusor.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/sessions.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

// As runtime::Handlers; UNAUTHENTICATED (SESSION_ENDED) besides.
class SignedInHandlers {
 public:
  explicit SignedInHandlers(runtime::Handlers::Parts parts) : handlers_(std::move(parts)) {}

  template <typename Request, typename Response, typename Read>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Read read) {
    return handlers_.Query(
        context, request, response,
        [read = std::move(read)](const storage::Reader& reader,
                                 const runtime::Call& call) -> absl::StatusOr<Response> {
          RETURN_IF_ERROR(CheckSession(reader, call));
          return read(reader, call);
        });
  }

  template <typename Request, typename Response, typename Change>
  grpc::ServerUnaryReactor* Mutate(grpc::CallbackServerContext* context, const Request* request,
                                   Response* response, Change change) {
    return handlers_.Mutate(
        context, request, response,
        [change = std::move(change)](storage::Transaction& transaction,
                                     const runtime::Call& call) -> absl::StatusOr<Response> {
          RETURN_IF_ERROR(CheckSession(transaction, call));
          return change(transaction, call);
        });
  }

  template <typename Request, typename Response, typename Start>
  grpc::ServerUnaryReactor* AsyncChange(grpc::CallbackServerContext* context,
                                        const Request* request, Response* response, Start start) {
    return handlers_.AsyncChange(context, request, response,
                                 [this, start = std::move(start)](
                                     const runtime::Call& call, const runtime::AuditEntry& entry,
                                     runtime::Handlers::Finish<Response> finish) mutable {
                                   const absl::Status status =
                                       CheckSession(*parts().store->NewSnapshot(), call);
                                   if (!status.ok()) return std::move(finish)(status);
                                   start(call, entry, std::move(finish));
                                 });
  }

  const runtime::Handlers::Parts& parts() const { return handlers_.parts(); }

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SIGNED_IN_HANDLERS_H_
