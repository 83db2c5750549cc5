#include "services/runtime/master_key.h"

#include <sodium.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/check.h"
#include "services/runtime/secret_file.h"

namespace milkway::runtime {

namespace {

// sealed = version (1 byte), nonce (24 bytes), ciphertext with its tag (16 bytes more)
constexpr char kSealVersion = 1;
constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kHeadBytes = 1 + kNonceBytes;
constexpr char kWhat[] = "master key";

unsigned char* Unsigned(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* Unsigned(const char* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

void StartSodium() {
  static const bool is_ready = sodium_init() >= 0;
  MILKWAY_CHECK(is_ready);
}

absl::Status NotOurs() {
  return absl::DataLossError(
      "a sealed value cannot be opened: it is damaged, or was sealed under another master key");
}

}  // namespace

MasterKey::MasterKey(MasterKey&& other) noexcept : key_(std::exchange(other.key_, {})) {}

MasterKey::~MasterKey() { sodium_memzero(key_.data(), key_.size()); }

MasterKey MasterKey::Generate() {
  StartSodium();
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  return MasterKey(std::move(key));
}

absl::StatusOr<MasterKey> MasterKey::FromBase64(absl::string_view text) {
  StartSodium();
  std::string key;
  if (!absl::Base64Unescape(absl::StripAsciiWhitespace(text), &key) || key.size() != kKeyBytes) {
    return absl::FailedPreconditionError("the master key must be 32 bytes as base64");
  }
  return MasterKey(std::move(key));
}

absl::StatusOr<MasterKey> MasterKey::Load(const std::string& file) {
  ASSIGN_OR_RETURN(std::string text, ReadOrMakeSecretFile(kWhat, file, [] {
                     return absl::StrCat(absl::Base64Escape(Generate().key_), "\n");
                   }));
  absl::StatusOr<MasterKey> key = FromBase64(text);
  sodium_memzero(text.data(), text.size());
  if (!key.ok()) {
    return SecretFileRefused(kWhat, file, "is not 32 bytes as base64; restore it from its copy");
  }
  return key;
}

std::string MasterKey::Derive(absl::string_view purpose) const {
  std::string derived(kKeyBytes, '\0');
  crypto_generichash(Unsigned(derived.data()), derived.size(), Unsigned(purpose.data()),
                     purpose.size(), Unsigned(key_.data()), key_.size());
  return derived;
}

std::string MasterKey::Seal(absl::string_view purpose, absl::string_view plaintext,
                            absl::string_view associated_data) const {
  std::string key = Derive(purpose);
  std::string sealed = SealWith(key, plaintext, associated_data);
  sodium_memzero(key.data(), key.size());
  return sealed;
}

absl::StatusOr<std::string> MasterKey::Open(absl::string_view purpose, absl::string_view sealed,
                                            absl::string_view associated_data) const {
  std::string key = Derive(purpose);
  absl::StatusOr<std::string> plaintext = OpenWith(key, sealed, associated_data);
  sodium_memzero(key.data(), key.size());
  return plaintext;
}

std::string SealWith(absl::string_view key, absl::string_view plaintext,
                     absl::string_view associated_data) {
  StartSodium();
  MILKWAY_CHECK(key.size() == kKeyBytes);
  std::string sealed(kHeadBytes + plaintext.size() + kTagBytes, '\0');
  sealed[0] = kSealVersion;
  char* const nonce = sealed.data() + 1;
  randombytes_buf(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      Unsigned(sealed.data() + kHeadBytes), nullptr, Unsigned(plaintext.data()), plaintext.size(),
      Unsigned(associated_data.data()), associated_data.size(), nullptr, Unsigned(nonce),
      Unsigned(key.data()));
  return sealed;
}

absl::StatusOr<std::string> OpenWith(absl::string_view key, absl::string_view sealed,
                                     absl::string_view associated_data) {
  StartSodium();
  MILKWAY_CHECK(key.size() == kKeyBytes);
  if (sealed.size() < kHeadBytes + kTagBytes || sealed[0] != kSealVersion) return NotOurs();
  std::string plaintext(sealed.size() - kHeadBytes - kTagBytes, '\0');
  const bool is_ours =
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          Unsigned(plaintext.data()), nullptr, nullptr, Unsigned(sealed.data() + kHeadBytes),
          sealed.size() - kHeadBytes, Unsigned(associated_data.data()), associated_data.size(),
          Unsigned(sealed.data() + 1), Unsigned(key.data())) == 0;
  if (!is_ours) return NotOurs();
  return plaintext;
}

}  // namespace milkway::runtime
