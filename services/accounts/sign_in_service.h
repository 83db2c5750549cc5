// gRPC: signing in and out.
//
// No method here goes through Handlers::Mutate where a request or an answer holds a secret:
// that would keep it. once_with_secrets.h says what is done instead; only a session knows by
// itself which request refreshed it.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_SERVICE_H_
#define MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_SERVICE_H_

#include <memory>
#include <string>
#include <utility>

#include "milkway/accounts/v1/sign_in.grpc.pb.h"
#include "services/accounts/sign_in_parts.h"
#include "services/accounts/signed_in_handlers.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

class SignInService final : public v1::SignInService::CallbackService {
 public:
  SignInService(const runtime::Handlers::Parts& handler_parts, const SignInParts& parts)
      : handlers_(handler_parts), signed_in_(handler_parts), parts_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // sign_in_service.cc
  Reactor* SignIn(Context* context, const v1::SignInRequest* request,
                  v1::SignInResponse* response) override;
  Reactor* Refresh(Context* context, const v1::RefreshRequest* request,
                   v1::RefreshResponse* response) override;
  Reactor* SignOut(Context* context, const v1::SignOutRequest* request,
                   v1::SignOutResponse* response) override;
  // invite_handlers.cc
  Reactor* OpenInvite(Context* context, const v1::OpenInviteRequest* request,
                      v1::OpenInviteResponse* response) override;
  Reactor* AcceptInvite(Context* context, const v1::AcceptInviteRequest* request,
                        v1::AcceptInviteResponse* response) override;
  // set_up_handler.cc
  Reactor* SetUp(Context* context, const v1::SetUpRequest* request,
                 v1::SetUpResponse* response) override;
  // password_handlers.cc
  Reactor* ChangePassword(Context* context, const v1::ChangePasswordRequest* request,
                          v1::ChangePasswordResponse* response) override;
  // totp_handlers.cc
  Reactor* EnrolTotp(Context* context, const v1::EnrolTotpRequest* request,
                     v1::EnrolTotpResponse* response) override;
  Reactor* ConfirmTotp(Context* context, const v1::ConfirmTotpRequest* request,
                       v1::ConfirmTotpResponse* response) override;
  Reactor* RemoveTotp(Context* context, const v1::RemoveTotpRequest* request,
                      v1::RemoveTotpResponse* response) override;

 private:
  // One call each, from its first look at the store to its answer.
  class SignInFlow;
  class RefreshFlow;
  class AcceptInviteFlow;
  class SetUpFlow;
  class ChangePasswordFlow;
  class EnrolTotpFlow;

  runtime::Handlers handlers_;
  SignedInHandlers signed_in_;
  const SignInParts parts_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_SERVICE_H_
