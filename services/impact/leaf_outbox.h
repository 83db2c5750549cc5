// Allocations and gifts in kind on their way into the inventory's log.
//
// One is written to the log after it is stored, in the order in which they were recorded.
// Until then it stands in the outbox with the id of its request, so
// that it is written once, whatever crashes.

#ifndef MILKWAY_SERVICES_IMPACT_LEAF_OUTBOX_H_
#define MILKWAY_SERVICES_IMPACT_LEAF_OUTBOX_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/asking.h"
#include "services/runtime/peer.h"
#include "storage/store.h"

namespace milkway::impact {

// Instead of the number of an allocation: the grams that a gift in kind is.
inline constexpr int64_t kGiftInKindItself = 0;

// Puts an allocation that is stored at (gift, number), or a gift in kind, into the outbox.
absl::Status PutIntoOutbox(storage::Transaction& transaction, const std::string& gift_id,
                           int64_t number, int64_t sequence);

class LeafOutbox {
 public:
  using Log = runtime::Peer<inventory::v1::LogService>;

  // All must outlive the outbox.
  LeafOutbox(storage::Store* store, runtime::Asking* asking, const Log* log)
      : store_(*store), asking_(*asking), log_(*log) {}

  // Writes what is in the outbox; only within a task of `asking`. UNAVAILABLE if the
  // inventory is away: call again.
  absl::Status Empty();

 private:
  absl::StatusOr<bool> WriteFirst();

  storage::Store& store_;
  runtime::Asking& asking_;
  const Log& log_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_LEAF_OUTBOX_H_
