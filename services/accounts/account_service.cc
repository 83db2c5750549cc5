#include "services/accounts/account_service.h"

#include <algorithm>
#include <optional>
#include <string>

#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/organisations.h"
#include "services/accounts/people.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

absl::StatusOr<Person> ParsePersonField(const v1::Person& message) {
  absl::StatusOr<Person> person = ParsePerson(message);
  if (!person.ok()) return InField("person", person.status());
  return person;
}

absl::StatusOr<Organisation> ParseOrganisationField(const v1::Organisation& message) {
  absl::StatusOr<Organisation> organisation = ParseOrganisation(message);
  if (!organisation.ok()) return InField("organisation", organisation.status());
  return organisation;
}

// As the caller may see the person.
absl::StatusOr<v1::Person> Tell(const Reader& reader, const std::string& person_id,
                                const rec::PersonRecord& person, const Call& call) {
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials, ReadCredentials(reader, person_id));
  const bool sees_names =
      call.caller.role != common::v1::ROLE_AUDITOR || call.caller.id == person_id;
  return sees_names ? ToMessage(person_id, person, credentials)
                    : ToMessageWithoutNames(person_id, person, credentials);
}

bool Matches(const v1::ListPeopleRequest& request, const rec::PersonRecord& person) {
  const auto has_scope = [&] {
    return std::find(person.scopes().begin(), person.scopes().end(), request.scope()) !=
           person.scopes().end();
  };
  return (request.role() == common::v1::ROLE_UNSPECIFIED || request.role() == RoleOf(person)) &&
         (request.organisation_id().empty() ||
          request.organisation_id() == person.organisation_id()) &&
         (request.scope().empty() || has_scope());
}

// The person as recorded now, to be shown in the audit log; nullopt if there is none.
absl::StatusOr<std::optional<v1::Person>> PersonBefore(const Reader& reader,
                                                       const std::string& person_id) {
  ASSIGN_OR_RETURN(const auto person, PersonTable::Find(reader, person_id));
  if (!person.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials, ReadCredentials(reader, person_id));
  return std::optional<v1::Person>(ToMessage(person_id, *person, credentials));
}

// The response of a change: the person as stored. The audit log shows both.
template <typename Response>
absl::StatusOr<Response> TellChanged(const Reader& reader, const std::string& person_id,
                                     const std::optional<v1::Person>& before,
                                     const rec::PersonRecord& person, const Call& call) {
  Response response;
  ASSIGN_OR_RETURN(*response.mutable_person(), Tell(reader, person_id, person, call));
  call.Changed(before.has_value() ? &*before : nullptr, &response.person());
  return response;
}

template <typename Response>
absl::StatusOr<Response> Disable(Transaction& transaction, const std::string& id, bool disabled,
                                 const Call& call) {
  ASSIGN_OR_RETURN(const std::string person_id, runtime::ParseId("person_id", id));
  ASSIGN_OR_RETURN(const auto before, PersonBefore(transaction, person_id));
  ASSIGN_OR_RETURN(const rec::PersonRecord person,
                   SetDisabled(transaction, person_id, disabled, call));
  return TellChanged<Response>(transaction, person_id, before, person, call);
}

}  // namespace

grpc::ServerUnaryReactor* AccountService::WhoAmI(Context* context, const v1::WhoAmIRequest* request,
                                                 v1::WhoAmIResponse* response) {
  return handlers_.Query(
      context, request, response,
      [](const Reader& reader, const Call& call) -> absl::StatusOr<v1::WhoAmIResponse> {
        v1::WhoAmIResponse answer;
        answer.set_caller_id(call.caller.id);
        answer.set_role(call.caller.role);
        for (const std::string& scope : call.caller.scopes) answer.add_scopes(scope);
        answer.set_session_id(SessionIdOfToken(call.caller.session_id));
        if (call.caller.session_id.empty()) return answer;
        ASSIGN_OR_RETURN(const auto person, PersonTable::Find(reader, call.caller.id));
        if (!person.has_value()) return answer;
        ASSIGN_OR_RETURN(*answer.mutable_person(), Tell(reader, call.caller.id, *person, call));
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::UpdateProfile(Context* context,
                                                        const v1::UpdateProfileRequest* request,
                                                        v1::UpdateProfileResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::UpdateProfileResponse> {
        ASSIGN_OR_RETURN(const std::string display_name,
                         ParseDisplayName("display_name", request->display_name()));
        ASSIGN_OR_RETURN(const std::string language,
                         ParseLanguage("language", request->language()));
        if (call.caller.session_id.empty()) return NotSignedIn();
        ASSIGN_OR_RETURN(const auto before, PersonBefore(transaction, call.caller.id));
        ASSIGN_OR_RETURN(
            const rec::PersonRecord person,
            accounts::UpdateProfile(transaction, display_name, language, request->etag(), call));
        return TellChanged<v1::UpdateProfileResponse>(transaction, call.caller.id, before, person,
                                                      call);
      });
}

grpc::ServerUnaryReactor* AccountService::CreatePerson(Context* context,
                                                       const v1::CreatePersonRequest* request,
                                                       v1::CreatePersonResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CreatePersonResponse> {
        ASSIGN_OR_RETURN(const Person person, ParsePersonField(request->person()));
        ASSIGN_OR_RETURN(
            const rec::PersonRecord record,
            accounts::CreatePerson(transaction, person.person_id, RecordOf(person), call));
        return TellChanged<v1::CreatePersonResponse>(transaction, person.person_id, std::nullopt,
                                                     record, call);
      });
}

grpc::ServerUnaryReactor* AccountService::GetPerson(Context* context,
                                                    const v1::GetPersonRequest* request,
                                                    v1::GetPersonResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::GetPersonResponse> {
        ASSIGN_OR_RETURN(const std::string person_id,
                         runtime::ParseId("person_id", request->person_id()));
        ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(reader, person_id));
        v1::GetPersonResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_person(), Tell(reader, person_id, person, call));
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::ListPeople(Context* context,
                                                     const v1::ListPeopleRequest* request,
                                                     v1::ListPeopleResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::ListPeopleResponse> {
        v1::ListPeopleResponse answer;
        absl::Status damage;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<PersonTable>(
                             reader, PersonKey::Range(), *request,
                             [&](const PersonKey::Key& key, const rec::PersonRecord& person) {
                               if (!Matches(*request, person)) return false;
                               absl::StatusOr<v1::Person> told =
                                   Tell(reader, std::get<0>(key), person, call);
                               damage.Update(told.status());
                               if (told.ok()) *answer.add_people() = *std::move(told);
                               return true;
                             }));
        RETURN_IF_ERROR(damage);
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::UpdatePerson(Context* context,
                                                       const v1::UpdatePersonRequest* request,
                                                       v1::UpdatePersonResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::UpdatePersonResponse> {
        ASSIGN_OR_RETURN(const Person person, ParsePersonField(request->person()));
        ASSIGN_OR_RETURN(const auto before, PersonBefore(transaction, person.person_id));
        ASSIGN_OR_RETURN(const rec::PersonRecord record,
                         accounts::UpdatePerson(transaction, person, call));
        return TellChanged<v1::UpdatePersonResponse>(transaction, person.person_id, before, record,
                                                     call);
      });
}

grpc::ServerUnaryReactor* AccountService::DisablePerson(Context* context,
                                                        const v1::DisablePersonRequest* request,
                                                        v1::DisablePersonResponse* response) {
  return handlers_.Mutate(
      context, request, response, [request](Transaction& transaction, const Call& call) {
        return Disable<v1::DisablePersonResponse>(transaction, request->person_id(), true, call);
      });
}

grpc::ServerUnaryReactor* AccountService::EnablePerson(Context* context,
                                                       const v1::EnablePersonRequest* request,
                                                       v1::EnablePersonResponse* response) {
  return handlers_.Mutate(
      context, request, response, [request](Transaction& transaction, const Call& call) {
        return Disable<v1::EnablePersonResponse>(transaction, request->person_id(), false, call);
      });
}

grpc::ServerUnaryReactor* AccountService::CreateOrganisation(
    Context* context, const v1::CreateOrganisationRequest* request,
    v1::CreateOrganisationResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CreateOrganisationResponse> {
        ASSIGN_OR_RETURN(const Organisation organisation,
                         ParseOrganisationField(request->organisation()));
        ASSIGN_OR_RETURN(const rec::OrganisationRecord record,
                         accounts::CreateOrganisation(transaction, organisation, call));
        v1::CreateOrganisationResponse answer;
        *answer.mutable_organisation() = ToMessage(organisation.organisation_id, record);
        call.Changed(nullptr, &answer.organisation());
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::GetOrganisation(Context* context,
                                                          const v1::GetOrganisationRequest* request,
                                                          v1::GetOrganisationResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetOrganisationResponse> {
        ASSIGN_OR_RETURN(const std::string organisation_id,
                         runtime::ParseId("organisation_id", request->organisation_id()));
        ASSIGN_OR_RETURN(const rec::OrganisationRecord record,
                         ReadOrganisation(reader, organisation_id));
        v1::GetOrganisationResponse answer;
        *answer.mutable_organisation() = ToMessage(organisation_id, record);
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::ListOrganisations(
    Context* context, const v1::ListOrganisationsRequest* request,
    v1::ListOrganisationsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListOrganisationsResponse> {
        v1::ListOrganisationsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<OrganisationTable>(
                reader, OrganisationKey::Range(), *request,
                [&](const OrganisationKey::Key& key, const rec::OrganisationRecord& record) {
                  *answer.add_organisations() = ToMessage(std::get<0>(key), record);
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* AccountService::UpdateOrganisation(
    Context* context, const v1::UpdateOrganisationRequest* request,
    v1::UpdateOrganisationResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::UpdateOrganisationResponse> {
        ASSIGN_OR_RETURN(const Organisation organisation,
                         ParseOrganisationField(request->organisation()));
        const std::string& organisation_id = organisation.organisation_id;
        ASSIGN_OR_RETURN(const rec::OrganisationRecord replaced,
                         ReadOrganisation(transaction, organisation_id));
        ASSIGN_OR_RETURN(const rec::OrganisationRecord record,
                         accounts::UpdateOrganisation(transaction, organisation, call));
        v1::UpdateOrganisationResponse answer;
        *answer.mutable_organisation() = ToMessage(organisation_id, record);
        const v1::Organisation before = ToMessage(organisation_id, replaced);
        call.Changed(&before, &answer.organisation());
        return answer;
      });
}

}  // namespace milkway::accounts
