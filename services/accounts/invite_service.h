// gRPC: invites, for whoever makes them.

#ifndef MILKWAY_SERVICES_ACCOUNTS_INVITE_SERVICE_H_
#define MILKWAY_SERVICES_ACCOUNTS_INVITE_SERVICE_H_

#include "milkway/accounts/v1/invites.grpc.pb.h"
#include "services/accounts/sign_in_parts.h"
#include "services/accounts/signed_in_handlers.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

class InviteService final : public v1::InviteService::CallbackService {
 public:
  InviteService(const runtime::Handlers::Parts& handler_parts, const SignInParts& parts)
      : handlers_(handler_parts), parts_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* CreateInvite(Context* context, const v1::CreateInviteRequest* request,
                        v1::CreateInviteResponse* response) override;
  Reactor* ListInvites(Context* context, const v1::ListInvitesRequest* request,
                       v1::ListInvitesResponse* response) override;
  Reactor* RevokeInvite(Context* context, const v1::RevokeInviteRequest* request,
                        v1::RevokeInviteResponse* response) override;

 private:
  absl::StatusOr<v1::CreateInviteResponse> Tell(const rec::InviteAnswerRecord& made,
                                                const runtime::Call& call) const;

  SignedInHandlers handlers_;
  const SignInParts parts_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_INVITE_SERVICE_H_
