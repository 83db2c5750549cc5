#include "services/shipments/countersign.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

absl::StatusOr<ReceiptOnRecord> CountersignReceipt(storage::Transaction& transaction,
                                                   const Countersigning& signing,
                                                   const Actor& actor) {
  ASSIGN_OR_RETURN(auto found, ReceiptTable::Find(transaction, signing.receipt_id));
  if (!found.has_value() || found->shipment_id() != signing.shipment_id) {
    return ReceiptUnknown(signing.shipment_id, signing.receipt_id);
  }
  ReceiptOnRecord receipt = {signing.receipt_id, *std::move(found)};
  rec::ReceiptRecord& record = receipt.record;
  if (record.destination_id() != signing.destination_id) {
    return ReceiptDestinationWrong(signing.shipment_id, signing.destination_id);
  }
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment,
                   ReadFreeShipment(transaction, signing.shipment_id));
  rec::ReceiptVersionRecord& standing = *record.mutable_versions()->rbegin();
  if (signing.version != 0 && signing.version != record.versions_size()) {
    return ReceiptChanged(signing.receipt_id, record.versions_size());
  }
  // Two identities, never one; somebody without a name is nobody in particular.
  if (actor.caller_id.empty() || actor.caller_id == standing.recorded_by()) {
    return CountersignerSame(signing.receipt_id);
  }
  if (standing.has_countersignature()) {
    if (standing.countersignature().signed_by() == actor.caller_id) return receipt;
    return ReceiptCountersigned(signing.receipt_id);
  }
  const OccurredAt received_at = FromRecord(record.received_at());
  if (signing.signed_at.us < received_at.us) {
    return CountersignedBeforeReceipt(signing.receipt_id, signing.signed_at, received_at);
  }
  rec::CountersignatureRecord& signature = *standing.mutable_countersignature();
  signature.set_signed_by(actor.caller_id);
  *signature.mutable_signed_at() = ToRecord(signing.signed_at);
  signature.set_recorded_us(actor.now_us);
  signature.set_note(signing.note);
  RETURN_IF_ERROR(ReceiptTable::Put(transaction, record, signing.receipt_id));
  RETURN_IF_ERROR(ToCountersignTable::Delete(transaction, record.destination_id(), received_at.us,
                                             signing.receipt_id));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kCountersigned, signing.shipment_id, shipment,
                             signing.receipt_id, actor));
  return receipt;
}

}  // namespace milkway::shipments
