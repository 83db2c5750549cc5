// Tokens and codes that follow from the server's master key and something random in the
// store. So they can be told again to somebody who did not hear the answer, and yet are kept
// nowhere: who has the store alone has none of them.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SECRETS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SECRETS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/master_key.h"

namespace milkway::accounts {

inline constexpr size_t kSaltBytes = 16;
inline constexpr int kRecoveryCodes = 10;

// 16 random bytes.
std::string NewSalt();

// SHA-256, as the store keeps tokens.
std::string HashOfToken(absl::string_view token);

// What a refresh token says of itself.
struct RefreshClaim {
  std::string session_id;
  int64_t counter = 0;
};

// Thread-safe.
class Secrets {
 public:
  explicit Secrets(const runtime::MasterKey& master_key);
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;
  ~Secrets();

  // base64url(session id (16 bytes), counter (8 bytes), HMAC-SHA-256 (32 bytes)).
  // `session_id` is a UUID.
  std::string RefreshToken(const RefreshClaim& claim, absl::string_view salt) const;
  // nullopt if the text is not of that form. It is not to be believed before
  // IsRefreshToken.
  static std::optional<RefreshClaim> ReadRefreshToken(absl::string_view token);
  bool IsRefreshToken(absl::string_view token, absl::string_view salt) const;

  // 32 bytes as base64url.
  std::string InviteToken(int64_t invite_id, absl::string_view salt) const;

  // base64url(16 random bytes that name the device, HMAC-SHA-256 (32 bytes)).
  std::string NewDeviceToken(absl::string_view person_id) const;
  // What names the device if this is a token of the person's; else empty.
  std::string DeviceOf(absl::string_view token, absl::string_view person_id) const;

  // kRecoveryCodes of 80 bits each: "ABCD-EFGH-IJKL-MNOP".
  std::vector<std::string> RecoveryCodes(absl::string_view person_id, absl::string_view salt) const;

  // Of a request with its secrets, by whoever sends it: 32 bytes by which, without the key,
  // nothing that is in it can be guessed.
  std::string FingerprintOf(absl::string_view caller_id, absl::string_view request_hash) const;

  // The authenticator's secret as the store keeps it: sealed, and bound to the person.
  std::string SealTotp(absl::string_view secret, absl::string_view person_id) const;
  // DATA_LOSS.
  absl::StatusOr<std::string> OpenTotp(absl::string_view sealed, absl::string_view person_id) const;

 private:
  std::string refresh_key_;
  std::string invite_key_;
  std::string device_key_;
  std::string recovery_key_;
  std::string totp_key_;
  std::string request_key_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SECRETS_H_
