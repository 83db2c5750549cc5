// gRPC: where people are signed in.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SESSION_SERVICE_H_
#define MILKWAY_SERVICES_ACCOUNTS_SESSION_SERVICE_H_

#include <utility>

#include "milkway/accounts/v1/sessions.grpc.pb.h"
#include "services/accounts/signed_in_handlers.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

class SessionService final : public v1::SessionService::CallbackService {
 public:
  explicit SessionService(runtime::Handlers::Parts parts) : handlers_(std::move(parts)) {}

  grpc::ServerUnaryReactor* ListSessions(grpc::CallbackServerContext* context,
                                         const v1::ListSessionsRequest* request,
                                         v1::ListSessionsResponse* response) override;
  grpc::ServerUnaryReactor* RevokeSession(grpc::CallbackServerContext* context,
                                          const v1::RevokeSessionRequest* request,
                                          v1::RevokeSessionResponse* response) override;

 private:
  SignedInHandlers handlers_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SESSION_SERVICE_H_
