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
using storage::Reader;
using storage::Transaction;

// The session that accepting the invite began, while it may be told again.
absl::StatusOr<std::optional<Session>> FindRepeat(const Reader& reader, const Invite& invite,
                                                  runtime::RequestId request_id, int64_t now_us) {
  if (invite.record.accepted_us() == 0) return std::nullopt;
  const std::string& session_id = invite.record.session_id();
  ASSIGN_OR_RETURN(auto record, SessionTable::Find(reader, session_id));
  if (!record.has_value() || !IsFreshRepeat(*record, request_id, now_us, kInviteRepeatUs)) {
    return std::nullopt;
  }
  return std::optional<Session>(Session{session_id, *std::move(record)});
}

// The person as recorded from now on.
absl::StatusOr<rec::PersonRecord> Admit(Transaction& transaction, const Invite& invite,
                                        const Acceptance& acceptance, const Call& call) {
  rec::PersonRecord person = invite.person;
  if (!invite.record.has_person()) {
    if (person.disabled()) return PersonDisabled();
    return person;
  }
  if (!acceptance.display_name.empty()) person.set_display_name(acceptance.display_name);
  Call own = call;
  own.caller.id = invite.record.person_id();
  return CreatePerson(transaction, invite.record.person_id(), person, own);
}

absl::Status SetPassword(Transaction& transaction, const std::string& person_id,
                         const rec::PersonRecord& person, const Acceptance& acceptance,
                         rec::CredentialsRecord* credentials, const Call& call) {
  if (acceptance.password_hash.empty()) {
    if (NeedsPassword(person)) return runtime::InvalidField("password", "must be set");
    return absl::OkStatus();
  }
  credentials->set_password_hash(acceptance.password_hash);
  return EndSessionsOf(transaction, person_id, "", call.now_us);
}

}  // namespace

bool NeedsPassword(const rec::PersonRecord& person) { return IsStaff(RoleOf(person)); }

absl::StatusOr<bool> IsRepeat(const Reader& reader, const Invite& invite,
                              runtime::RequestId request_id, int64_t now_us) {
  ASSIGN_OR_RETURN(const auto session, FindRepeat(reader, invite, request_id, now_us));
  return session.has_value();
}

absl::StatusOr<Accepted> AcceptInvite(Transaction& transaction, const Secrets& secrets,
                                      const Acceptance& acceptance, const Call& call) {
  ASSIGN_OR_RETURN(Invite invite, FindInvite(transaction, acceptance.invite_token));
  Accepted accepted;
  accepted.invite_id = invite.invite_id;
  accepted.person_id = invite.record.person_id();
  ASSIGN_OR_RETURN(auto repeat,
                   FindRepeat(transaction, invite, acceptance.request_id, call.now_us));
  if (repeat.has_value()) {
    accepted.is_repeat = true;
    accepted.person = invite.person;
    accepted.session = *std::move(repeat);
    return accepted;
  }
  RETURN_IF_ERROR(CheckOpen(invite, call.now_us));
  ASSIGN_OR_RETURN(accepted.person, Admit(transaction, invite, acceptance, call));
  ASSIGN_OR_RETURN(rec::CredentialsRecord credentials,
                   ReadCredentials(transaction, accepted.person_id));
  RETURN_IF_ERROR(
      TakeCode(secrets, accepted.person_id, acceptance.code, call.now_us, &credentials));
  RETURN_IF_ERROR(SetPassword(transaction, accepted.person_id, accepted.person, acceptance,
                              &credentials, call));
  RETURN_IF_ERROR(PutCredentials(transaction, accepted.person_id, accepted.person, credentials));
  ASSIGN_OR_RETURN(accepted.session,
                   BeginSession(transaction, accepted.person_id, acceptance.request_id,
                                acceptance.device_name, call));
  invite.record.set_accepted_us(call.now_us);
  invite.record.set_session_id(accepted.session.session_id);
  RETURN_IF_ERROR(InviteTable::Put(transaction, invite.record, invite.invite_id));
  return accepted;
}

}  // namespace milkway::accounts
