// Papers as every service takes them: the rules of common.v1.Document in one place.

#ifndef MILKWAY_SERVICES_RUNTIME_DOCUMENTS_H_
#define MILKWAY_SERVICES_RUNTIME_DOCUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/common/v1/document.pb.h"
#include "services/runtime/dates.h"

namespace milkway::runtime {

struct Document {
  std::string document_id;
  uint32_t type = 0;  // number of common.v1.DocumentType
  std::string number;
  std::string issuer;
  std::optional<LocalDate> issued_on;
  std::optional<LocalDate> valid_until;
  std::string sha256;
  std::string uri;
  std::string note;
};

// INVALID_ARGUMENT names the field from the message given on.
absl::StatusOr<Document> ParseDocument(const common::v1::Document& message);

// A service's own record of it: a message with the fields of a Document but for its id,
// days as issued_day and valid_until_day.
template <typename Record>
void WriteDocument(const Document& document, Record* record) {
  record->set_type(document.type);
  record->set_number(document.number);
  record->set_issuer(document.issuer);
  if (document.issued_on.has_value()) record->set_issued_day(document.issued_on->days);
  if (document.valid_until.has_value()) record->set_valid_until_day(document.valid_until->days);
  record->set_sha256(document.sha256);
  record->set_uri(document.uri);
  record->set_note(document.note);
}

template <typename Record>
common::v1::Document ReadDocument(const std::string& document_id, const Record& record) {
  common::v1::Document message;
  message.set_document_id(document_id);
  message.set_type(static_cast<common::v1::DocumentType>(record.type()));
  message.set_number(record.number());
  message.set_issuer(record.issuer());
  if (record.has_issued_day()) message.set_issued_on(FormatDate({record.issued_day()}));
  if (record.has_valid_until_day()) {
    message.set_valid_until(FormatDate({record.valid_until_day()}));
  }
  message.set_sha256(record.sha256());
  message.set_uri(record.uri());
  message.set_note(record.note());
  return message;
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_DOCUMENTS_H_
