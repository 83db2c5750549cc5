#include "services/accounts/invite_acceptance.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/credentials.h"
#include "services/accounts/people.h"
#include "services/runtime/errors.h"

namespace milkway::accounts {

namespace {

using runtime::Call;
using storage::Transaction;

// The person as recorded from now on.
absl::StatusOr<rec::PersonRecord> Admit(Transaction& transaction, const Invite& invite,
                                        const Acceptance& acceptance, const Call& call) {
  rec::PersonRecord person = invite.person;
  Call own = call;
  own.caller.id = invite.record.person_id();
  if (!invite.record.has_person()) {
    if (!person.disabled()) return person;
    if (!invite.record.is_set_up()) return PersonDisabled();
    return SetDisabled(transaction, invite.record.person_id(), false, own);
  }
  if (!acceptance.display_name.empty()) person.set_display_name(acceptance.display_name);
  return CreatePerson(transaction, invite.record.person_id(), person, own);
}

// What the person proves an identity with from now on.
absl::Status TakeCredentials(Transaction& transaction, const Secrets& secrets, const Invite& invite,
                             const rec::PersonRecord& person, const Acceptance& acceptance,
                             const Call& call) {
  const std::string& person_id = invite.record.person_id();
  ASSIGN_OR_RETURN(rec::CredentialsRecord credentials, ReadCredentials(transaction, person_id));
  // An authenticator that is lost, or sealed under a master key that is.
  if (invite.record.is_set_up()) ClearTotp(&credentials);
  RETURN_IF_ERROR(TakeCode(secrets, person_id, acceptance.code, call.now_us, &credentials));
  if (acceptance.password_hash.empty()) {
    if (NeedsPassword(person)) return runtime::InvalidField("password", "must be set");
    return PutCredentials(transaction, person_id, person, credentials);
  }
  credentials.set_password_hash(acceptance.password_hash);
  return PutNewPassword(transaction, person_id, credentials, "", call.now_us);
}

}  // namespace

bool NeedsPassword(const rec::PersonRecord& person) { return IsStaff(RoleOf(person)); }

absl::StatusOr<Accepted> AcceptInvite(Transaction& transaction, const Secrets& secrets,
                                      const Acceptance& acceptance, const Call& call) {
  ASSIGN_OR_RETURN(Invite invite, FindInvite(transaction, acceptance.invite_token));
  Accepted accepted;
  accepted.invite_id = invite.invite_id;
  accepted.person_id = invite.record.person_id();
  accepted.was_set_up = invite.record.is_set_up();
  RETURN_IF_ERROR(CheckOpen(invite, call.now_us));
  ASSIGN_OR_RETURN(accepted.person, Admit(transaction, invite, acceptance, call));
  RETURN_IF_ERROR(TakeCredentials(transaction, secrets, invite, accepted.person, acceptance, call));
  ASSIGN_OR_RETURN(accepted.session,
                   BeginSession(transaction, accepted.person_id, acceptance.request_id,
                                acceptance.device_name, call));
  invite.record.set_accepted_us(call.now_us);
  invite.record.set_session_id(accepted.session.session_id);
  ForgetInvitee(&invite.record);
  RETURN_IF_ERROR(InviteTable::Put(transaction, invite.record, invite.invite_id));
  return accepted;
}

}  // namespace milkway::accounts
