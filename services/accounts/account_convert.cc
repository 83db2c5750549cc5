#include "services/accounts/account_convert.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/people.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::accounts {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseText;

constexpr size_t kOrganisationNameBytesMax = 200;
constexpr size_t kEtagBytesMax = 64;

absl::StatusOr<std::vector<std::string>> ParseScopes(const v1::Person& message) {
  const int scopes_max = HasScopes(message.role()) ? static_cast<int>(kScopesMax) : 0;
  RETURN_IF_ERROR(
      runtime::CheckCount("scopes", message.scopes_size(), std::min(1, scopes_max), scopes_max));
  std::vector<std::string> scopes;
  for (int i = 0; i < message.scopes_size(); ++i) {
    ASSIGN_OR_RETURN(std::string scope, ParseId(Item("scopes", i), message.scopes(i)));
    scopes.push_back(std::move(scope));
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  return scopes;
}

absl::StatusOr<std::string> ParseSignInName(const v1::Person& message) {
  const std::string& typed =
      message.sign_in_name().empty() ? message.person_id() : message.sign_in_name();
  if (!IsSignInName(typed)) {
    return InvalidField("sign_in_name",
                        absl::StrCat("must be 1 to ", kSignInNameBytesMax,
                                     " characters: letters of the Latin alphabet, digits, \"-\", "
                                     "\"_\", \".\", \"@\" or \"+\""));
  }
  return NormalSignInName(typed);
}

bool IsCountryCode(const std::string& text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char letter) {
           return absl::ascii_isupper(static_cast<unsigned char>(letter));
         });
}

v1::InviteState ToMessage(InviteState state) {
  switch (state) {
    case InviteState::kOpen:
      return v1::INVITE_STATE_OPEN;
    case InviteState::kAccepted:
      return v1::INVITE_STATE_ACCEPTED;
    case InviteState::kRevoked:
      return v1::INVITE_STATE_REVOKED;
    case InviteState::kExpired:
      return v1::INVITE_STATE_EXPIRED;
  }
  return v1::INVITE_STATE_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<std::string> ParseDisplayName(absl::string_view field, const std::string& text) {
  return ParseText(field, text, 0, kDisplayNameBytesMax);
}

absl::StatusOr<std::string> ParseLanguage(absl::string_view field, const std::string& text) {
  if (text.empty() || text == "en" || text == "zh") return text;
  return InvalidField(field, "must be en, zh or empty");
}

absl::StatusOr<Person> ParsePerson(const v1::Person& message) {
  Person person;
  ASSIGN_OR_RETURN(person.person_id, ParseId("person_id", message.person_id()));
  ASSIGN_OR_RETURN(person.sign_in_name, ParseSignInName(message));
  ASSIGN_OR_RETURN(person.display_name, ParseDisplayName("display_name", message.display_name()));
  ASSIGN_OR_RETURN(person.language, ParseLanguage("language", message.language()));
  if (!message.organisation_id().empty()) {
    ASSIGN_OR_RETURN(person.organisation_id, ParseId("organisation_id", message.organisation_id()));
  }
  person.role = message.role();
  if (!IsPersonsRole(person.role)) {
    return InvalidField("role",
                        "must be admin, procurement, warehouse, school_contact, donor or auditor");
  }
  ASSIGN_OR_RETURN(person.scopes, ParseScopes(message));
  ASSIGN_OR_RETURN(person.etag, ParseText("etag", message.etag(), 0, kEtagBytesMax));
  return person;
}

absl::StatusOr<Organisation> ParseOrganisation(const v1::Organisation& message) {
  Organisation organisation;
  ASSIGN_OR_RETURN(organisation.organisation_id,
                   ParseId("organisation_id", message.organisation_id()));
  ASSIGN_OR_RETURN(organisation.name,
                   ParseText("name", message.name(), 1, kOrganisationNameBytesMax));
  organisation.country = message.country();
  if (!organisation.country.empty() && !IsCountryCode(organisation.country)) {
    return InvalidField("country", "must be two capital letters (ISO 3166), or empty");
  }
  ASSIGN_OR_RETURN(organisation.etag, ParseText("etag", message.etag(), 0, kEtagBytesMax));
  return organisation;
}

absl::StatusOr<Invitee> ParseInvitee(const v1::CreateInviteRequest& request) {
  Invitee invitee;
  if (request.has_person()) {
    absl::StatusOr<Person> person = ParsePerson(request.person());
    if (!person.ok()) return InField("person", person.status());
    invitee.person_id = person->person_id;
    invitee.person = *std::move(person);
  } else {
    ASSIGN_OR_RETURN(invitee.person_id, ParseId("person_id", request.person_id()));
  }
  if (request.life_hours() != 0) {
    ASSIGN_OR_RETURN(invitee.life_hours, runtime::ParseNumber("life_hours", request.life_hours(), 1,
                                                              kInviteLifeHoursMax));
  }
  return invitee;
}

v1::Person ToMessage(const std::string& person_id, const rec::PersonRecord& person,
                     const rec::CredentialsRecord& credentials) {
  v1::Person message = ToMessageWithoutNames(person_id, person, credentials);
  message.set_sign_in_name(person.sign_in_name());
  message.set_display_name(person.display_name());
  return message;
}

v1::Person ToMessageWithoutNames(const std::string& person_id, const rec::PersonRecord& person,
                                 const rec::CredentialsRecord& credentials) {
  v1::Person message;
  message.set_person_id(person_id);
  message.set_language(person.language());
  message.set_organisation_id(person.organisation_id());
  message.set_role(RoleOf(person));
  *message.mutable_scopes() = person.scopes();
  message.set_disabled(person.disabled());
  message.set_has_password(!credentials.password_hash().empty());
  message.set_has_totp(!credentials.totp_secret_sealed().empty());
  message.set_etag(EtagOf(person));
  message.set_created_us(person.created_us());
  return message;
}

v1::Organisation ToMessage(const std::string& organisation_id,
                           const rec::OrganisationRecord& organisation) {
  v1::Organisation message;
  message.set_organisation_id(organisation_id);
  message.set_name(organisation.name());
  message.set_country(organisation.country());
  message.set_etag(EtagOf(organisation));
  return message;
}

v1::Invite ToMessage(const Invite& invite, int64_t now_us) {
  const rec::InviteRecord& record = invite.record;
  v1::Invite message;
  message.set_invite_id(invite.invite_id);
  *message.mutable_person() = ToMessage(record.person_id(), invite.person, {});
  message.mutable_person()->clear_etag();
  message.set_state(ToMessage(StateOf(invite, now_us)));
  message.set_created_by(record.created_by());
  message.set_created_us(record.created_us());
  message.set_expires_us(record.expires_us());
  message.set_ended_us(record.accepted_us() != 0 ? record.accepted_us() : record.revoked_us());
  return message;
}

}  // namespace milkway::accounts
