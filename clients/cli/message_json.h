// Messages of the contract as JSON for programs.

#ifndef MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_
#define MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

// Every field under its name in the contract, in its order, also where it is empty:
// numbers as numbers, a kind as its word ("quarantined"), a time as RFC 3339, bytes as
// hexadecimal digits. A message that is absent is null.
nlohmann::ordered_json ToJson(const google::protobuf::Message& message);

// The same as text that ends in a line end.
std::string JsonText(const google::protobuf::Message& message);

// An array of them, as text that ends in a line end.
template <typename Message>
std::string ListJson(const std::vector<Message>& messages) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Message& message : messages) json.push_back(ToJson(message));
  return json.dump(2) + "\n";
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_MESSAGE_JSON_H_
