#include "services/inventory/log_signer.h"

#include <sodium.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/secret_file.h"

namespace milkway::inventory {

namespace {

constexpr char kEd25519 = 1;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kOriginBytesMax = 200;
constexpr char kWhat[] = "log key";
constexpr absl::string_view kPrivateKey = "PRIVATE+KEY+";

absl::Status KeyRefused(const std::string& file, absl::string_view why) {
  return runtime::SecretFileRefused(kWhat, file, why);
}

absl::Status CheckOrigin(absl::string_view origin) {
  bool is_good = !origin.empty() && origin.size() <= kOriginBytesMax;
  for (const char c : origin) is_good &= c > ' ' && c < 0x7f && c != '+';
  if (is_good) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the origin of the log must be 1 to ", kOriginBytesMax,
                   " visible ASCII characters without \"+\", like milkway.example.org/log"));
}

std::string KeyIdOf(absl::string_view origin, absl::string_view public_key) {
  const storage::MerkleHash hash =
      storage::Sha256(absl::StrCat(origin, "\n", absl::string_view(&kEd25519, 1)), public_key);
  return std::string(storage::BytesOf(hash).substr(0, kKeyIdBytes));
}

unsigned char* Unsigned(std::string* bytes) {
  return reinterpret_cast<unsigned char*>(bytes->data());
}
const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

LogSigner::LogSigner(std::string origin, absl::string_view seed) : origin_(std::move(origin)) {
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  secret_key_.resize(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(Unsigned(&public_key), Unsigned(&secret_key_), Unsigned(seed));
  key_id_ = KeyIdOf(origin_, public_key);
  verifier_key_ =
      absl::StrCat(origin_, "+", absl::BytesToHexString(key_id_), "+",
                   absl::Base64Escape(absl::StrCat(absl::string_view(&kEd25519, 1), public_key)));
}

LogSigner::LogSigner(LogSigner&& other) noexcept
    : origin_(std::move(other.origin_)),
      verifier_key_(std::move(other.verifier_key_)),
      key_id_(std::move(other.key_id_)),
      secret_key_(std::exchange(other.secret_key_, std::string())) {}

LogSigner::~LogSigner() { sodium_memzero(secret_key_.data(), secret_key_.size()); }

absl::StatusOr<LogSigner> LogSigner::Open(const std::string& file, const std::string& origin) {
  if (sodium_init() < 0) return absl::InternalError("libsodium cannot start");
  if (!origin.empty()) RETURN_IF_ERROR(CheckOrigin(origin));
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  randombytes_buf(seed.data(), seed.size());
  LogSigner made(origin.empty() ? kDefaultLogOrigin : origin, seed);
  if (file.empty()) return made;
  ASSIGN_OR_RETURN(
      const std::string text, runtime::ReadOrMakeSecretFile(kWhat, file, [&made, &seed] {
        return absl::StrCat(
            kPrivateKey, made.origin_, "+", absl::BytesToHexString(made.key_id_), "+",
            absl::Base64Escape(absl::StrCat(absl::string_view(&kEd25519, 1), seed)), "\n");
      }));
  return Parse(file, text, origin);
}

absl::StatusOr<LogSigner> LogSigner::Parse(const std::string& file, absl::string_view text,
                                           const std::string& origin) {
  absl::ConsumeSuffix(&text, "\n");
  const bool is_private = absl::ConsumePrefix(&text, kPrivateKey);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  std::string key;
  if (!is_private || parts.size() != 3 || !absl::Base64Unescape(parts[2], &key) ||
      key.size() != 1 + crypto_sign_SEEDBYTES || key[0] != kEd25519) {
    return KeyRefused(file, "is not a key; restore it from its copy, or name another file");
  }
  const std::string name(parts[0]);
  RETURN_IF_ERROR(CheckOrigin(name));
  if (!origin.empty() && name != origin) {
    return KeyRefused(file, absl::StrCat("signs for ", name, ", not for ", origin,
                                         "; leave --log-origin out, or name another key"));
  }
  LogSigner signer(name, absl::string_view(key).substr(1));
  if (absl::BytesToHexString(signer.key_id_) != parts[1]) {
    return KeyRefused(file, "is damaged; restore it from its copy");
  }
  return signer;
}

std::string LogSigner::Sign(uint64_t size, const storage::MerkleHash& root) const {
  const std::string text =
      absl::StrCat(origin_, "\n", size, "\n", absl::Base64Escape(storage::BytesOf(root)), "\n");
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Unsigned(&signature), nullptr, Unsigned(text), text.size(),
                       Unsigned(absl::string_view(secret_key_)));
  return absl::StrCat(text, "\n\xE2\x80\x94 ", origin_, " ",
                      absl::Base64Escape(absl::StrCat(key_id_, signature)), "\n");
}

}  // namespace milkway::inventory
