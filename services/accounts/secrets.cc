#include "services/accounts/secrets.h"

#include <sodium.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/accounts/totp.h"
#include "services/runtime/check.h"
#include "services/runtime/once.h"
#include "storage/key_codec.h"
#include "storage/merkle_hash.h"

namespace milkway::accounts {

namespace {

constexpr size_t kMacBytes = crypto_auth_hmacsha256_BYTES;
constexpr size_t kRefreshHeadBytes = 24;
constexpr size_t kDeviceBytes = 16;
constexpr size_t kRecoveryCodeBytes = 10;
constexpr size_t kRecoveryGroup = 4;

// Every part with its length before it, so that no two lists of parts look alike.
std::string Mac(const std::string& key, std::initializer_list<absl::string_view> parts) {
  std::string text;
  for (const absl::string_view part : parts) {
    storage::key_internal::Append(static_cast<uint64_t>(part.size()), &text);
    absl::StrAppend(&text, part);
  }
  std::string mac(kMacBytes, '\0');
  crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(mac.data()),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         reinterpret_cast<const unsigned char*>(key.data()));
  return mac;
}

bool IsSame(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The bytes behind `text`, if it is written as WebSafeBase64Escape does and has so many.
std::optional<std::string> BytesOf(absl::string_view text, size_t size) {
  std::string bytes;
  if (text.size() > size * 2 || !absl::WebSafeBase64Unescape(text, &bytes) ||
      bytes.size() != size || absl::WebSafeBase64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

std::string RefreshHead(const RefreshClaim& claim) {
  const absl::StatusOr<runtime::RequestId> id =
      runtime::ParseRequestId("session_id", claim.session_id);
  MILKWAY_CHECK(id.ok());
  std::string head;
  storage::key_internal::Append(id->high, &head);
  storage::key_internal::Append(id->low, &head);
  storage::key_internal::Append(static_cast<uint64_t>(claim.counter), &head);
  return head;
}

}  // namespace

std::string NewSalt() {
  std::string salt(kSaltBytes, '\0');
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

std::string HashOfToken(absl::string_view token) {
  return std::string(storage::BytesOf(storage::Sha256(token)));
}

Secrets::Secrets(const runtime::MasterKey& master_key)
    : refresh_key_(master_key.Derive("accounts: refresh tokens")),
      invite_key_(master_key.Derive("accounts: invite tokens")),
      device_key_(master_key.Derive("accounts: device tokens")),
      recovery_key_(master_key.Derive("accounts: recovery codes")),
      totp_key_(master_key.Derive("accounts: secrets of authenticators")),
      request_key_(master_key.Derive("accounts: requests")) {
  static_assert(crypto_auth_hmacsha256_KEYBYTES == 32);
}

Secrets::~Secrets() {
  for (std::string* key :
       {&refresh_key_, &invite_key_, &device_key_, &recovery_key_, &totp_key_, &request_key_}) {
    sodium_memzero(key->data(), key->size());
  }
}

std::string Secrets::RefreshToken(const RefreshClaim& claim, absl::string_view salt) const {
  const std::string head = RefreshHead(claim);
  return absl::WebSafeBase64Escape(absl::StrCat(head, Mac(refresh_key_, {head, salt})));
}

std::optional<RefreshClaim> Secrets::ReadRefreshToken(absl::string_view token) {
  const std::optional<std::string> bytes = BytesOf(token, kRefreshHeadBytes + kMacBytes);
  if (!bytes.has_value()) return std::nullopt;
  absl::string_view rest = *bytes;
  runtime::RequestId id;
  uint64_t counter = 0;
  storage::key_internal::Consume(&rest, &id.high);
  storage::key_internal::Consume(&rest, &id.low);
  storage::key_internal::Consume(&rest, &counter);
  if (id == runtime::RequestId{} || counter == 0 || counter > INT64_MAX) return std::nullopt;
  return RefreshClaim{runtime::FormatRequestId(id), static_cast<int64_t>(counter)};
}

bool Secrets::IsRefreshToken(absl::string_view token, absl::string_view salt) const {
  const std::optional<RefreshClaim> claim = ReadRefreshToken(token);
  return claim.has_value() && IsSame(token, RefreshToken(*claim, salt));
}

std::string Secrets::InviteToken(int64_t invite_id, absl::string_view salt) const {
  return absl::WebSafeBase64Escape(Mac(invite_key_, {absl::StrCat(invite_id), salt}));
}

std::string Secrets::NewDeviceToken(absl::string_view person_id) const {
  std::string device(kDeviceBytes, '\0');
  randombytes_buf(device.data(), device.size());
  return absl::WebSafeBase64Escape(absl::StrCat(device, Mac(device_key_, {device, person_id})));
}

std::string Secrets::DeviceOf(absl::string_view token, absl::string_view person_id) const {
  const std::optional<std::string> bytes = BytesOf(token, kDeviceBytes + kMacBytes);
  if (!bytes.has_value()) return "";
  const absl::string_view device = absl::string_view(*bytes).substr(0, kDeviceBytes);
  const absl::string_view mac = absl::string_view(*bytes).substr(kDeviceBytes);
  return IsSame(mac, Mac(device_key_, {device, person_id})) ? std::string(device) : "";
}

std::vector<std::string> Secrets::RecoveryCodes(absl::string_view person_id,
                                                absl::string_view salt) const {
  std::vector<std::string> codes;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    const std::string mac = Mac(recovery_key_, {person_id, salt, absl::StrCat(i)});
    const std::string letters = Base32(absl::string_view(mac).substr(0, kRecoveryCodeBytes));
    std::string code;
    for (size_t at = 0; at < letters.size(); at += kRecoveryGroup) {
      absl::StrAppend(&code, at == 0 ? "" : "-", letters.substr(at, kRecoveryGroup));
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string Secrets::FingerprintOf(absl::string_view caller_id,
                                   absl::string_view request_hash) const {
  return Mac(request_key_, {caller_id, request_hash});
}

std::string Secrets::SealTotp(absl::string_view secret, absl::string_view person_id) const {
  return runtime::SealWith(totp_key_, secret, person_id);
}

absl::StatusOr<std::string> Secrets::OpenTotp(absl::string_view sealed,
                                              absl::string_view person_id) const {
  return runtime::OpenWith(totp_key_, sealed, person_id);
}

}  // namespace milkway::accounts
