// The second person of a receipt.

#ifndef MILKWAY_SERVICES_SHIPMENTS_COUNTERSIGN_H_
#define MILKWAY_SERVICES_SHIPMENTS_COUNTERSIGN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/shipments/changes.h"
#include "services/shipments/receipts.h"
#include "storage/store.h"

namespace milkway::shipments {

struct Countersigning {
  std::string receipt_id;
  std::string shipment_id;
  std::string destination_id;
  int64_t version = 0;  // which the person saw; 0: whichever stands
  OccurredAt signed_at;
  std::string note;
};

// Signs what stands. Again by the same person is OK and changes nothing.
//   NOT_FOUND            RECEIPT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY, while the receipt is recorded or corrected
//   PERMISSION_DENIED    COUNTERSIGNER_SAME: who recorded it
//   FAILED_PRECONDITION  RECEIPT_DESTINATION_WRONG, RECEIPT_CHANGED,
//                        RECEIPT_COUNTERSIGNED by somebody else,
//                        COUNTERSIGNED_BEFORE_RECEIPT
absl::StatusOr<ReceiptOnRecord> CountersignReceipt(storage::Transaction& transaction,
                                                   const Countersigning& signing,
                                                   const Actor& actor);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_COUNTERSIGN_H_
