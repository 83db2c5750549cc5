// Recalls: orders to hold back a manufacturer's lots, wherever they lie.

#ifndef MILKWAY_SERVICES_INVENTORY_RECALLS_H_
#define MILKWAY_SERVICES_INVENTORY_RECALLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/purchases.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::inventory {

// An order, as it is asked for or as it stands.
struct Recall {
  std::string recall_id;
  rec::RecallRecord record;

  OccurredAt ordered_at() const { return {record.ordered_us(), record.ordered_offset_minutes()}; }
  bool is_open() const { return record.lifted_us() == 0; }
};

// Who asks, and when.
struct RecallCall {
  runtime::RequestId request_id;
  std::string caller_id;
  int64_t now_us = 0;
};

// Orders a recall and quarantines every usable gram of the lots that match. Placing
// the same recall again changes nothing.
//   NOT_FOUND       PRODUCT_UNKNOWN; RECALL_MATCHES_NO_LOT unless `expected`
//   ALREADY_EXISTS  RECALL_EXISTS
absl::Status PlaceRecall(storage::Transaction& transaction, const Recall& recall, bool expected,
                         const RecallCall& call);

struct RecallEnd {
  std::string recall_id;
  OccurredAt lifted_at;
  std::string reason;
  bool release = false;
};
// Ends a recall; returns the grams that became usable again. Lots under another
// recall that stands stay as they are.
//   NOT_FOUND            RECALL_UNKNOWN
//   FAILED_PRECONDITION  RECALL_LIFTED
//   INVALID_ARGUMENT     lifted_at before the order
absl::StatusOr<int64_t> LiftRecall(storage::Transaction& transaction, const RecallEnd& end,
                                   const RecallCall& call);

// New lots of a purchase, before they are posted: those that a recall matches belong
// to it from now on.
absl::Status JoinOpenRecalls(storage::Transaction& transaction,
                             const std::vector<LotOnRecord>& lots);

// True if the lot is one that the recall names.
bool Matches(const rec::RecallRecord& recall, const rec::LotRecord& lot);

// NOT_FOUND (RECALL_UNKNOWN).
absl::StatusOr<Recall> ReadRecall(const storage::Reader& reader, const std::string& recall_id);

// The lots that it matched, in order, up to `lots_max`.
absl::StatusOr<std::vector<LotOnRecord>> LotsOfRecall(const storage::Reader& reader,
                                                      const std::string& recall_id,
                                                      size_t lots_max);

// Grams of a lot at a place that are or were quarantined for a recall, by whichever
// of several that stand at once.
struct RecalledStock {
  LotId lot;
  std::string place;
  int64_t quarantined_g = 0;
};
// A page of them in order of lot and place, as `request` (a list request) asks for
// it. Returns the token of the next page.
absl::StatusOr<std::string> ListRecalledStock(const storage::Reader& reader, const Recall& recall,
                                              const google::protobuf::Message& request,
                                              absl::FunctionRef<void(const RecalledStock&)> add);
// All of them.
absl::Status ScanRecalledStock(const storage::Reader& reader, const Recall& recall,
                               absl::FunctionRef<void(const RecalledStock&)> visit);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_RECALLS_H_
