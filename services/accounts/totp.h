// Codes of authenticators (RFC 6238): SHA-1, 6 digits, steps of 30 seconds.

#ifndef MILKWAY_SERVICES_ACCOUNTS_TOTP_H_
#define MILKWAY_SERVICES_ACCOUNTS_TOTP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace milkway::accounts {

inline constexpr int kTotpDigits = 6;
inline constexpr int64_t kTotpStepS = 30;
// How many steps the authenticator's clock may be off, either way.
inline constexpr int64_t kTotpStepsOff = 1;
inline constexpr size_t kTotpSecretBytes = 20;

inline int64_t TotpStepOf(int64_t now_s) { return now_s / kTotpStepS; }

// The code of one step (RFC 4226, with the step as its counter), `digits` from 6 to 8.
std::string TotpCode(absl::string_view secret, int64_t step, int digits = kTotpDigits);

// The step whose code this is: after `last_step`, and at most kTotpStepsOff from now.
// nullopt if there is none. Takes the same time for every code of 6 digits.
std::optional<int64_t> MatchTotp(absl::string_view secret, absl::string_view code, int64_t now_s,
                                 int64_t last_step);

// RFC 4648 without padding.
std::string Base32(absl::string_view bytes);

// otpauth://totp/Milkway:<name>?secret=…, as authenticators read it from QR codes.
std::string TotpUri(absl::string_view secret, absl::string_view sign_in_name);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_TOTP_H_
