#include "services/inventory/documents.h"

#include <utility>

#include "absl/strings/match.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/purchases.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

namespace {

using runtime::InvalidField;
using runtime::ParseId;
using runtime::ParseText;

constexpr size_t kNumberBytesMax = 100;
constexpr size_t kIssuerBytesMax = 200;
constexpr size_t kUriBytesMax = 500;
constexpr size_t kNoteBytesMax = 500;
constexpr size_t kSha256Bytes = 32;

absl::Status ParseDays(const common::v1::Document& message, rec::DocumentRecord* document) {
  if (!message.issued_on().empty()) {
    ASSIGN_OR_RETURN(const LocalDate issued_on, ParseDate("issued_on", message.issued_on()));
    document->set_issued_day(issued_on.days);
  }
  if (message.valid_until().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LocalDate valid_until, ParseDate("valid_until", message.valid_until()));
  if (document->has_issued_day() && valid_until.days < document->issued_day()) {
    return InvalidField("valid_until", "must not be before issued_on");
  }
  document->set_valid_until_day(valid_until.days);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ParseUri(const std::string& uri) {
  if (uri.empty()) return uri;
  RETURN_IF_ERROR(ParseText("uri", uri, 1, kUriBytesMax).status());
  for (const char* scheme : {"https://", "file://", "s3://"}) {
    if (absl::StartsWith(uri, scheme)) return uri;
  }
  return InvalidField("uri", "must begin with https://, file:// or s3://");
}

}  // namespace

absl::StatusOr<rec::DocumentRecord> ParseDocument(const common::v1::Document& message) {
  rec::DocumentRecord document;
  ASSIGN_OR_RETURN(*document.mutable_document_id(), ParseId("document_id", message.document_id()));
  if (message.type() == common::v1::DOCUMENT_TYPE_UNSPECIFIED ||
      !common::v1::DocumentType_IsValid(message.type())) {
    return InvalidField("type", "must be a type of paper, such as an invoice");
  }
  document.set_type(static_cast<uint32_t>(message.type()));
  ASSIGN_OR_RETURN(*document.mutable_number(),
                   ParseText("number", message.number(), 0, kNumberBytesMax));
  ASSIGN_OR_RETURN(*document.mutable_issuer(),
                   ParseText("issuer", message.issuer(), 0, kIssuerBytesMax));
  RETURN_IF_ERROR(ParseDays(message, &document));
  if (!message.sha256().empty() && message.sha256().size() != kSha256Bytes) {
    return InvalidField("sha256", "must be 32 bytes, or empty");
  }
  document.set_sha256(message.sha256());
  ASSIGN_OR_RETURN(*document.mutable_uri(), ParseUri(message.uri()));
  ASSIGN_OR_RETURN(*document.mutable_note(), ParseText("note", message.note(), 0, kNoteBytesMax));
  return document;
}

common::v1::Document ToMessage(const rec::DocumentRecord& document) {
  common::v1::Document message;
  message.set_document_id(document.document_id());
  message.set_type(static_cast<common::v1::DocumentType>(document.type()));
  message.set_number(document.number());
  message.set_issuer(document.issuer());
  if (document.has_issued_day()) message.set_issued_on(FormatDate({document.issued_day()}));
  if (document.has_valid_until_day()) {
    message.set_valid_until(FormatDate({document.valid_until_day()}));
  }
  message.set_sha256(document.sha256());
  message.set_uri(document.uri());
  message.set_note(document.note());
  return message;
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
