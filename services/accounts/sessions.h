// Sessions: where people are signed in, until when, and what ends them.
//
// A session that ended has no row. What its access tokens may still do is stopped by a
// revocation, which every process hears of within seconds; it is forgotten when no token
// that it concerns can be alive.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SESSIONS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SESSIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/secrets.h"
#include "services/runtime/call.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::accounts {

// A person has at most this many; the one refreshed longest ago ends when one more begins.
inline constexpr size_t kSessionsOfPersonMax = 50;
// Within this time whoever did not hear the answer may repeat a sign-in.
inline constexpr int64_t kRepeatUs = int64_t{60} * 1'000'000;
inline constexpr size_t kDeviceNameBytesMax = 100;

struct Session {
  std::string session_id;
  rec::SessionRecord record;
};

// The session that a request of the person began at most `within_us` ago, to be told (again);
// nullopt if it was refreshed since, or is over.
absl::StatusOr<std::optional<Session>> FindBegun(const storage::Reader& reader,
                                                 runtime::RequestId request_id,
                                                 const std::string& person_id, int64_t now_us,
                                                 int64_t within_us);

// Begins the session of a request. It must begin one once, for good (once_with_secrets.h):
// its id follows from the request's, and the access tokens of an earlier one may be revoked.
absl::StatusOr<Session> BeginSession(storage::Transaction& transaction,
                                     const std::string& person_id, runtime::RequestId request_id,
                                     const std::string& device_name, const runtime::Call& call);

// What a refresh came to.
enum class RefreshOutcome {
  kRefreshed,
  kRefused,  // no token of a session that goes on
  kEnded,    // the session is over, or the person may not sign in
  kReused,   // it was used before; the session is over now
};
struct Refreshed {
  RefreshOutcome outcome = RefreshOutcome::kRefused;
  Session session;  // of kRefreshed and kReused
  rec::PersonRecord person;
};

// Goes on with a session. Its end, where that is the outcome, is stored: an outcome is no
// error, for an error would leave nothing. A token that is ahead of the store is good: the
// store was restored from a backup, and nobody else can make one. The request of the last
// refresh, repeated, comes to the same until the token that it gave is used.
absl::StatusOr<Refreshed> RefreshSession(storage::Transaction& transaction, const Secrets& secrets,
                                         absl::string_view refresh_token,
                                         runtime::RequestId request_id, const runtime::Call& call);

// Ends a session, at once. False if there is none.
absl::StatusOr<bool> EndSession(storage::Transaction& transaction, const std::string& session_id,
                                int64_t now_us);
// Ends those of a person, but for `spared_session_id` (empty: none is spared).
absl::Status EndSessionsOf(storage::Transaction& transaction, const std::string& person_id,
                           const std::string& spared_session_id, int64_t now_us);
// Ends a person's access tokens; the sessions go on.
absl::Status EndAccessTokensOf(storage::Transaction& transaction, const std::string& person_id,
                               int64_t now_us);
// Removes up to `rows_max` of the sessions at `*from` that expired, and moves `*from` on;
// to the empty string after the last one.
absl::Status RemoveExpired(storage::Transaction& transaction, int64_t now_us, size_t rows_max,
                           std::string* from);

// When it ends unless it is refreshed.
int64_t ExpiresUs(const rec::SessionRecord& session, const rec::PersonRecord& person);

// The "sid" of the session's access tokens: its id, and the generation if that is not 0.
std::string TokenSessionId(const Session& session);
// The session of such a "sid".
std::string SessionIdOfToken(absl::string_view token_session_id);

// OK if the caller's session goes on, or the caller has none here: what the accounts know
// they need not wait for. UNAUTHENTICATED (SESSION_ENDED).
absl::Status CheckSession(const storage::Reader& reader, const runtime::Call& call);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SESSIONS_H_
