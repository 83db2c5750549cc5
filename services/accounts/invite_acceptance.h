// Accepting an invite: the use case.

#ifndef MILKWAY_SERVICES_ACCOUNTS_INVITE_ACCEPTANCE_H_
#define MILKWAY_SERVICES_ACCOUNTS_INVITE_ACCEPTANCE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/invites.h"
#include "services/accounts/secrets.h"
#include "services/accounts/sessions.h"
#include "services/runtime/call.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::accounts {

// Within this time whoever did not hear the answer may repeat the request.
inline constexpr int64_t kInviteRepeatUs = int64_t{600} * 1'000'000;

struct Acceptance {
  runtime::RequestId request_id;  // has begun no session before
  std::string invite_token;
  std::string password_hash;  // empty: no new password
  std::string code;
  std::string display_name;  // empty: as the invite says
  std::string device_name;
};

struct Accepted {
  int64_t invite_id = 0;
  std::string person_id;
  rec::PersonRecord person;
  bool was_set_up = false;  // the invite was made with the set-up code
  Session session;
};

// Staff need a password; whoever sets none keeps what there is.
bool NeedsPassword(const rec::PersonRecord& person);

// Records the person or the new password, begins a session, and closes the invite, all or
// nothing; the invite's row names nobody from then on. A new password ends the person's other
// sessions and closes other invites. Refusals as of SignInService.AcceptInvite.
absl::StatusOr<Accepted> AcceptInvite(storage::Transaction& transaction, const Secrets& secrets,
                                      const Acceptance& acceptance, const runtime::Call& call);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_INVITE_ACCEPTANCE_H_
