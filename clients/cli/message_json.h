// Answers as JSON, for scripts.

#ifndef MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_
#define MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_

#include <string>

#include "google/protobuf/message.h"

namespace milkway::cli {

// The protobuf JSON of a message with the contract's field names, and a line end. 64-bit
// numbers are strings, as protobuf writes them.
std::string JsonOf(const google::protobuf::Message& message);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_
