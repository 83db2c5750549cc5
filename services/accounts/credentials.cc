#include "services/accounts/credentials.h"

#include <sodium.h>

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/totp.h"

namespace milkway::accounts {

namespace {

constexpr int64_t kUsPerS = 1'000'000;

// What people leave out or add when they copy a code.
std::string Typed(absl::string_view code) {
  std::string plain;
  for (const char character : code) {
    if (character != '-' && character != ' ') plain.push_back(absl::ascii_toupper(character));
  }
  return plain;
}

// The number of the recovery code that this is; nullopt if it is none. Compares all, so
// that the time it takes tells nothing.
std::optional<int> FindRecoveryCode(const Secrets& secrets, const std::string& person_id,
                                    absl::string_view salt, const std::string& typed) {
  std::optional<int> found;
  const std::vector<std::string> codes = secrets.RecoveryCodes(person_id, salt);
  for (size_t i = 0; i < codes.size(); ++i) {
    const std::string code = Typed(codes[i]);
    const bool is_same =
        code.size() == typed.size() && sodium_memcmp(code.data(), typed.data(), code.size()) == 0;
    if (is_same) found = static_cast<int>(i);
  }
  return found;
}

}  // namespace

absl::Status TakeCode(const Secrets& secrets, const std::string& person_id, absl::string_view code,
                      int64_t now_us, rec::CredentialsRecord* credentials) {
  if (!HasTotp(*credentials)) return absl::OkStatus();
  const std::string typed = Typed(code);
  if (typed.empty()) return TotpRequired();
  if (typed.size() == kTotpDigits) {
    ASSIGN_OR_RETURN(const std::string secret,
                     secrets.OpenTotp(credentials->totp_secret_sealed(), person_id));
    const std::optional<int64_t> step =
        MatchTotp(secret, typed, now_us / kUsPerS, credentials->totp_last_step());
    if (!step.has_value()) return TotpRefused();
    credentials->set_totp_last_step(*step);
    return absl::OkStatus();
  }
  const std::optional<int> number =
      FindRecoveryCode(secrets, person_id, credentials->recovery_salt(), typed);
  const uint32_t bit = number.has_value() ? uint32_t{1} << *number : 0;
  if (bit == 0 || (credentials->recovery_used_bits() & bit) != 0) return TotpRefused();
  credentials->set_recovery_used_bits(credentials->recovery_used_bits() | bit);
  return absl::OkStatus();
}

std::string AddPendingTotp(const Secrets& secrets, const std::string& person_id,
                           rec::CredentialsRecord* credentials) {
  std::string secret(kTotpSecretBytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  credentials->set_totp_pending_sealed(secrets.SealTotp(secret, person_id));
  return secret;
}

absl::Status ConfirmTotp(const Secrets& secrets, const std::string& person_id,
                         absl::string_view code, int64_t now_us,
                         rec::CredentialsRecord* credentials) {
  if (HasTotp(*credentials)) return TotpEnrolled();
  if (credentials->totp_pending_sealed().empty()) return TotpNotEnrolled();
  ASSIGN_OR_RETURN(const std::string secret,
                   secrets.OpenTotp(credentials->totp_pending_sealed(), person_id));
  const std::optional<int64_t> step = MatchTotp(secret, Typed(code), now_us / kUsPerS, 0);
  if (!step.has_value()) return TotpRefused();
  credentials->set_totp_secret_sealed(credentials->totp_pending_sealed());
  credentials->clear_totp_pending_sealed();
  credentials->set_totp_last_step(*step);
  credentials->set_recovery_salt(NewSalt());
  credentials->set_recovery_used_bits(0);
  credentials->set_confirmed_us(now_us);
  return absl::OkStatus();
}

void ClearTotp(rec::CredentialsRecord* credentials) {
  credentials->clear_totp_secret_sealed();
  credentials->clear_totp_pending_sealed();
  credentials->clear_totp_last_step();
  credentials->clear_recovery_salt();
  credentials->clear_recovery_used_bits();
  credentials->clear_confirmed_us();
}

}  // namespace milkway::accounts
