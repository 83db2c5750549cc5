#include "services/accounts/accounts_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::accounts {

namespace {

using runtime::Refuse;
using Code = absl::StatusCode;

constexpr int64_t kUsPerS = 1'000'000;
constexpr char kAskForNewInvite[] = "ask whoever sent it for a new one";

runtime::Metadata PersonId(absl::string_view person_id) {
  return {{"person_id", std::string(person_id)}};
}

runtime::Metadata OrganisationId(absl::string_view organisation_id) {
  return {{"organisation_id", std::string(organisation_id)}};
}

}  // namespace

absl::Status PersonUnknown(absl::string_view person_id) {
  return Refuse(Code::kNotFound, "PERSON_UNKNOWN",
                absl::StrCat("there is no person ", person_id, "; check the id"),
                PersonId(person_id));
}

absl::Status PersonExists(absl::string_view person_id) {
  return Refuse(Code::kAlreadyExists, "PERSON_EXISTS",
                absl::StrCat("there is a person ", person_id, " already; choose another id"),
                PersonId(person_id));
}

absl::Status PersonChanged(absl::string_view person_id) {
  return Refuse(Code::kFailedPrecondition, "PERSON_CHANGED",
                absl::StrCat("person ", person_id,
                             " is not as you saw them; look at them again, and send their etag"),
                PersonId(person_id));
}

absl::Status PersonDisabled() {
  return Refuse(Code::kPermissionDenied, "PERSON_DISABLED",
                "you cannot sign in any more; ask an admin if that should be otherwise");
}

absl::Status CannotInviteDisabled(absl::string_view person_id) {
  return Refuse(Code::kFailedPrecondition, "PERSON_DISABLED",
                absl::StrCat("person ", person_id, " is disabled; have an admin enable them first"),
                PersonId(person_id));
}

absl::Status SignInNameTaken(absl::string_view sign_in_name) {
  return Refuse(
      Code::kAlreadyExists, "SIGN_IN_NAME_TAKEN",
      absl::StrCat("somebody else signs in as ", sign_in_name, "; choose another sign_in_name"),
      {{"sign_in_name", std::string(sign_in_name)}});
}

absl::Status LastAdmin(absl::string_view person_id) {
  return Refuse(Code::kFailedPrecondition, "LAST_ADMIN",
                absl::StrCat(person_id,
                             " is the only admin who can sign in; let another admin sign in first"),
                PersonId(person_id));
}

absl::Status OrganisationUnknown(Code code, absl::string_view organisation_id) {
  return Refuse(code, "ORGANISATION_UNKNOWN",
                absl::StrCat("there is no organisation ", organisation_id,
                             "; check the id, or record it first"),
                OrganisationId(organisation_id));
}

absl::Status OrganisationExists(absl::string_view organisation_id) {
  return Refuse(Code::kAlreadyExists, "ORGANISATION_EXISTS",
                absl::StrCat("there is an organisation ", organisation_id,
                             " already; choose another id, or change that one"),
                OrganisationId(organisation_id));
}

absl::Status OrganisationChanged(absl::string_view organisation_id) {
  return Refuse(Code::kFailedPrecondition, "ORGANISATION_CHANGED",
                absl::StrCat("organisation ", organisation_id,
                             " is not as you saw it; look at it again, and send its etag"),
                OrganisationId(organisation_id));
}

absl::Status SignInRefused() {
  return Refuse(Code::kUnauthenticated, "SIGN_IN_REFUSED",
                "name or password are wrong; type them again, or ask an admin for a new invite");
}

absl::Status TotpRequired() {
  return Refuse(Code::kUnauthenticated, "TOTP_REQUIRED",
                "send the code that your authenticator shows, too, or a recovery code");
}

absl::Status TotpRefused() {
  return Refuse(Code::kUnauthenticated, "TOTP_REFUSED",
                "the code is wrong, or was used before; wait for the next one and check the clock "
                "of your authenticator");
}

absl::Status TotpEnrolled() {
  return Refuse(Code::kFailedPrecondition, "TOTP_ENROLLED",
                "an authenticator is enrolled already; remove it first");
}

absl::Status TotpNotEnrolled() {
  return Refuse(Code::kFailedPrecondition, "TOTP_NOT_ENROLLED",
                "no authenticator is enrolled; ask for a secret first");
}

absl::Status NoPassword() {
  return Refuse(Code::kFailedPrecondition, "NO_PASSWORD",
                "you have no password yet; ask an admin for an invite, and set one with it");
}

absl::Status TooManyAttempts(int64_t wait_us) {
  const int64_t wait_s = (wait_us + kUsPerS - 1) / kUsPerS;
  return Refuse(Code::kResourceExhausted, "TOO_MANY_ATTEMPTS",
                absl::StrCat("too many attempts; try again in ", wait_s, " seconds"),
                {{"retry_after_s", absl::StrCat(wait_s)}});
}

absl::Status SignInBusy() {
  return Refuse(Code::kResourceExhausted, "SIGN_IN_BUSY",
                "too many people sign in at this moment; try again in a few seconds");
}

absl::Status NotSignedIn() {
  return Refuse(Code::kFailedPrecondition, "NOT_SIGNED_IN",
                "you did not sign in here; this is for people with a session");
}

absl::Status SetUpRefused() {
  return Refuse(Code::kPermissionDenied, "SET_UP_REFUSED",
                "the first admin is made on the server's own machine, with the code in setup.code "
                "of its data folder, while there is no admin; milkwayd --recover-admin leaves a "
                "new code there");
}

absl::Status SessionEnded() {
  return Refuse(Code::kUnauthenticated, "SESSION_ENDED", "the session has ended; sign in again");
}

absl::Status RefreshTokenRefused() {
  return Refuse(Code::kUnauthenticated, "REFRESH_TOKEN_REFUSED",
                "this is no refresh token of a session here; sign in again");
}

absl::Status RefreshTokenReused() {
  return Refuse(Code::kUnauthenticated, "REFRESH_TOKEN_REUSED",
                "the refresh token was used before, so somebody else may have it; the session has "
                "ended: sign in again, and tell an admin if this was not your own doing");
}

absl::Status SessionUnknown(absl::string_view session_id) {
  return Refuse(Code::kNotFound, "SESSION_UNKNOWN",
                absl::StrCat("there is no session ", session_id,
                             " that you may end; it may have ended already"),
                {{"session_id", std::string(session_id)}});
}

absl::Status OnlyForOneself() {
  return Refuse(Code::kPermissionDenied, "PERMISSION_DENIED",
                "only an admin does this for somebody else; leave person_id empty for yourself");
}

absl::Status InviteUnknown() {
  return Refuse(
      Code::kNotFound, "INVITE_UNKNOWN",
      absl::StrCat("there is no such invite; check that the link is whole, or ", kAskForNewInvite));
}

absl::Status InviteUsed() {
  return Refuse(Code::kFailedPrecondition, "INVITE_USED",
                absl::StrCat("this invite was accepted before; if that was not you, tell an admin "
                             "at once; else ",
                             kAskForNewInvite));
}

absl::Status InviteRevoked() {
  return Refuse(Code::kFailedPrecondition, "INVITE_REVOKED",
                absl::StrCat("this invite was withdrawn; ", kAskForNewInvite));
}

absl::Status InviteExpired() {
  return Refuse(Code::kFailedPrecondition, "INVITE_EXPIRED",
                absl::StrCat("this invite has expired; ", kAskForNewInvite));
}

absl::Status MayNotInvite() {
  return Refuse(Code::kPermissionDenied, "PERMISSION_DENIED",
                "procurement invites donors only; ask an admin to invite others");
}

absl::Status SignInRepeatedTooLate() {
  return Refuse(Code::kAlreadyExists, "REQUEST_ID_REUSED",
                "request_id was used for an earlier sign-in; sign in under a new request_id");
}

}  // namespace milkway::accounts
