#include "services/shipments/documents.h"

#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

// What the paper itself says.
std::string ContentOf(rec::DocumentRecord record) {
  record.clear_recorded_us();
  record.clear_recorded_by();
  return record.SerializeAsString();
}

}  // namespace

absl::Status AttachDocument(storage::Transaction& transaction, const std::string& shipment_id,
                            const DocumentOnRecord& document, const Actor& actor) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  ASSIGN_OR_RETURN(const auto earlier,
                   DocumentTable::Find(transaction, shipment_id, document.document_id));
  if (earlier.has_value()) {
    if (ContentOf(*earlier) == ContentOf(document.record)) return absl::OkStatus();
    return DocumentExists(shipment_id, document.document_id);
  }
  if (StateOf(shipment) == ShipmentState::kCancelled) return ShipmentCancelled(shipment_id);
  if (shipment.document_count() >= kDocumentsMax) {
    return ShipmentFull(shipment_id, "documents", kDocumentsMax);
  }
  shipment.set_document_count(shipment.document_count() + 1);
  rec::DocumentRecord record = document.record;
  record.set_recorded_us(actor.now_us);
  record.set_recorded_by(actor.caller_id);
  RETURN_IF_ERROR(DocumentTable::Put(transaction, record, shipment_id, document.document_id));
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, shipment, shipment_id));
  return NoteChange(transaction, EventKind::kDocument, shipment_id, shipment, document.document_id,
                    actor);
}

absl::StatusOr<rec::DocumentRecord> ReadDocument(const storage::Reader& reader,
                                                 const std::string& shipment_id,
                                                 const std::string& document_id) {
  ASSIGN_OR_RETURN(auto found, DocumentTable::Find(reader, shipment_id, document_id));
  if (!found.has_value()) return DocumentUnknown(shipment_id, document_id);
  return *std::move(found);
}

absl::StatusOr<std::vector<DocumentOnRecord>> DocumentsOf(const storage::Reader& reader,
                                                          const std::string& shipment_id) {
  std::vector<DocumentOnRecord> documents;
  RETURN_IF_ERROR(
      DocumentTable::Scan(reader, DocumentKey::Range(shipment_id),
                          [&](const DocumentKey::Key& key, const rec::DocumentRecord& record) {
                            documents.push_back({std::get<1>(key), record});
                            return true;
                          }));
  return documents;
}

}  // namespace milkway::shipments
