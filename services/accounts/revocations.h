// Access tokens that ended before their time.

#ifndef MILKWAY_SERVICES_ACCOUNTS_REVOCATIONS_H_
#define MILKWAY_SERVICES_ACCOUNTS_REVOCATIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/accounts/accounts_keys.h"
#include "storage/store.h"

namespace milkway::accounts {

inline constexpr size_t kRevocationsPerAnswerMax = 1'000;

// No access token with this "sid" is good from now on. Forgets some that no living token
// concerns any more.
absl::Status Revoke(storage::Transaction& transaction, absl::string_view token_session_id,
                    int64_t now_us);

struct Revocations {
  std::vector<rec::RevocationRecord> rows;
  int64_t version = 0;  // what to ask on from
  bool has_more = false;
};

// Those after `after_version` that concern living tokens, at most kRevocationsPerAnswerMax.
// A version that was never given counts as 0.
absl::StatusOr<Revocations> ListRevocations(const storage::Reader& reader, int64_t after_version,
                                            int64_t now_us);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_REVOCATIONS_H_
