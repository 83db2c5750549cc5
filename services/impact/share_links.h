// Links that open one gift, read only, to whoever has them.
//
// Whoever makes a link makes its token, 32 random bytes, and sends only their SHA-256: the
// server sees a token first when somebody opens the link, and never keeps it.

#ifndef MILKWAY_SERVICES_IMPACT_SHARE_LINKS_H_
#define MILKWAY_SERVICES_IMPACT_SHARE_LINKS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::impact {

struct ShareLink {
  std::string link_id;  // the first 8 bytes of the hash, in hexadecimal digits
  std::string gift_id;
  rec::ShareLinkRecord record;
};

// The same hash again gives the link that there is. NOT_FOUND (GIFT_UNKNOWN),
// ALREADY_EXISTS (SHARE_LINK_EXISTS) for another gift.
absl::StatusOr<ShareLink> CreateShareLink(storage::Transaction& transaction,
                                          const std::string& gift_id, const std::string& token_hash,
                                          const runtime::Call& call);

// One that is revoked stays as it is. NOT_FOUND (SHARE_LINK_UNKNOWN).
absl::StatusOr<ShareLink> RevokeShareLink(storage::Transaction& transaction,
                                          const std::string& gift_id, const std::string& link_id,
                                          const runtime::Call& call);

// The gift that a token opens. NOT_FOUND (SHARE_LINK_UNKNOWN).
absl::StatusOr<std::string> OpenShareLink(const storage::Reader& reader, const std::string& token);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_SHARE_LINKS_H_
