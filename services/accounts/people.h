// People: use cases.

#ifndef MILKWAY_SERVICES_ACCOUNTS_PEOPLE_H_
#define MILKWAY_SERVICES_ACCOUNTS_PEOPLE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/person.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::accounts {

inline Role RoleOf(const rec::PersonRecord& person) { return static_cast<Role>(person.role()); }
std::string EtagOf(const rec::PersonRecord& person);

// NOT_FOUND (PERSON_UNKNOWN).
absl::StatusOr<rec::PersonRecord> ReadPerson(const storage::Reader& reader,
                                             const std::string& person_id);
// Without a row: nothing.
absl::StatusOr<rec::CredentialsRecord> ReadCredentials(const storage::Reader& reader,
                                                       const std::string& person_id);
// The id of whoever signs in as `sign_in_name` (in lower case); nullopt if nobody does.
absl::StatusOr<std::optional<std::string>> FindBySignInName(const storage::Reader& reader,
                                                            const std::string& sign_in_name);

// ALREADY_EXISTS (PERSON_EXISTS, SIGN_IN_NAME_TAKEN) or FAILED_PRECONDITION
// (ORGANISATION_UNKNOWN) if CreatePerson would refuse the person now.
absl::Status CheckNewPerson(const storage::Reader& reader, const std::string& person_id,
                            const rec::PersonRecord& person);

// What CreatePerson would store.
rec::PersonRecord RecordOf(const Person& person);

// Records a person as CheckNewPerson allows.
absl::StatusOr<rec::PersonRecord> CreatePerson(storage::Transaction& transaction,
                                               const std::string& person_id,
                                               const rec::PersonRecord& person,
                                               const runtime::Call& call);

// Replaces what is recorded. Ends the person's sessions and open invites if the role changes,
// and the access tokens if scopes are taken away. NOT_FOUND (PERSON_UNKNOWN), ALREADY_EXISTS
// (SIGN_IN_NAME_TAKEN), FAILED_PRECONDITION (PERSON_CHANGED, LAST_ADMIN,
// ORGANISATION_UNKNOWN).
absl::StatusOr<rec::PersonRecord> UpdatePerson(storage::Transaction& transaction,
                                               const Person& person, const runtime::Call& call);

// What people change of themselves. FAILED_PRECONDITION (NOT_SIGNED_IN, PERSON_CHANGED).
absl::StatusOr<rec::PersonRecord> UpdateProfile(storage::Transaction& transaction,
                                                const std::string& display_name,
                                                const std::string& language,
                                                const std::string& etag, const runtime::Call& call);

// Disabling ends every session and every open invite. NOT_FOUND (PERSON_UNKNOWN),
// FAILED_PRECONDITION (LAST_ADMIN). Nothing changes if it is so already.
absl::StatusOr<rec::PersonRecord> SetDisabled(storage::Transaction& transaction,
                                              const std::string& person_id, bool disabled,
                                              const runtime::Call& call);

// True if an admin can sign in.
absl::StatusOr<bool> HasReadyAdmin(const storage::Reader& reader);

// Stores credentials, and whether that makes an admin who can sign in.
absl::Status PutCredentials(storage::Transaction& transaction, const std::string& person_id,
                            const rec::PersonRecord& person,
                            const rec::CredentialsRecord& credentials);

// Stores credentials with a new password. It ends what came of the one before: the person's
// sessions, but for `spared_session_id` (empty: none is spared), and open invites.
absl::Status PutNewPassword(storage::Transaction& transaction, const std::string& person_id,
                            const rec::CredentialsRecord& credentials,
                            const std::string& spared_session_id, int64_t now_us);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_PEOPLE_H_
