// gRPC: people and organisations.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_SERVICE_H_
#define MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_SERVICE_H_

#include <utility>

#include "milkway/accounts/v1/people.grpc.pb.h"
#include "services/accounts/signed_in_handlers.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

class AccountService final : public v1::AccountService::CallbackService {
 public:
  explicit AccountService(runtime::Handlers::Parts parts) : handlers_(std::move(parts)) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* WhoAmI(Context* context, const v1::WhoAmIRequest* request,
                  v1::WhoAmIResponse* response) override;
  Reactor* UpdateProfile(Context* context, const v1::UpdateProfileRequest* request,
                         v1::UpdateProfileResponse* response) override;
  Reactor* CreatePerson(Context* context, const v1::CreatePersonRequest* request,
                        v1::CreatePersonResponse* response) override;
  Reactor* GetPerson(Context* context, const v1::GetPersonRequest* request,
                     v1::GetPersonResponse* response) override;
  Reactor* ListPeople(Context* context, const v1::ListPeopleRequest* request,
                      v1::ListPeopleResponse* response) override;
  Reactor* UpdatePerson(Context* context, const v1::UpdatePersonRequest* request,
                        v1::UpdatePersonResponse* response) override;
  Reactor* DisablePerson(Context* context, const v1::DisablePersonRequest* request,
                         v1::DisablePersonResponse* response) override;
  Reactor* EnablePerson(Context* context, const v1::EnablePersonRequest* request,
                        v1::EnablePersonResponse* response) override;
  Reactor* CreateOrganisation(Context* context, const v1::CreateOrganisationRequest* request,
                              v1::CreateOrganisationResponse* response) override;
  Reactor* GetOrganisation(Context* context, const v1::GetOrganisationRequest* request,
                           v1::GetOrganisationResponse* response) override;
  Reactor* ListOrganisations(Context* context, const v1::ListOrganisationsRequest* request,
                             v1::ListOrganisationsResponse* response) override;
  Reactor* UpdateOrganisation(Context* context, const v1::UpdateOrganisationRequest* request,
                              v1::UpdateOrganisationResponse* response) override;

 private:
  SignedInHandlers handlers_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_SERVICE_H_
