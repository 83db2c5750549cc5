// Postings for other services: many drafts, each taken or refused on its own, in
// one transaction.

#ifndef MILKWAY_SERVICES_INVENTORY_BATCH_POST_H_
#define MILKWAY_SERVICES_INVENTORY_BATCH_POST_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/ledger.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::inventory {

// The drafts of one request, checked as far as they can be without the books.
class DraftBatch {
 public:
  // INVALID_ARGUMENT if there are too many; a draft that is malformed is refused
  // by Post, by itself.
  static absl::StatusOr<DraftBatch> Parse(const v1::BatchPostRequest& request,
                                          const runtime::OnceTable& once);

  // Drafts that were posted now, and not before: where they stand in the log, in a row.
  struct NewPostings {
    int64_t count = 0;
    int64_t first_position = 0;
    int64_t last_position = 0;
  };

  // Posts each draft once per request_id, and says what became of each. Not OK
  // only if the transaction must fail. May be called again, as a body may.
  absl::StatusOr<NewPostings> Post(storage::Transaction& transaction,
                                   const runtime::OnceTable& once, int64_t now_us,
                                   v1::BatchPostResponse* response) const;

 private:
  struct Parsed {
    absl::StatusOr<PostingDraft> draft = absl::UnknownError("not parsed");
    runtime::BodyHash hash{};
  };

  std::vector<Parsed> drafts_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_BATCH_POST_H_
