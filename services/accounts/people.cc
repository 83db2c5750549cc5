#include "services/accounts/people.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/sessions.h"

namespace milkway::accounts {

namespace {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

absl::Status CheckOrganisation(const Reader& reader, const std::string& organisation_id) {
  if (organisation_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto organisation, OrganisationTable::Find(reader, organisation_id));
  if (organisation.has_value()) return absl::OkStatus();
  return OrganisationUnknown(absl::StatusCode::kFailedPrecondition, organisation_id);
}

absl::Status CheckSignInName(const Reader& reader, const std::string& person_id,
                             const std::string& sign_in_name) {
  ASSIGN_OR_RETURN(const auto owner, FindBySignInName(reader, sign_in_name));
  if (!owner.has_value() || *owner == person_id) return absl::OkStatus();
  return SignInNameTaken(sign_in_name);
}

bool IsReadyAdmin(const rec::PersonRecord& person, const rec::CredentialsRecord& credentials) {
  return RoleOf(person) == common::v1::ROLE_ADMIN && !person.disabled() &&
         !credentials.password_hash().empty();
}

// Stores whether the person is an admin who can sign in. FAILED_PRECONDITION (LAST_ADMIN)
// if the person was the last one and is none any more.
absl::Status PutReadiness(Transaction& transaction, const std::string& person_id, bool is_ready) {
  if (is_ready) return ReadyAdminTable::Put(transaction, rec::IndexRecord(), person_id);
  bool was_ready = false;
  bool has_others = false;
  RETURN_IF_ERROR(
      ReadyAdminTable::Scan(transaction, ReadyAdminKey::Range(),
                            [&](const ReadyAdminKey::Key& key, const rec::IndexRecord&) {
                              (std::get<0>(key) == person_id ? was_ready : has_others) = true;
                              return !(was_ready && has_others);
                            }));
  if (was_ready && !has_others) return LastAdmin(person_id);
  return ReadyAdminTable::Delete(transaction, person_id);
}

// Stores the next version.
absl::Status PutPerson(Transaction& transaction, const std::string& person_id,
                       rec::PersonRecord* person, const Call& call) {
  person->set_version(person->version() + 1);
  person->set_changed_by(call.caller.id);
  person->set_changed_us(call.now_us);
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                   ReadCredentials(transaction, person_id));
  RETURN_IF_ERROR(PutReadiness(transaction, person_id, IsReadyAdmin(*person, credentials)));
  return PersonTable::Put(transaction, *person, person_id);
}

absl::Status PutSignInName(Transaction& transaction, const std::string& person_id,
                           const std::string& sign_in_name) {
  rec::SignInNameRecord owner;
  owner.set_person_id(person_id);
  return SignInNameTable::Put(transaction, owner, sign_in_name);
}

// Every invite of the person that was made by now. By number: a clock may be set back.
absl::Status CloseInvites(const Reader& reader, rec::PersonRecord* person) {
  ASSIGN_OR_RETURN(const auto last, LastInviteTable::Find(reader));
  if (last.has_value()) person->set_invites_closed_through(last->last());
  return absl::OkStatus();
}

std::vector<std::string> ScopesOf(const rec::PersonRecord& person) {
  return {person.scopes().begin(), person.scopes().end()};
}

// Makes what the person may not do any more end at once.
absl::Status EndWhatWasTaken(Transaction& transaction, const std::string& person_id,
                             const rec::PersonRecord& before, const rec::PersonRecord& after,
                             int64_t now_us) {
  if (before.role() != after.role()) {
    return EndSessionsOf(transaction, person_id, "", now_us);
  }
  if (Shrinks(ScopesOf(before), ScopesOf(after))) {
    return EndAccessTokensOf(transaction, person_id, now_us);
  }
  return absl::OkStatus();
}

}  // namespace

std::string EtagOf(const rec::PersonRecord& person) { return absl::StrCat(person.version()); }

absl::StatusOr<rec::PersonRecord> ReadPerson(const Reader& reader, const std::string& person_id) {
  ASSIGN_OR_RETURN(auto person, PersonTable::Find(reader, person_id));
  if (!person.has_value()) return PersonUnknown(person_id);
  return *std::move(person);
}

absl::StatusOr<rec::CredentialsRecord> ReadCredentials(const Reader& reader,
                                                       const std::string& person_id) {
  ASSIGN_OR_RETURN(auto credentials, CredentialsTable::Find(reader, person_id));
  return std::move(credentials).value_or(rec::CredentialsRecord());
}

absl::StatusOr<std::optional<std::string>> FindBySignInName(const Reader& reader,
                                                            const std::string& sign_in_name) {
  ASSIGN_OR_RETURN(auto owner, SignInNameTable::Find(reader, sign_in_name));
  if (!owner.has_value()) return std::nullopt;
  return std::optional<std::string>(owner->person_id());
}

absl::Status CheckNewPerson(const Reader& reader, const std::string& person_id,
                            const rec::PersonRecord& person) {
  ASSIGN_OR_RETURN(const auto taken, PersonTable::Find(reader, person_id));
  if (taken.has_value()) return PersonExists(person_id);
  RETURN_IF_ERROR(CheckSignInName(reader, person_id, person.sign_in_name()));
  return CheckOrganisation(reader, person.organisation_id());
}

rec::PersonRecord RecordOf(const Person& person) {
  rec::PersonRecord record;
  record.set_sign_in_name(person.sign_in_name);
  record.set_display_name(person.display_name);
  record.set_language(person.language);
  record.set_organisation_id(person.organisation_id);
  record.set_role(static_cast<uint32_t>(person.role));
  for (const std::string& scope : person.scopes) record.add_scopes(scope);
  return record;
}

absl::StatusOr<rec::PersonRecord> CreatePerson(Transaction& transaction,
                                               const std::string& person_id,
                                               const rec::PersonRecord& person, const Call& call) {
  RETURN_IF_ERROR(CheckNewPerson(transaction, person_id, person));
  rec::PersonRecord record = person;
  record.set_created_us(call.now_us);
  RETURN_IF_ERROR(PutPerson(transaction, person_id, &record, call));
  RETURN_IF_ERROR(PutSignInName(transaction, person_id, record.sign_in_name()));
  return record;
}

absl::StatusOr<rec::PersonRecord> UpdatePerson(Transaction& transaction, const Person& person,
                                               const Call& call) {
  ASSIGN_OR_RETURN(const rec::PersonRecord before, ReadPerson(transaction, person.person_id));
  if (person.etag != EtagOf(before)) return PersonChanged(person.person_id);
  RETURN_IF_ERROR(CheckSignInName(transaction, person.person_id, person.sign_in_name));
  RETURN_IF_ERROR(CheckOrganisation(transaction, person.organisation_id));
  rec::PersonRecord after = RecordOf(person);
  after.set_disabled(before.disabled());
  after.set_version(before.version());
  after.set_created_us(before.created_us());
  after.set_invites_closed_through(before.invites_closed_through());
  if (before.role() != after.role()) RETURN_IF_ERROR(CloseInvites(transaction, &after));
  RETURN_IF_ERROR(PutPerson(transaction, person.person_id, &after, call));
  RETURN_IF_ERROR(SignInNameTable::Delete(transaction, before.sign_in_name()));
  RETURN_IF_ERROR(PutSignInName(transaction, person.person_id, after.sign_in_name()));
  RETURN_IF_ERROR(EndWhatWasTaken(transaction, person.person_id, before, after, call.now_us));
  return after;
}

absl::StatusOr<rec::PersonRecord> UpdateProfile(Transaction& transaction,
                                                const std::string& display_name,
                                                const std::string& language,
                                                const std::string& etag, const Call& call) {
  const std::string& person_id = call.caller.id;
  ASSIGN_OR_RETURN(auto person, PersonTable::Find(transaction, person_id));
  if (!person.has_value()) return NotSignedIn();
  if (etag != EtagOf(*person)) return PersonChanged(person_id);
  person->set_display_name(display_name);
  person->set_language(language);
  RETURN_IF_ERROR(PutPerson(transaction, person_id, &*person, call));
  return *std::move(person);
}

absl::StatusOr<rec::PersonRecord> SetDisabled(Transaction& transaction,
                                              const std::string& person_id, bool disabled,
                                              const Call& call) {
  ASSIGN_OR_RETURN(rec::PersonRecord person, ReadPerson(transaction, person_id));
  if (person.disabled() == disabled) return person;
  person.set_disabled(disabled);
  // Whoever has a link of before does not come back with the person.
  if (disabled) RETURN_IF_ERROR(CloseInvites(transaction, &person));
  RETURN_IF_ERROR(PutPerson(transaction, person_id, &person, call));
  if (disabled) RETURN_IF_ERROR(EndSessionsOf(transaction, person_id, "", call.now_us));
  return person;
}

absl::StatusOr<bool> HasReadyAdmin(const Reader& reader) {
  bool has_one = false;
  RETURN_IF_ERROR(ReadyAdminTable::Scan(reader, ReadyAdminKey::Range(),
                                        [&](const ReadyAdminKey::Key&, const rec::IndexRecord&) {
                                          has_one = true;
                                          return false;
                                        }));
  return has_one;
}

absl::Status PutCredentials(Transaction& transaction, const std::string& person_id,
                            const rec::PersonRecord& person,
                            const rec::CredentialsRecord& credentials) {
  RETURN_IF_ERROR(PutReadiness(transaction, person_id, IsReadyAdmin(person, credentials)));
  return CredentialsTable::Put(transaction, credentials, person_id);
}

absl::Status PutNewPassword(Transaction& transaction, const std::string& person_id,
                            const rec::CredentialsRecord& credentials,
                            const std::string& spared_session_id, int64_t now_us) {
  ASSIGN_OR_RETURN(rec::PersonRecord person, ReadPerson(transaction, person_id));
  // No new version of the person: nothing that others see is changed.
  RETURN_IF_ERROR(CloseInvites(transaction, &person));
  RETURN_IF_ERROR(PersonTable::Put(transaction, person, person_id));
  RETURN_IF_ERROR(PutCredentials(transaction, person_id, person, credentials));
  return EndSessionsOf(transaction, person_id, spared_session_id, now_us);
}

}  // namespace milkway::accounts
