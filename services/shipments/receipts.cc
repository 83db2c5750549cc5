#include "services/shipments/receipts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/shipments/changes.h"
#include "services/shipments/receipt_plan.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/shortages.h"

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
  for (const RecordedLine& line : LinesOf(version)) TakeBack(line, statuses);
}

// How the receipt stands once the step has ended, and what to post, if anything moves.
rec::StepRecord MakeStep(const Receipt& receipt, const Arrival& arrival, const ReceiptPlan& plan,
                         runtime::RequestId posting_id, int64_t corrects_position, int64_t now_us) {
  rec::StepRecord step;
  step.set_shipment_id(receipt.shipment_id);
  step.set_receipt_id(receipt.receipt_id);
  step.set_decided_us(now_us);
  if (!plan.movements.empty() || corrects_position != 0) {
    *step.mutable_draft() = MakeDraft(PostingKind::kReceipt, posting_id, arrival.posted_at,
                                      absl::StrCat("receipt/", receipt.receipt_id), plan.movements);
    step.mutable_draft()->set_corrects_position(corrects_position);
  }
  rec::ReceiptVersionRecord& version = *step.mutable_version();
  for (const RecordedLine& line : plan.lines) *version.add_lines() = ToRecord(line);
  version.set_note(receipt.note);
  version.set_received_by(receipt.received_by);
  for (const Photo& photo : receipt.photos) {
    rec::PhotoRecord& row = *version.add_photos();
    row.set_sha256(photo.sha256);
    row.set_uri(photo.uri);
  }
  version.set_is_quarantined(arrival.good == Stock::kQuarantined);
  if (arrival.posted_at != *receipt.received_at) {
    *version.mutable_posted_at() = ToRecord(arrival.posted_at);
  }
  return step;
}

// The time of a receipt and its place stay.
absl::Status CheckMayCorrect(const Receipt& receipt, const rec::ReceiptRecord& recorded) {
  if (recorded.versions().empty()) return ShipmentBusy(recorded.shipment_id());
  if (recorded.destination_id() != receipt.destination_id) {
    return ReceiptDestinationWrong(receipt.shipment_id, receipt.destination_id);
  }
  const OccurredAt received_at = FromRecord(recorded.received_at());
  if (receipt.received_at.value_or(received_at) == received_at) return absl::OkStatus();
  return runtime::InvalidField(
      "received_at", absl::StrCat("must be that of the receipt, ", FormatOccurredAt(received_at),
                                  ", or left out"));
}

void AddVersion(const rec::StepRecord& step, const Posted& posted, rec::ReceiptRecord* receipt) {
  rec::ReceiptVersionRecord& version = *receipt->add_versions();
  version = step.version();
  version.set_position(posted.position);
  version.set_recorded_us(posted.recorded_us);
  version.set_recorded_by(posted.recorded_by);
}

// What each lot lacked in the version, in packs.
std::map<LotId, RecordedLine> MissingIn(const rec::ReceiptVersionRecord& version) {
  std::map<LotId, RecordedLine> missing;
  for (const RecordedLine& line : LinesOf(version)) {
    if (line.line.missing_packs > 0) missing[line.line.lot] = line;
  }
  return missing;
}

// The shortages follow the receipt from one version (null: none) to the next.
absl::Status FollowShortages(storage::Transaction& transaction, const rec::StepRecord& step,
                             const rec::ReceiptRecord& receipt,
                             const rec::ReceiptVersionRecord* before) {
  std::map<LotId, RecordedLine> lots = MissingIn(step.version());
  if (before != nullptr) {
    for (auto& [lot, line] : MissingIn(*before)) {
      line.line.missing_packs = 0;
      lots.insert({lot, line});
    }
    for (const RecordedLine& line : LinesOf(*before)) {
      RETURN_IF_ERROR(
          NoteArrivedOfLost(transaction, step.shipment_id(), line.line.lot, -line.from_lost_g));
    }
  }
  for (const RecordedLine& line : LinesOf(step.version())) {
    RETURN_IF_ERROR(
        NoteArrivedOfLost(transaction, step.shipment_id(), line.line.lot, line.from_lost_g));
  }
  for (const auto& [lot, line] : lots) {
    RETURN_IF_ERROR(StateShortage(transaction, {step.shipment_id(), step.receipt_id(), lot},
                                  line.line.missing_packs, line.pack_weight_g,
                                  receipt.destination_id(), FromRecord(receipt.received_at())));
  }
  return absl::OkStatus();
}

// A receipt that brought something waits for a second person.
absl::Status AwaitCountersignature(storage::Transaction& transaction, const std::string& receipt_id,
                                   const rec::ReceiptRecord& receipt) {
  const int64_t received_us = receipt.received_at().us();
  if (receipt.versions().rbegin()->lines().empty()) {
    return ToCountersignTable::Delete(transaction, receipt.destination_id(), received_us,
                                      receipt_id);
  }
  return ToCountersignTable::Put(transaction, rec::IndexRecord(), receipt.destination_id(),
                                 received_us, receipt_id);
}

}  // namespace

absl::Status Reserve(storage::Transaction& transaction, const std::string& shipment_id,
                     rec::ShipmentRecord shipment) {
  shipment.set_is_reserved(true);
  return ShipmentTable::Put(transaction, shipment, shipment_id);
}

absl::StatusOr<rec::ReceiptRecord> ReadKnownReceipt(const storage::Reader& reader,
                                                    const std::string& receipt_id) {
  ASSIGN_OR_RETURN(auto record, ReceiptTable::Find(reader, receipt_id));
  if (record.has_value()) return *std::move(record);
  return absl::DataLossError(absl::StrCat(
      "the receipt ", receipt_id, " is missing in the store; restore the store from a backup"));
}

void HoldUntil(const rec::DraftRecord& draft, rec::ShipmentRecord* shipment) {
  shipment->set_quarantined_until_us(
      std::max(shipment->quarantined_until_us(), draft.occurred_at().us()));
}

absl::StatusOr<rec::StepRecord> BeginReceipt(storage::Transaction& transaction,
                                             const Receipt& receipt, const PackWeights& weights,
                                             runtime::RequestId request_id, int64_t now_us) {
  ASSIGN_OR_RETURN(const auto recorded, ReceiptTable::Find(transaction, receipt.receipt_id));
  if (recorded.has_value()) return RepeatReceipt(receipt, *recorded);
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment,
                   ReadFreeShipment(transaction, receipt.shipment_id));
  RETURN_IF_ERROR(CheckMayReceive(receipt, shipment));
  const LotStatuses statuses = StatusesOf(shipment);
  RETURN_IF_ERROR(CheckHasRoom(receipt, shipment, statuses));
  const Arrival arrival = ArrivalAt(shipment, *receipt.received_at);
  ASSIGN_OR_RETURN(const ReceiptPlan plan, PlanReceipt(receipt, statuses, weights, arrival.good));

  rec::ReceiptRecord record;
  record.set_shipment_id(receipt.shipment_id);
  record.set_destination_id(receipt.destination_id);
  *record.mutable_received_at() = ToRecord(*receipt.received_at);
  RETURN_IF_ERROR(ReceiptTable::Put(transaction, record, receipt.receipt_id));
  RETURN_IF_ERROR(Reserve(transaction, receipt.shipment_id, std::move(shipment)));
  return MakeStep(receipt, arrival, plan, runtime::DeriveRequestId(request_id, "receipt"), 0,
                  now_us);
}

absl::StatusOr<rec::StepRecord> BeginCorrection(storage::Transaction& transaction,
                                                const Receipt& receipt, const std::string& reason,
                                                const PackWeights& weights,
                                                runtime::RequestId request_id, int64_t now_us) {
  ASSIGN_OR_RETURN(const auto recorded, ReceiptTable::Find(transaction, receipt.receipt_id));
  if (!recorded.has_value() || recorded->shipment_id() != receipt.shipment_id) {
    return ReceiptUnknown(receipt.shipment_id, receipt.receipt_id);
  }
  RETURN_IF_ERROR(CheckMayCorrect(receipt, *recorded));
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment,
                   ReadFreeShipment(transaction, receipt.shipment_id));
  const rec::ReceiptVersionRecord& standing = *recorded->versions().rbegin();
  if (standing.is_quarantined() && shipment.has_release()) {
    return ReceiptReleased(receipt.receipt_id, FromRecord(shipment.release().released_at()));
  }
  RETURN_IF_ERROR(CheckKeepsResolved(transaction, receipt));
  LotStatuses statuses = StatusesOf(shipment);
  RETURN_IF_ERROR(CheckHasRoom(receipt, shipment, statuses));
  TakeBackVersion(standing, &statuses);
  Arrival arrival = ArrivalAt(shipment, PostedAt(*recorded, standing));
  ASSIGN_OR_RETURN(const ReceiptPlan plan, PlanReceipt(receipt, statuses, weights, arrival.good));

  Receipt dated = receipt;
  dated.received_at = FromRecord(recorded->received_at());
  rec::StepRecord step =
      MakeStep(dated, arrival, plan, runtime::DeriveRequestId(request_id, "receipt_correction"),
               standing.position(), now_us);
  step.mutable_version()->set_correction_reason(reason);
  RETURN_IF_ERROR(Reserve(transaction, receipt.shipment_id, std::move(shipment)));
  return step;
}

absl::StatusOr<ReceiptEnded> EndReceipt(storage::Transaction& transaction,
                                        const rec::StepRecord& step, const Posted& posted) {
  ReceiptEnded ended;
  ASSIGN_OR_RETURN(ended.shipment, ReadShipment(transaction, step.shipment_id()));
  ASSIGN_OR_RETURN(rec::ReceiptRecord receipt, ReadKnownReceipt(transaction, step.receipt_id()));
  if (!step.has_version()) {
    ended.position = receipt.versions(0).position();
    return ended;
  }
  LotStatuses statuses = StatusesOf(ended.shipment);
  const bool is_first = receipt.versions().empty();
  const rec::ReceiptVersionRecord* before = is_first ? nullptr : &*receipt.versions().rbegin();
  if (!is_first) TakeBackVersion(*before, &statuses);
  for (const RecordedLine& line : LinesOf(step.version())) Enter(line, &statuses);
  RETURN_IF_ERROR(FollowShortages(transaction, step, receipt, before));
  AddVersion(step, posted, &receipt);
  SetStatuses(statuses, &ended.shipment);
  if (step.version().is_quarantined()) HoldUntil(step.draft(), &ended.shipment);
  ended.shipment.set_is_reserved(false);
  ended.shipment.set_receipt_version_count(ended.shipment.receipt_version_count() + 1);
  ended.position = posted.position;

  RETURN_IF_ERROR(ReceiptTable::Put(transaction, receipt, step.receipt_id()));
  if (is_first) {
    RETURN_IF_ERROR(ReceiptByShipmentTable::Put(transaction, rec::IndexRecord(), step.shipment_id(),
                                                receipt.received_at().us(), step.receipt_id()));
  }
  RETURN_IF_ERROR(AwaitCountersignature(transaction, step.receipt_id(), receipt));
  RETURN_IF_ERROR(SaveShipment(transaction, step.shipment_id(), &ended.shipment, &step.version()));
  RETURN_IF_ERROR(NoteChange(transaction,
                             is_first ? EventKind::kReceived : EventKind::kReceiptCorrected,
                             step.shipment_id(), ended.shipment, step.receipt_id(),
                             {posted.recorded_by, posted.recorded_us}));
  return ended;
}

absl::Status AbandonReceipt(storage::Transaction& transaction, const rec::StepRecord& step) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, step.shipment_id()));
  if (!step.receipt_id().empty()) {
    ASSIGN_OR_RETURN(const rec::ReceiptRecord receipt,
                     ReadKnownReceipt(transaction, step.receipt_id()));
    // Only a first posting had reserved the id.
    if (receipt.versions().empty()) {
      RETURN_IF_ERROR(ReceiptTable::Delete(transaction, step.receipt_id()));
    }
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
