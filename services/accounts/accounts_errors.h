// The named refusals of accounts.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_ERRORS_H_
#define MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_ERRORS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace milkway::accounts {

// NOT_FOUND: PERSON_UNKNOWN. Also what those hear who may not know the person.
absl::Status PersonUnknown(absl::string_view person_id);
// ALREADY_EXISTS: PERSON_EXISTS.
absl::Status PersonExists(absl::string_view person_id);
// FAILED_PRECONDITION: PERSON_CHANGED.
absl::Status PersonChanged(absl::string_view person_id);
// PERMISSION_DENIED: PERSON_DISABLED, for whoever proved to be that person.
absl::Status PersonDisabled();
// FAILED_PRECONDITION: PERSON_DISABLED, for whoever would invite the person.
absl::Status CannotInviteDisabled(absl::string_view person_id);
// ALREADY_EXISTS: SIGN_IN_NAME_TAKEN.
absl::Status SignInNameTaken(absl::string_view sign_in_name);
// FAILED_PRECONDITION: LAST_ADMIN.
absl::Status LastAdmin(absl::string_view person_id);

// NOT_FOUND or, where another message names it, FAILED_PRECONDITION:
// ORGANISATION_UNKNOWN.
absl::Status OrganisationUnknown(absl::StatusCode code, absl::string_view organisation_id);
// ALREADY_EXISTS: ORGANISATION_EXISTS.
absl::Status OrganisationExists(absl::string_view organisation_id);
// FAILED_PRECONDITION: ORGANISATION_CHANGED.
absl::Status OrganisationChanged(absl::string_view organisation_id);

// UNAUTHENTICATED SIGN_IN_REFUSED: the same for an unknown name, a name without a
// password, and a wrong password.
absl::Status SignInRefused();
// UNAUTHENTICATED: TOTP_REQUIRED; TOTP_REFUSED.
absl::Status TotpRequired();
absl::Status TotpRefused();
// FAILED_PRECONDITION: TOTP_ENROLLED; TOTP_NOT_ENROLLED; NO_PASSWORD.
absl::Status TotpEnrolled();
absl::Status TotpNotEnrolled();
absl::Status NoPassword();
// RESOURCE_EXHAUSTED TOO_MANY_ATTEMPTS: the next attempt is looked at in `wait_us`.
absl::Status TooManyAttempts(int64_t wait_us);
// RESOURCE_EXHAUSTED: SIGN_IN_BUSY.
absl::Status SignInBusy();
// FAILED_PRECONDITION NOT_SIGNED_IN: the caller has no session here.
absl::Status NotSignedIn();
// PERMISSION_DENIED SET_UP_REFUSED: the same for every reason.
absl::Status SetUpRefused();

// UNAUTHENTICATED: SESSION_ENDED; REFRESH_TOKEN_REFUSED; REFRESH_TOKEN_REUSED.
absl::Status SessionEnded();
absl::Status RefreshTokenRefused();
absl::Status RefreshTokenReused();
// NOT_FOUND: SESSION_UNKNOWN.
absl::Status SessionUnknown(absl::string_view session_id);
// PERMISSION_DENIED PERMISSION_DENIED: only an admin may do this for somebody else.
absl::Status OnlyForOneself();

// NOT_FOUND: INVITE_UNKNOWN.
absl::Status InviteUnknown();
// FAILED_PRECONDITION: INVITE_USED; INVITE_REVOKED; INVITE_EXPIRED.
absl::Status InviteUsed();
absl::Status InviteRevoked();
absl::Status InviteExpired();
// PERMISSION_DENIED PERMISSION_DENIED: procurement invites donors only.
absl::Status MayNotInvite();

// ALREADY_EXISTS REQUEST_ID_REUSED: the request id belongs to an older sign-in.
absl::Status SignInRepeatedTooLate();

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_ERRORS_H_
