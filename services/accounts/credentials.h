// What people prove their identities with, besides passwords: codes.

#ifndef MILKWAY_SERVICES_ACCOUNTS_CREDENTIALS_H_
#define MILKWAY_SERVICES_ACCOUNTS_CREDENTIALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "services/accounts/secrets.h"

namespace milkway::accounts {

inline constexpr size_t kCodeBytesMax = 64;

inline bool HasTotp(const rec::CredentialsRecord& credentials) {
  return !credentials.totp_secret_sealed().empty();
}

// Takes a code of the person's authenticator, or a recovery code: each is good once, which
// is noted in `*credentials` for the caller to store. OK if there is no authenticator.
// UNAUTHENTICATED (TOTP_REQUIRED for an empty code, TOTP_REFUSED).
absl::Status TakeCode(const Secrets& secrets, const std::string& person_id, absl::string_view code,
                      int64_t now_us, rec::CredentialsRecord* credentials);

// A new secret, pending in `*credentials` until it is confirmed.
std::string AddPendingTotp(const Secrets& secrets, const std::string& person_id,
                           rec::CredentialsRecord* credentials);

// The pending secret counts, if the code is one of its. FAILED_PRECONDITION
// (TOTP_ENROLLED, TOTP_NOT_ENROLLED), UNAUTHENTICATED (TOTP_REFUSED).
absl::Status ConfirmTotp(const Secrets& secrets, const std::string& person_id,
                         absl::string_view code, int64_t now_us,
                         rec::CredentialsRecord* credentials);

// No authenticator any more.
void ClearTotp(rec::CredentialsRecord* credentials);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_CREDENTIALS_H_
