// The keys that sign access tokens.
//
// Keys stand in the store in the order in which they sign, their private halves sealed under
// the master key. One signs at a time; the next one is published before it signs, so that
// every process knows it by then, and the one before until its last token has expired.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SIGNING_KEYS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SIGNING_KEYS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/accounts/accounts_keys.h"
#include "services/runtime/master_key.h"
#include "services/runtime/tokens/access_token.h"
#include "storage/store.h"

namespace milkway::accounts {

// How long a key signs, and how long it is published before.
inline constexpr int64_t kKeySignsUs = int64_t{30} * 24 * 3'600 * 1'000'000;
inline constexpr int64_t kKeyPublishedUs = int64_t{24} * 3'600 * 1'000'000;
// How long a key is published that an admin asks for.
inline constexpr int64_t kKeyPublishedInHasteUs = int64_t{120} * 1'000'000;

// The private halves, opened once. Thread-safe.
class SigningKeys {
 public:
  // `master_key` must outlive the keys.
  explicit SigningKeys(const runtime::MasterKey* master_key) : master_key_(*master_key) {}

  // The keys, oldest first; all are public.
  static absl::StatusOr<std::vector<rec::SigningKeyRecord>> List(const storage::Reader& reader);

  // Makes the first key, or the next one if it is time, and removes what no living token is
  // signed with. DATA_LOSS if the keys were sealed under another master key.
  absl::Status KeepUp(storage::Transaction& transaction, int64_t now_us) const;

  // Makes a key beyond the others: it signs soon, or at once in place of all others.
  absl::Status Rotate(storage::Transaction& transaction, bool drop_old_keys, int64_t now_us) const;

  // Signs with the key whose time it is. INTERNAL if KeepUp was never called.
  absl::StatusOr<std::string> Sign(const storage::Reader& reader,
                                   const runtime::AccessClaims& claims, int64_t now_us);

 private:
  absl::Status Add(storage::Transaction& transaction, int64_t number, int64_t signs_from_us,
                   int64_t now_us) const;
  absl::StatusOr<std::shared_ptr<const runtime::TokenKey>> Open(
      const rec::SigningKeyRecord& record) const;
  absl::StatusOr<std::shared_ptr<const runtime::TokenKey>> OpenOnce(
      const rec::SigningKeyRecord& record);

  const runtime::MasterKey& master_key_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const runtime::TokenKey>> opened_by_kid_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SIGNING_KEYS_H_
