#include "services/runtime/documents.h"

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::runtime {

namespace {

constexpr size_t kNumberBytesMax = 100;
constexpr size_t kIssuerBytesMax = 200;
constexpr size_t kNoteBytesMax = 500;

absl::StatusOr<std::optional<LocalDate>> ParseDay(absl::string_view field,
                                                  const std::string& text) {
  if (text.empty()) return std::optional<LocalDate>();
  ASSIGN_OR_RETURN(const LocalDate day, ParseDate(field, text));
  return std::optional(day);
}

}  // namespace

absl::StatusOr<Document> ParseDocument(const common::v1::Document& message) {
  Document document;
  ASSIGN_OR_RETURN(document.document_id, ParseId("document_id", message.document_id()));
  if (message.type() == common::v1::DOCUMENT_TYPE_UNSPECIFIED ||
      !common::v1::DocumentType_IsValid(message.type())) {
    return InvalidField("type", "must be a type of paper, such as an invoice");
  }
  document.type = static_cast<uint32_t>(message.type());
  ASSIGN_OR_RETURN(document.number, ParseText("number", message.number(), 0, kNumberBytesMax));
  ASSIGN_OR_RETURN(document.issuer, ParseText("issuer", message.issuer(), 0, kIssuerBytesMax));
  ASSIGN_OR_RETURN(document.issued_on, ParseDay("issued_on", message.issued_on()));
  ASSIGN_OR_RETURN(document.valid_until, ParseDay("valid_until", message.valid_until()));
  if (document.issued_on.has_value() && document.valid_until.has_value() &&
      *document.valid_until < *document.issued_on) {
    return InvalidField("valid_until", "must not be before issued_on");
  }
  if (!message.sha256().empty()) {
    ASSIGN_OR_RETURN(document.sha256, ParseSha256("sha256", message.sha256()));
  }
  ASSIGN_OR_RETURN(document.uri, ParseUri("uri", message.uri()));
  ASSIGN_OR_RETURN(document.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  return document;
}

}  // namespace milkway::runtime
