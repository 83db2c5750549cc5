#include "clients/verify/checkpoint.h"

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "openssl/evp.h"

namespace milkway::proof {

namespace {

constexpr char kEd25519 = 1;
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kPublicKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;
// An em dash and a space, as signed notes have it.
constexpr absl::string_view kSignatureMark = "\xE2\x80\x94 ";

absl::Status Malformed(absl::string_view what) { return absl::InvalidArgumentError(what); }

std::string KeyIdOf(absl::string_view name, absl::string_view public_key) {
  const Hash hash = Sha256(absl::StrCat(name, "\n", absl::string_view(&kEd25519, 1), public_key));
  return std::string(BytesOf(hash).substr(0, kKeyIdBytes));
}

bool IsSigned(absl::string_view text, absl::string_view signature, const LogKey& key) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                  reinterpret_cast<const unsigned char*>(key.public_key.data()),
                                  key.public_key.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  return public_key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

// The signature of `key` among the lines below the text.
absl::StatusOr<std::string> FindSignature(absl::string_view lines, const LogKey& key) {
  if (!absl::ConsumeSuffix(&lines, "\n")) {
    return Malformed("the checkpoint's last line does not end");
  }
  std::string found;
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (!absl::ConsumePrefix(&line, kSignatureMark)) {
      return Malformed("the checkpoint has a line among its signatures that is none");
    }
    const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
    if (parts.size() != 2 || parts[0].empty()) {
      return Malformed("the checkpoint has a malformed signature");
    }
    ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(parts[1]));
    if (bytes.size() <= kKeyIdBytes) return Malformed("the checkpoint has a malformed signature");
    if (parts[0] != key.name || bytes.substr(0, kKeyIdBytes) != key.id) continue;
    if (!found.empty()) return Malformed("the checkpoint is signed twice by one key");
    found = bytes.substr(kKeyIdBytes);
  }
  if (found.size() != kSignatureBytes) {
    return Malformed(absl::StrCat("the checkpoint is not signed by ", key.name, "+",
                                  absl::BytesToHexString(key.id)));
  }
  return found;
}

absl::StatusOr<Checkpoint> ParseText(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  // The last one is empty: the text ends with a newline.
  if (lines.size() < 4 || lines[0].empty()) {
    return Malformed("the checkpoint does not have an origin, a size and a root");
  }
  Checkpoint checkpoint;
  checkpoint.origin = std::string(lines[0]);
  if (!absl::SimpleAtoi(lines[1], &checkpoint.size) || absl::StrCat(checkpoint.size) != lines[1]) {
    return Malformed("the checkpoint's size is not a decimal number without leading zeros");
  }
  ASSIGN_OR_RETURN(const std::string root, DecodeBase64(lines[2]));
  const std::optional<Hash> hash = ParseHash(root);
  if (!hash.has_value()) return Malformed("the checkpoint's root does not have 32 bytes");
  checkpoint.root = *hash;
  return checkpoint;
}

}  // namespace

absl::StatusOr<std::string> DecodeBase64(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) {
    return Malformed("there is text that should be base64 with padding and is not");
  }
  return bytes;
}

absl::StatusOr<LogKey> ParseLogKey(absl::string_view text) {
  absl::ConsumeSuffix(&text, "\n");
  // The key is base64, which may hold a "+" itself.
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('+', 2));
  if (parts.size() != 3 || parts[0].empty() ||
      parts[0].find_first_of(" \t\r\n") != absl::string_view::npos) {
    return Malformed("a key of a log is written name+id+base64");
  }
  ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(parts[2]));
  if (bytes.size() != 1 + kPublicKeyBytes || bytes[0] != kEd25519) {
    return Malformed("the key is not an Ed25519 key");
  }
  LogKey key;
  key.name = std::string(parts[0]);
  key.public_key = bytes.substr(1);
  key.id = KeyIdOf(key.name, key.public_key);
  if (absl::BytesToHexString(key.id) != parts[1]) {
    return Malformed(absl::StrCat("the id of the key should be ", absl::BytesToHexString(key.id)));
  }
  return key;
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const LogKey& key) {
  if (note.size() > kNoteBytesMax) return Malformed("the checkpoint is too long");
  const size_t gap = note.rfind("\n\n");
  if (gap == absl::string_view::npos) return Malformed("the checkpoint has no signature");
  const absl::string_view text = note.substr(0, gap + 1);
  ASSIGN_OR_RETURN(const std::string signature, FindSignature(note.substr(gap + 2), key));
  if (!IsSigned(text, signature, key)) {
    return Malformed("the checkpoint's signature does not fit what it says");
  }
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseText(text));
  if (checkpoint.origin != key.name) {
    return Malformed("the checkpoint is of another log than the key that signed it");
  }
  return checkpoint;
}

}  // namespace milkway::proof
