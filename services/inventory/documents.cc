#include "services/inventory/documents.h"

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/purchases.h"
#include "services/runtime/documents.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

absl::StatusOr<rec::DocumentRecord> ParseDocument(const common::v1::Document& message) {
  ASSIGN_OR_RETURN(const runtime::Document document, runtime::ParseDocument(message));
  rec::DocumentRecord record;
  record.set_document_id(document.document_id);
  runtime::WriteDocument(document, &record);
  return record;
}

common::v1::Document ToMessage(const rec::DocumentRecord& document) {
  return runtime::ReadDocument(document.document_id(), document);
}

absl::Status AttachDocument(storage::Transaction& transaction, const std::string& purchase_id,
                            const rec::DocumentRecord& document) {
  RETURN_IF_ERROR(ReadPurchase(transaction, purchase_id).status());
  const std::string& document_id = document.document_id();
  ASSIGN_OR_RETURN(const auto stored,
                   PurchaseDocumentTable::Find(transaction, purchase_id, document_id));
  if (stored.has_value()) {
    const bool is_same = runtime::SerializeInOrder(*stored) == runtime::SerializeInOrder(document);
    return is_same ? absl::OkStatus() : IdTaken("DOCUMENT_EXISTS", "the paper", document_id);
  }
  int64_t documents = 0;
  RETURN_IF_ERROR(
      PurchaseDocumentTable::Scan(transaction, PurchaseDocumentKey::Range(purchase_id),
                                  [&](const PurchaseDocumentKey::Key&, const rec::DocumentRecord&) {
                                    return ++documents > 0;
                                  }));
  if (documents >= kPurchaseDocumentsMax) {
    return DocumentsFull(purchase_id, kPurchaseDocumentsMax);
  }
  return PurchaseDocumentTable::Put(transaction, document, purchase_id, document_id);
}

absl::Status CheckDocument(const storage::Reader& reader, const std::string& purchase_id,
                           const std::string& document_id) {
  ASSIGN_OR_RETURN(const auto stored,
                   PurchaseDocumentTable::Find(reader, purchase_id, document_id));
  return stored.has_value() ? absl::OkStatus() : DocumentUnknown(purchase_id, document_id);
}

absl::StatusOr<std::vector<rec::DocumentRecord>> DocumentsOf(const storage::Reader& reader,
                                                             const std::string& purchase_id) {
  std::vector<rec::DocumentRecord> documents;
  RETURN_IF_ERROR(PurchaseDocumentTable::Scan(
      reader, PurchaseDocumentKey::Range(purchase_id),
      [&](const PurchaseDocumentKey::Key&, const rec::DocumentRecord& document) {
        documents.push_back(document);
        return true;
      }));
  return documents;
}

}  // namespace milkway::inventory
