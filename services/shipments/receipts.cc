#include "services/shipments/receipts.h"

#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/shipments/receipt_plan.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

// The receipt was recorded before: there is nothing to post if it says the same.
absl::StatusOr<rec::StepRecord> RepeatReceipt(const Receipt& receipt,
                                              const rec::ReceiptRecord& recorded) {
  if (recorded.versions().empty()) return ShipmentBusy(recorded.shipment_id());
  if (ReceiptOf(receipt.receipt_id, recorded, recorded.versions(0)) != receipt) {
    return ReceiptExists(receipt.receipt_id);
  }
  rec::StepRecord step;
  step.set_shipment_id(recorded.shipment_id());
  step.set_receipt_id(receipt.receipt_id);
  return step;
}

absl::Status CheckMayReceive(const Receipt& receipt, const rec::ShipmentRecord& shipment) {
  const std::string& shipment_id = receipt.shipment_id;
  if (receipt.destination_id != shipment.destination_id()) {
    return ReceiptDestinationWrong(shipment_id, receipt.destination_id);
  }
  if (!HasLeft(StateOf(shipment))) return ShipmentNotDispatched(shipment_id, StateOf(shipment));
  const OccurredAt dispatched_at = FromRecord(shipment.dispatched_at());
  if (receipt.received_at->us < dispatched_at.us) {
    return ReceiptBeforeDispatch(shipment_id, *receipt.received_at, dispatched_at);
  }
  return absl::OkStatus();
}

// The shipment can hold one more version of a receipt, and the lots that it names.
absl::Status CheckHasRoom(const Receipt& receipt, const rec::ShipmentRecord& shipment,
                          const LotStatuses& statuses) {
  if (shipment.receipt_version_count() >= kReceiptVersionsMax) {
    return ShipmentFull(receipt.shipment_id, "receipts and corrections", kReceiptVersionsMax);
  }
  size_t lots = statuses.size();
  for (const ReceiptLine& line : receipt.lines) {
    if (statuses.find(line.lot) == statuses.end()) ++lots;
  }
  if (lots > static_cast<size_t>(kLotsMax))
    return ShipmentFull(receipt.shipment_id, "lots", kLotsMax);
  return absl::OkStatus();
}

// The receipt's lines leave the statuses.
void TakeBackVersion(const rec::ReceiptVersionRecord& version, LotStatuses* statuses) {
  for (const rec::ReceiptLineRecord& line : version.lines()) TakeBack(FromRecord(line), statuses);
}

rec::StepRecord MakeStep(const Receipt& receipt, const OccurredAt& received_at,
                         const ReceiptPlan& plan, runtime::RequestId posting_id) {
  rec::StepRecord step;
  step.set_shipment_id(receipt.shipment_id);
  step.set_receipt_id(receipt.receipt_id);
  *step.mutable_draft() = MakeDraft(PostingKind::kReceipt, posting_id, received_at,
                                    absl::StrCat("receipt/", receipt.receipt_id), plan.movements);
  for (const RecordedLine& line : plan.lines) {
    *step.mutable_version()->add_lines() = ToRecord(line);
  }
  step.mutable_version()->set_note(receipt.note);
  return step;
}

absl::Status Reserve(storage::Transaction& transaction, const std::string& shipment_id,
                     rec::ShipmentRecord shipment) {
  shipment.set_is_reserved(true);
  return ShipmentTable::Put(transaction, shipment, shipment_id);
}

// A receipt that a step or an index names: DATA_LOSS if it is not there.
absl::StatusOr<rec::ReceiptRecord> ReadKnownReceipt(const storage::Reader& reader,
                                                    const std::string& receipt_id) {
  ASSIGN_OR_RETURN(auto record, ReceiptTable::Find(reader, receipt_id));
  if (record.has_value()) return *std::move(record);
  return absl::DataLossError(absl::StrCat(
      "the receipt ", receipt_id, " is missing in the store; restore the store from a backup"));
}

}  // namespace

absl::StatusOr<rec::StepRecord> BeginReceipt(storage::Transaction& transaction,
                                             const Receipt& receipt, const PackWeights& weights,
                                             runtime::RequestId request_id) {
  ASSIGN_OR_RETURN(const auto recorded, ReceiptTable::Find(transaction, receipt.receipt_id));
  if (recorded.has_value()) return RepeatReceipt(receipt, *recorded);
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment,
                   ReadFreeShipment(transaction, receipt.shipment_id));
  RETURN_IF_ERROR(CheckMayReceive(receipt, shipment));
  const LotStatuses statuses = StatusesOf(shipment);
  RETURN_IF_ERROR(CheckHasRoom(receipt, shipment, statuses));
  ASSIGN_OR_RETURN(const ReceiptPlan plan, PlanReceipt(receipt, statuses, weights));

  rec::ReceiptRecord record;
  record.set_shipment_id(receipt.shipment_id);
  record.set_destination_id(receipt.destination_id);
  *record.mutable_received_at() = ToRecord(*receipt.received_at);
  RETURN_IF_ERROR(ReceiptTable::Put(transaction, record, receipt.receipt_id));
  RETURN_IF_ERROR(Reserve(transaction, receipt.shipment_id, std::move(shipment)));
  return MakeStep(receipt, *receipt.received_at, plan,
                  runtime::DeriveRequestId(request_id, "receipt"));
}

absl::StatusOr<rec::StepRecord> BeginCorrection(storage::Transaction& transaction,
                                                const Receipt& receipt, const std::string& reason,
                                                const PackWeights& weights,
                                                runtime::RequestId request_id) {
  ASSIGN_OR_RETURN(const auto recorded, ReceiptTable::Find(transaction, receipt.receipt_id));
  if (!recorded.has_value() || recorded->shipment_id() != receipt.shipment_id) {
    return ReceiptUnknown(receipt.shipment_id, receipt.receipt_id);
  }
  if (recorded->destination_id() != receipt.destination_id) {
    return ReceiptDestinationWrong(receipt.shipment_id, receipt.destination_id);
  }
  const OccurredAt received_at = FromRecord(recorded->received_at());
  if (receipt.received_at.value_or(received_at) != received_at) {
    return runtime::InvalidField(
        "received_at", absl::StrCat("must be that of the receipt, ", FormatOccurredAt(received_at),
                                    ", or left out"));
  }
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment,
                   ReadFreeShipment(transaction, receipt.shipment_id));
  LotStatuses statuses = StatusesOf(shipment);
  RETURN_IF_ERROR(CheckHasRoom(receipt, shipment, statuses));
  const rec::ReceiptVersionRecord& standing = *recorded->versions().rbegin();
  TakeBackVersion(standing, &statuses);
  ASSIGN_OR_RETURN(const ReceiptPlan plan, PlanReceipt(receipt, statuses, weights));

  rec::StepRecord step = MakeStep(receipt, received_at, plan,
                                  runtime::DeriveRequestId(request_id, "receipt_correction"));
  step.mutable_draft()->set_corrects_position(standing.position());
  step.mutable_version()->set_correction_reason(reason);
  RETURN_IF_ERROR(Reserve(transaction, receipt.shipment_id, std::move(shipment)));
  return step;
}

absl::StatusOr<ReceiptEnded> EndReceipt(storage::Transaction& transaction,
                                        const rec::StepRecord& step, const Posted& posted) {
  ReceiptEnded ended;
  ASSIGN_OR_RETURN(ended.shipment, ReadShipment(transaction, step.shipment_id()));
  ASSIGN_OR_RETURN(rec::ReceiptRecord receipt, ReadKnownReceipt(transaction, step.receipt_id()));
  if (!step.has_draft()) {
    ended.position = receipt.versions(0).position();
    return ended;
  }
  LotStatuses statuses = StatusesOf(ended.shipment);
  const bool is_first = receipt.versions().empty();
  if (!is_first) TakeBackVersion(*receipt.versions().rbegin(), &statuses);
  for (const rec::ReceiptLineRecord& line : step.version().lines()) {
    Enter(FromRecord(line), &statuses);
  }
  rec::ReceiptVersionRecord& version = *receipt.add_versions();
  version = step.version();
  version.set_position(posted.position);
  version.set_recorded_us(posted.recorded_us);
  version.set_recorded_by(posted.recorded_by);
  SetStatuses(statuses, &ended.shipment);
  ended.shipment.set_is_reserved(false);
  ended.shipment.set_receipt_version_count(ended.shipment.receipt_version_count() + 1);
  ended.position = posted.position;

  RETURN_IF_ERROR(ReceiptTable::Put(transaction, receipt, step.receipt_id()));
  if (is_first) {
    RETURN_IF_ERROR(ReceiptByShipmentTable::Put(transaction, rec::IndexRecord(), step.shipment_id(),
                                                receipt.received_at().us(), step.receipt_id()));
  }
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, ended.shipment, step.shipment_id()));
  return ended;
}

absl::Status AbandonReceipt(storage::Transaction& transaction, const rec::StepRecord& step) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, step.shipment_id()));
  ASSIGN_OR_RETURN(const rec::ReceiptRecord receipt,
                   ReadKnownReceipt(transaction, step.receipt_id()));
  // Only a first posting had reserved the id.
  if (receipt.versions().empty()) {
    RETURN_IF_ERROR(ReceiptTable::Delete(transaction, step.receipt_id()));
  }
  shipment.set_is_reserved(false);
  return ShipmentTable::Put(transaction, shipment, step.shipment_id());
}

absl::StatusOr<std::vector<ReceiptOnRecord>> ReceiptsOf(const storage::Reader& reader,
                                                        const std::string& shipment_id) {
  std::vector<ReceiptOnRecord> receipts;
  RETURN_IF_ERROR(ReceiptByShipmentTable::Scan(
      reader, ReceiptByShipmentKey::Range(shipment_id),
      [&](const ReceiptByShipmentKey::Key& key, const rec::IndexRecord&) {
        receipts.push_back({std::get<2>(key), {}});
        return true;
      }));
  for (ReceiptOnRecord& receipt : receipts) {
    ASSIGN_OR_RETURN(receipt.record, ReadKnownReceipt(reader, receipt.receipt_id));
  }
  return receipts;
}

}  // namespace milkway::shipments
