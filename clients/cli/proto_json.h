// Answers for programs, with the fields of the API.

#ifndef MILKWAY_CLIENTS_CLI_PROTO_JSON_H_
#define MILKWAY_CLIENTS_CLI_PROTO_JSON_H_

#include <string>

#include "google/protobuf/message.h"

namespace milkway::cli {

// The canonical JSON of a message with the field names of the proto and every field
// shown; ends with a line end.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PROTO_JSON_H_
