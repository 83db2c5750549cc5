// Signed checkpoints: the C2SP tlog-checkpoint format in a signed note, with Ed25519.
//
//   milkway.example/log        the origin, which is also the name of the key
//   1234                       leaves of the log
//   3q2+7w…=                   root of the tree, base64
//   (an empty line)
//   — milkway.example/log AbCd…=     base64 of 4 bytes key id and 64 bytes signature
//
// The signature is over the text up to the empty line. The id of a key is the start of
// SHA-256(name, newline, 01, the 32 bytes of the public key). A public key is written
// name+id+base64(01, key), the id in hexadecimal.

#ifndef MILKWAY_CLIENTS_VERIFY_CHECKPOINT_H_
#define MILKWAY_CLIENTS_VERIFY_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/verify/merkle_proof.h"

namespace milkway::proof {

// What a checkpoint says: these leaves, and no others, were in the log.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root{};
};

struct LogKey {
  std::string name;
  std::string id;          // 4 bytes
  std::string public_key;  // 32 bytes
};

inline constexpr size_t kNoteBytesMax = 10'000;

// Reads "name+id+key", with or without a newline at its end. INVALID_ARGUMENT.
absl::StatusOr<LogKey> ParseLogKey(absl::string_view text);

// Reads a checkpoint that `key` signed. INVALID_ARGUMENT if it is malformed, if it is of
// another log, or if the signature is missing or wrong. Signatures of other keys
// (witnesses) are not looked at.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const LogKey& key);

// The bytes that `text` stands for; INVALID_ARGUMENT unless it is the one base64 text of
// them, with padding.
absl::StatusOr<std::string> DecodeBase64(absl::string_view text);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_CHECKPOINT_H_
