// What placing and lifting a recall both write.

#ifndef MILKWAY_SERVICES_INVENTORY_RECALL_BOOKS_H_
#define MILKWAY_SERVICES_INVENTORY_RECALL_BOOKS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/ledger.h"
#include "services/inventory/recalls.h"
#include "storage/store.h"

namespace milkway::inventory {

// How the numbers change by which the ledger knows whether to ask for recalls.
struct RecallCounts {
  int64_t standing = 0;
  int64_t released_lots = 0;
};
absl::Status CountRecalls(storage::Transaction& transaction, const RecallCounts& change);

// Posts what a recall does to stock, as many movements a posting as may be.
class RecallPoster {
 public:
  // All must outlive the poster.
  RecallPoster(storage::Transaction& transaction, Ledger& ledger, const Recall& recall,
               const RecallCall& call)
      : transaction_(transaction), ledger_(ledger), recall_(recall), call_(call) {}

  // Takes usable stock of a place to quarantine.
  absl::Status Add(Ledger::PlaceHold hold);
  // Makes quarantined stock usable again.
  absl::Status Release(OccurredAt at, Movement movement);

  // Posts what is left, and ends the ledger. Must be called once, last.
  absl::Status Finish();

 private:
  using Holds = std::vector<Ledger::PlaceHold>;

  absl::Status PostHolds(Holds* holds);
  absl::Status PostRelease(int64_t us, std::vector<Movement>* movements);
  absl::Status SayWhy(int64_t position, v1::AdjustmentReason reason, const std::string& note);

  storage::Transaction& transaction_;
  Ledger& ledger_;
  const Recall& recall_;
  const RecallCall& call_;
  std::map<int64_t, Holds> holds_;
  std::map<int64_t, std::vector<Movement>> releases_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_RECALL_BOOKS_H_
