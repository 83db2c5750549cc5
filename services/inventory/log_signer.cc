#include "services/inventory/log_signer.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"

namespace milkway::inventory {

namespace {

constexpr char kEd25519 = 1;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kOriginBytesMax = 200;
constexpr size_t kKeyFileBytesMax = 1'000;
constexpr absl::string_view kPrivateKey = "PRIVATE+KEY+";

absl::Status KeyRefused(const std::string& file, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the log key ", file, " ", why));
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

// nullopt if there is no such file.
absl::StatusOr<std::optional<std::string>> ReadKeyFile(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return std::nullopt;
    return KeyRefused(file, absl::StrCat("cannot be read: ", std::strerror(errno)));
  }
  struct stat status {};
  std::string text(kKeyFileBytesMax, '\0');
  const bool is_known = fstat(descriptor, &status) == 0;
  const ssize_t bytes = read(descriptor, text.data(), text.size());
  close(descriptor);
  if (!is_known || bytes < 0) return KeyRefused(file, "cannot be read");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return KeyRefused(file, "may be read or written by others; run chmod 600 on it");
  }
  text.resize(static_cast<size_t>(bytes));
  return text;
}

// Writes a file that was not there, for its owner only, and waits for the disk.
absl::Status WriteKeyFile(const std::string& file, absl::string_view text) {
  const int descriptor =
      open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    return KeyRefused(file, absl::StrCat("cannot be made: ", std::strerror(errno)));
  }
  const bool is_written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0;
  if (close(descriptor) == 0 && is_written) return absl::OkStatus();
  unlink(file.c_str());
  return KeyRefused(file, "cannot be written; is the disk full?");
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
  if (!file.empty()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> text, ReadKeyFile(file));
    if (text.has_value()) return Parse(file, *text, origin);
  }
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  randombytes_buf(seed.data(), seed.size());
  LogSigner signer(origin.empty() ? kDefaultLogOrigin : origin, seed);
  if (!file.empty()) {
    RETURN_IF_ERROR(WriteKeyFile(
        file, absl::StrCat(
                  kPrivateKey, signer.origin_, "+", absl::BytesToHexString(signer.key_id_), "+",
                  absl::Base64Escape(absl::StrCat(absl::string_view(&kEd25519, 1), seed)), "\n")));
  }
  return signer;
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
