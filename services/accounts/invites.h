// Invites: letting somebody in, once.

#ifndef MILKWAY_SERVICES_ACCOUNTS_INVITES_H_
#define MILKWAY_SERVICES_ACCOUNTS_INVITES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/person.h"
#include "services/accounts/secrets.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::accounts {

inline constexpr int64_t kInviteLifeHours = 168;
inline constexpr int64_t kInviteLifeHoursMax = 720;
// Of one that the set-up code made, as long as the code of a recovery.
inline constexpr int64_t kSetUpInviteLifeHours = 24;

// Whom an invite is for.
struct Invitee {
  // Somebody new; absent: somebody who is recorded.
  std::optional<Person> person;
  std::string person_id;
  int64_t life_hours = kInviteLifeHours;
  // Made with the set-up code: accepting it enables the person and removes the authenticator.
  bool is_set_up = false;
};

struct Invite {
  int64_t invite_id = 0;
  rec::InviteRecord record;
  // As it is, or as it will be when the invite is accepted; only role and scopes of
  // whom nobody lets in any more.
  rec::PersonRecord person;
};

enum class InviteState { kOpen, kAccepted, kRevoked, kExpired };
// Revoked is also one whose person was disabled since, or got another role, or a new
// password: who made the invite might not have been allowed to let that role in, and whoever
// kept a link of before must not take the password away again.
InviteState StateOf(const Invite& invite, int64_t now_us);

// OK if it can be accepted. FAILED_PRECONDITION (INVITE_USED, INVITE_REVOKED,
// INVITE_EXPIRED).
absl::Status CheckOpen(const Invite& invite, int64_t now_us);

// PERMISSION_DENIED for somebody new in a role that the caller may not invite; NOT_FOUND
// (PERSON_UNKNOWN) alike for somebody who is not there and for one whom the caller may not
// invite; ALREADY_EXISTS (PERSON_EXISTS, SIGN_IN_NAME_TAKEN); FAILED_PRECONDITION
// (PERSON_DISABLED, ORGANISATION_UNKNOWN).
absl::StatusOr<Invite> CreateInvite(storage::Transaction& transaction, const Secrets& secrets,
                                    const Invitee& invitee, const runtime::Call& call);

// NOT_FOUND (INVITE_UNKNOWN) alike for one that is not there and for one that is none of
// the caller's business.
absl::StatusOr<Invite> RevokeInvite(storage::Transaction& transaction, int64_t invite_id,
                                    const runtime::Call& call);

// Leaves no name of whom it is for in the row of an invite that nobody can accept any more:
// none at all of somebody who came in, and only role and scopes of somebody new who did not.
void ForgetInvitee(rec::InviteRecord* invite);

// Does so for those that were accepted or expired among `rows_max` invites from number
// `*from` on, and moves `*from` on; to 0 after the last one. One that expired stays so.
absl::Status ForgetInvitees(storage::Transaction& transaction, int64_t now_us, size_t rows_max,
                            int64_t* from);

// The invite that a token opens, whatever its state. NOT_FOUND (INVITE_UNKNOWN).
absl::StatusOr<Invite> FindInvite(const storage::Reader& reader, absl::string_view token);

// The person of an invite as of now. DATA_LOSS if there is none.
absl::StatusOr<rec::PersonRecord> PersonOf(const storage::Reader& reader,
                                           const rec::InviteRecord& invite);

// True if the caller may see and revoke invites for that role.
inline bool MayManage(const runtime::Caller& caller, const rec::PersonRecord& person) {
  return MayInvite(caller.role, static_cast<Role>(person.role()));
}

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_INVITES_H_
