// A distribution as the ledger is asked to post it.

#ifndef MILKWAY_SERVICES_CONSUMPTION_POSTING_DRAFT_H_
#define MILKWAY_SERVICES_CONSUMPTION_POSTING_DRAFT_H_

#include "absl/status/status.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/consumption/consumption_keys.h"

namespace milkway::consumption {

// What an error of a whole call to the ledger means for a step: it says nothing about
// the drafts, which an earlier call whose answer was lost may have posted. So the step
// is tried again, whatever the error (UNAVAILABLE with its message), and never given up.
absl::Status AsTransient(const absl::Status& error);

// Fill `*draft`. The same record gives the same draft, whenever it is sent. DATA_LOSS
// if a set of students cannot be read.
absl::Status FillDraft(const rec::PendingRecord& pending, inventory::v1::PostingDraft* draft);
absl::Status FillDraft(const rec::PendingCorrectionRecord& pending,
                       inventory::v1::PostingDraft* draft);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_POSTING_DRAFT_H_
