#include "clients/cli/message_json.h"

#include "google/protobuf/util/json_util.h"

namespace milkway::cli {

std::string JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails for messages of unknown types within others only; there are none.
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) json.clear();
  if (json.empty() || json.back() != '\n') json.push_back('\n');
  return json;
}

}  // namespace milkway::cli
