// Between the messages of people, organisations and invites and their domain types: all
// input checks. An INVALID_ARGUMENT names the field.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_CONVERT_H_
#define MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/accounts/v1/invites.pb.h"
#include "milkway/accounts/v1/people.pb.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/invites.h"
#include "services/accounts/organisations.h"
#include "services/accounts/person.h"

namespace milkway::accounts {

absl::StatusOr<Person> ParsePerson(const v1::Person& message);
absl::StatusOr<Organisation> ParseOrganisation(const v1::Organisation& message);
absl::StatusOr<Invitee> ParseInvitee(const v1::CreateInviteRequest& request);

absl::StatusOr<std::string> ParseDisplayName(absl::string_view field, const std::string& text);
absl::StatusOr<std::string> ParseLanguage(absl::string_view field, const std::string& text);

v1::Person ToMessage(const std::string& person_id, const rec::PersonRecord& person,
                     const rec::CredentialsRecord& credentials);
// The same for who reads everything but what names people.
v1::Person ToMessageWithoutNames(const std::string& person_id, const rec::PersonRecord& person,
                                 const rec::CredentialsRecord& credentials);
v1::Organisation ToMessage(const std::string& organisation_id,
                           const rec::OrganisationRecord& organisation);
v1::Invite ToMessage(const Invite& invite, int64_t now_us);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ACCOUNT_CONVERT_H_
