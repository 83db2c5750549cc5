// Who changes what he signs in with: a person with a session, who proves it once more.

#ifndef MILKWAY_SERVICES_ACCOUNTS_OWN_PROOF_H_
#define MILKWAY_SERVICES_ACCOUNTS_OWN_PROOF_H_

#include "absl/status/statusor.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/accounts_keys.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::accounts {

// Proofs of people who are signed in have a limit of their own, so that nobody outside can
// use it up.
inline constexpr char kSignedInDevice[] = "signed in";

// The caller as recorded. FAILED_PRECONDITION (NOT_SIGNED_IN).
inline absl::StatusOr<rec::PersonRecord> ReadOwn(const storage::Reader& reader,
                                                 const runtime::Call& call) {
  if (call.caller.session_id.empty()) return NotSignedIn();
  ASSIGN_OR_RETURN(const auto person, PersonTable::Find(reader, call.caller.id));
  if (!person.has_value()) return NotSignedIn();
  return *person;
}

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_OWN_PROOF_H_
