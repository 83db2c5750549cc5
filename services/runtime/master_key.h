// The key under which a server keeps its other secrets.

#ifndef MILKWAY_SERVICES_RUNTIME_MASTER_KEY_H_
#define MILKWAY_SERVICES_RUNTIME_MASTER_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::runtime {

// 32 random bytes that never go into a store. What it seals is lost without it: keep a
// copy of the file apart from the backups of the data. Thread-safe.
class MasterKey {
 public:
  // Reads `file` (one line of base64, 0600); makes it if it is not there.
  // FAILED_PRECONDITION if it is damaged or open to others.
  static absl::StatusOr<MasterKey> Load(const std::string& file);

  // The same 44 characters of base64 from elsewhere, such as the environment.
  static absl::StatusOr<MasterKey> FromBase64(absl::string_view text);

  // A new one that nobody keeps, for tests and sandboxes.
  static MasterKey Generate();

  MasterKey(MasterKey&& other) noexcept;
  MasterKey& operator=(MasterKey&&) = delete;
  // Wipes the key.
  ~MasterKey();

  // 32 bytes for one use: BLAKE2b of `purpose` under the key. Different purposes tell
  // nothing of each other.
  std::string Derive(absl::string_view purpose) const;

  // XChaCha20-Poly1305 under Derive(purpose) and a random nonce: 41 bytes longer than
  // `plaintext`. `associated_data` is not kept, but must be the same to open it: name
  // the row it belongs to, so that rows cannot be exchanged.
  std::string Seal(absl::string_view purpose, absl::string_view plaintext,
                   absl::string_view associated_data) const;

  // DATA_LOSS if a byte was changed, or purpose, row or key are others.
  absl::StatusOr<std::string> Open(absl::string_view purpose, absl::string_view sealed,
                                   absl::string_view associated_data) const;

 private:
  explicit MasterKey(std::string key) : key_(std::move(key)) {}

  std::string key_;
};

// What MasterKey does, under a key of 32 bytes at hand.
std::string SealWith(absl::string_view key, absl::string_view plaintext,
                     absl::string_view associated_data);
absl::StatusOr<std::string> OpenWith(absl::string_view key, absl::string_view sealed,
                                     absl::string_view associated_data);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_MASTER_KEY_H_
