#include "clients/cli/message_json.h"

#include "absl/strings/escaping.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"

namespace milkway::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::ordered_json;

Json FromMessage(const Message& message) {
  if (message.GetDescriptor() != common::v1::ZonedTime::descriptor()) return ToJson(message);
  common::v1::ZonedTime time;
  time.CopyFrom(message);
  return FormatRfc3339(FromZonedTime(time));
}

// One value of a field; `index` below 0 where the field is not repeated.
Json ValueOf(const Message& message, const FieldDescriptor* field, int index) {
  const auto& fields = *message.GetReflection();
  const bool is_repeated = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return is_repeated ? fields.GetRepeatedInt32(message, field, index)
                         : fields.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return is_repeated ? fields.GetRepeatedInt64(message, field, index)
                         : fields.GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return is_repeated ? fields.GetRepeatedBool(message, field, index)
                         : fields.GetBool(message, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return WordOfValue(is_repeated ? *fields.GetRepeatedEnum(message, field, index)
                                     : *fields.GetEnum(message, field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = is_repeated ? fields.GetRepeatedString(message, field, index)
                                     : fields.GetString(message, field);
      return field->type() == FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(text) : text;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (is_repeated) return FromMessage(fields.GetRepeatedMessage(message, field, index));
      if (!fields.HasField(message, field)) return nullptr;
      return FromMessage(fields.GetMessage(message, field));
    default:
      return nullptr;  // the contract has no other types
  }
}

}  // namespace

Json ToJson(const Message& message) {
  Json json = Json::object();
  const auto* descriptor = message.GetDescriptor();
  for (int number = 0; number < descriptor->field_count(); ++number) {
    const FieldDescriptor* field = descriptor->field(number);
    if (!field->is_repeated()) {
      json[field->name()] = ValueOf(message, field, -1);
      continue;
    }
    Json values = Json::array();
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int index = 0; index < size; ++index) values.push_back(ValueOf(message, field, index));
    json[field->name()] = std::move(values);
  }
  return json;
}

std::string JsonText(const Message& message) { return ToJson(message).dump(2) + "\n"; }

}  // namespace milkway::cli
