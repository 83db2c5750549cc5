// The requests that records.csv holds: whatever has no file with columns of its own.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_RECORD_KINDS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_RECORD_KINDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace milkway::cli {

bool IsRecordKind(absl::string_view kind);

// "leg, document, …".
std::string RecordKinds();

// A request as its cell holds it; its request_id is left out.
std::string RequestToJson(const google::protobuf::Message& request);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_RECORD_KINDS_H_
