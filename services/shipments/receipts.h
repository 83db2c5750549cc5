// What arrived: decided here, posted by the ledger, concluded here.
//
// A receipt has one version or more. The last one stands; each is one posting, which
// reverses that of the version before it.

#ifndef MILKWAY_SERVICES_SHIPMENTS_RECEIPTS_H_
#define MILKWAY_SERVICES_SHIPMENTS_RECEIPTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipment.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

// Reserves the shipment and the receipt's id, and says what to post. A receipt that is
// recorded already with this content gives a step without a draft, and reserves
// nothing. `weights` has every lot that the shipment does not know. Refusals come in
// this order:
//   ALREADY_EXISTS       RECEIPT_EXISTS
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY
//   FAILED_PRECONDITION  RECEIPT_DESTINATION_WRONG, SHIPMENT_NOT_DISPATCHED,
//                        RECEIPT_BEFORE_DISPATCH, SHIPMENT_FULL, and those of
//                        PlanReceipt, as its INVALID_ARGUMENT
// `now_us`: the server's clock.
absl::StatusOr<rec::StepRecord> BeginReceipt(storage::Transaction& transaction,
                                             const Receipt& receipt, const PackWeights& weights,
                                             runtime::RequestId request_id, int64_t now_us);

// The same for other lines of a recorded receipt: what stands is split anew, as if
// the old lines had never been.
//   NOT_FOUND            RECEIPT_UNKNOWN
//   FAILED_PRECONDITION  RECEIPT_DESTINATION_WRONG
//   INVALID_ARGUMENT     naming received_at if it is not that of the receipt
//   ABORTED              SHIPMENT_BUSY
//   FAILED_PRECONDITION  RECEIPT_RELEASED, RECEIPT_SHORTAGE_RESOLVED, SHIPMENT_FULL, and
//                        those of PlanReceipt
absl::StatusOr<rec::StepRecord> BeginCorrection(storage::Transaction& transaction,
                                                const Receipt& receipt, const std::string& reason,
                                                const PackWeights& weights,
                                                runtime::RequestId request_id, int64_t now_us);

struct ReceiptEnded {
  rec::ShipmentRecord shipment;  // as it stands now
  int64_t position = 0;
};
// It is posted: the version stands, and the shipment is free again.
absl::StatusOr<ReceiptEnded> EndReceipt(storage::Transaction& transaction,
                                        const rec::StepRecord& step, const Posted& posted);

// The ledger refused: as if the step had never been asked for. Good for every step of a
// shipment that has left.
absl::Status AbandonReceipt(storage::Transaction& transaction, const rec::StepRecord& step);

// The shipment is taken until the step that begins has ended.
absl::Status Reserve(storage::Transaction& transaction, const std::string& shipment_id,
                     rec::ShipmentRecord shipment);

// What `draft` brings into quarantine cannot be released before.
void HoldUntil(const rec::DraftRecord& draft, rec::ShipmentRecord* shipment);

// A receipt that a step or an index names: DATA_LOSS if it is not there.
absl::StatusOr<rec::ReceiptRecord> ReadKnownReceipt(const storage::Reader& reader,
                                                    const std::string& receipt_id);

struct ReceiptOnRecord {
  std::string receipt_id;
  rec::ReceiptRecord record;
};
// In order of the time they were received.
absl::StatusOr<std::vector<ReceiptOnRecord>> ReceiptsOf(const storage::Reader& reader,
                                                        const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_RECEIPTS_H_
