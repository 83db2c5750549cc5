// The key that signs checkpoints of the log, and the checkpoints' text.
//
// Text and signature are those of C2SP tlog-checkpoint and signed-note: Ed25519, by
// libsodium. The key is kept as a line of text, as Go's note package has it:
//
//   PRIVATE+KEY+<name>+<id>+<base64 of 01 and the 32 bytes of the seed>

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_SIGNER_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_SIGNER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/merkle_hash.h"

namespace milkway::inventory {

inline constexpr char kDefaultLogOrigin[] = "milkway.local/log";

// Thread-safe. The key is wiped from memory at the end.
class LogSigner {
 public:
  // Reads the key in `file`, or makes one there that only its owner may read. `origin`
  // names the log; empty: as the key says, kDefaultLogOrigin for a new one. An empty
  // `file` makes a key that lives as long as the signer, for tests. FAILED_PRECONDITION
  // if others may read the file, if it holds no key, or one of another origin.
  static absl::StatusOr<LogSigner> Open(const std::string& file, const std::string& origin);

  LogSigner(LogSigner&& other) noexcept;
  LogSigner& operator=(LogSigner&&) = delete;
  ~LogSigner();

  const std::string& origin() const { return origin_; }

  // name+id+key.
  const std::string& verifier_key() const { return verifier_key_; }

  // The signed note about a log of `size` leaves with that root. The same every time.
  std::string Sign(uint64_t size, const storage::MerkleHash& root) const;

 private:
  LogSigner(std::string origin, absl::string_view seed);

  static absl::StatusOr<LogSigner> Parse(const std::string& file, absl::string_view text,
                                         const std::string& origin);

  std::string origin_;
  std::string verifier_key_;
  std::string key_id_;
  std::string secret_key_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_SIGNER_H_
