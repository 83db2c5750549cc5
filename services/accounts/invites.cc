#include "services/accounts/invites.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/people.h"

namespace milkway::accounts {

namespace {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

constexpr int64_t kHourUs = int64_t{3'600} * 1'000'000;
// A token is 43 characters; whatever is much longer is none.
constexpr size_t kTokenBytesMax = 100;

absl::StatusOr<int64_t> TakeInviteId(Transaction& transaction) {
  ASSIGN_OR_RETURN(auto counter, LastInviteTable::Find(transaction));
  rec::CounterRecord next = std::move(counter).value_or(rec::CounterRecord());
  next.set_last(next.last() + 1);
  RETURN_IF_ERROR(LastInviteTable::Put(transaction, next));
  return next.last();
}

// Everybody has a sign-in name, but for whom ForgetInvitee was done.
bool IsForgotten(const rec::InviteRecord& invite) {
  return invite.has_person() && invite.person().sign_in_name().empty();
}

// The person that is invited, and whether the invite may be made.
absl::StatusOr<rec::PersonRecord> CheckInvitee(const Reader& reader, const Invitee& invitee,
                                               const Call& call) {
  if (invitee.person.has_value()) {
    if (!MayInvite(call.caller.role, invitee.person->role)) return MayNotInvite();
    rec::PersonRecord person = RecordOf(*invitee.person);
    RETURN_IF_ERROR(CheckNewPerson(reader, invitee.person_id, person));
    return person;
  }
  ASSIGN_OR_RETURN(rec::PersonRecord person, ReadPerson(reader, invitee.person_id));
  if (!MayManage(call.caller, person)) return PersonUnknown(invitee.person_id);
  if (person.disabled() && !invitee.is_set_up) return CannotInviteDisabled(invitee.person_id);
  return person;
}

}  // namespace

InviteState StateOf(const Invite& invite, int64_t now_us) {
  const rec::InviteRecord& record = invite.record;
  if (record.accepted_us() != 0) return InviteState::kAccepted;
  const bool is_closed = invite.invite_id <= invite.person.invites_closed_through() ||
                         invite.person.role() != record.role();
  if (record.revoked_us() != 0 || is_closed) return InviteState::kRevoked;
  const bool is_expired = record.expires_us() <= now_us || IsForgotten(record);
  return is_expired ? InviteState::kExpired : InviteState::kOpen;
}

absl::Status CheckOpen(const Invite& invite, int64_t now_us) {
  switch (StateOf(invite, now_us)) {
    case InviteState::kOpen:
      return absl::OkStatus();
    case InviteState::kAccepted:
      return InviteUsed();
    case InviteState::kRevoked:
      return InviteRevoked();
    case InviteState::kExpired:
      return InviteExpired();
  }
  return absl::InternalError("an invite is in no state");
}

absl::StatusOr<Invite> CreateInvite(Transaction& transaction, const Secrets& secrets,
                                    const Invitee& invitee, const Call& call) {
  Invite invite;
  ASSIGN_OR_RETURN(invite.person, CheckInvitee(transaction, invitee, call));
  ASSIGN_OR_RETURN(invite.invite_id, TakeInviteId(transaction));
  rec::InviteRecord& record = invite.record;
  record.set_token_salt(NewSalt());
  record.set_token_hash(HashOfToken(secrets.InviteToken(invite.invite_id, record.token_salt())));
  record.set_person_id(invitee.person_id);
  if (invitee.person.has_value()) *record.mutable_person() = invite.person;
  record.set_role(invite.person.role());
  record.set_is_set_up(invitee.is_set_up);
  record.set_created_by(call.caller.id);
  record.set_created_us(call.now_us);
  record.set_expires_us(call.now_us + invitee.life_hours * kHourUs);
  rec::InviteTokenRecord opens;
  opens.set_invite_id(invite.invite_id);
  RETURN_IF_ERROR(InviteTokenTable::Put(transaction, opens, record.token_hash()));
  RETURN_IF_ERROR(InviteTable::Put(transaction, record, invite.invite_id));
  return invite;
}

absl::StatusOr<Invite> RevokeInvite(Transaction& transaction, int64_t invite_id, const Call& call) {
  ASSIGN_OR_RETURN(auto record, InviteTable::Find(transaction, invite_id));
  if (!record.has_value()) return InviteUnknown();
  Invite invite = {invite_id, *std::move(record), {}};
  ASSIGN_OR_RETURN(invite.person, PersonOf(transaction, invite.record));
  if (!MayManage(call.caller, invite.person)) return InviteUnknown();
  if (invite.record.accepted_us() == 0 && invite.record.revoked_us() == 0) {
    invite.record.set_revoked_us(call.now_us);
    ForgetInvitee(&invite.record);
    ASSIGN_OR_RETURN(invite.person, PersonOf(transaction, invite.record));
    RETURN_IF_ERROR(InviteTable::Put(transaction, invite.record, invite_id));
  }
  return invite;
}

void ForgetInvitee(rec::InviteRecord* invite) {
  if (invite->accepted_us() != 0) invite->clear_person();
  if (!invite->has_person()) return;
  rec::PersonRecord kept;
  kept.set_role(invite->person().role());
  *kept.mutable_scopes() = invite->person().scopes();
  *invite->mutable_person() = std::move(kept);
}

absl::Status ForgetInvitees(Transaction& transaction, int64_t now_us, size_t rows_max,
                            int64_t* from) {
  storage::KeyRange range = InviteKey::Range();
  if (*from != 0) range.from = InviteKey::Encode(*from);
  *from = 0;
  size_t seen = 0;
  std::vector<std::pair<int64_t, rec::InviteRecord>> over;
  RETURN_IF_ERROR(InviteTable::Scan(
      transaction, range, [&](const InviteKey::Key& key, const rec::InviteRecord& record) {
        if (seen++ == rows_max) {
          *from = std::get<0>(key);
          return false;
        }
        const bool is_over = record.accepted_us() != 0 || record.expires_us() <= now_us;
        if (is_over && record.has_person() && !IsForgotten(record)) {
          over.emplace_back(std::get<0>(key), record);
        }
        return true;
      }));
  for (auto& [invite_id, record] : over) {
    ForgetInvitee(&record);
    RETURN_IF_ERROR(InviteTable::Put(transaction, record, invite_id));
  }
  return absl::OkStatus();
}

absl::StatusOr<Invite> FindInvite(const Reader& reader, absl::string_view token) {
  if (token.size() > kTokenBytesMax) return InviteUnknown();
  ASSIGN_OR_RETURN(const auto opens, InviteTokenTable::Find(reader, HashOfToken(token)));
  if (!opens.has_value()) return InviteUnknown();
  ASSIGN_OR_RETURN(auto record, InviteTable::Find(reader, opens->invite_id()));
  if (!record.has_value()) return InviteUnknown();
  Invite invite = {opens->invite_id(), *std::move(record), {}};
  ASSIGN_OR_RETURN(invite.person, PersonOf(reader, invite.record));
  return invite;
}

absl::StatusOr<rec::PersonRecord> PersonOf(const Reader& reader, const rec::InviteRecord& invite) {
  const bool is_recorded = !invite.has_person() || invite.accepted_us() != 0;
  if (!is_recorded) return invite.person();
  ASSIGN_OR_RETURN(auto person, PersonTable::Find(reader, invite.person_id()));
  if (person.has_value()) return *std::move(person);
  return absl::DataLossError(absl::StrCat(
      "the person ", invite.person_id(), " of an invite is gone; restore the store from a backup"));
}

}  // namespace milkway::accounts
