// The secrets of a session, as they are told to whoever signed in.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SESSION_TOKENS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SESSION_TOKENS_H_

#include "absl/status/statusor.h"
#include "milkway/accounts/v1/sign_in.pb.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/sessions.h"
#include "services/accounts/sign_in_parts.h"
#include "storage/store.h"

namespace milkway::accounts {

// An access token as of `now_us`, which is when the call came in, and the session's refresh
// token; no device token.
absl::StatusOr<v1::SessionTokens> TellTokens(const SignInParts& parts,
                                             const storage::Reader& reader, const Session& session,
                                             const rec::PersonRecord& person, int64_t now_us);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SESSION_TOKENS_H_
