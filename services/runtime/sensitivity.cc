#include "services/runtime/sensitivity.h"

#include <set>
#include <vector>

namespace milkway::runtime {

namespace {

using common::v1::Sensitivity;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool CanBeConfidential(const Descriptor* type, std::set<const Descriptor*>* seen) {
  if (!seen->insert(type).second) return false;
  for (int index = 0; index < type->field_count(); ++index) {
    const FieldDescriptor& field = *type->field(index);
    if (IsConfidential(field)) return true;
    if (field.message_type() != nullptr && CanBeConfidential(field.message_type(), seen)) {
      return true;
    }
  }
  return false;
}

void RemoveFromParts(const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (!field.is_repeated()) {
    return RemoveConfidential(reflection.MutableMessage(message, &field));
  }
  for (int index = 0; index < reflection.FieldSize(*message, &field); ++index) {
    RemoveConfidential(reflection.MutableRepeatedMessage(message, &field, index));
  }
}

}  // namespace

Sensitivity SensitivityOf(const FieldDescriptor& field) {
  return field.options().GetExtension(common::v1::sensitivity);
}

bool IsConfidential(const FieldDescriptor& field) {
  switch (SensitivityOf(field)) {
    case common::v1::SENSITIVITY_PERSONAL:
    case common::v1::SENSITIVITY_SECRET:
    case common::v1::SENSITIVITY_CHILD:
      return true;
    default:
      return false;
  }
}

bool CanBeConfidential(const Descriptor* type) {
  std::set<const Descriptor*> seen;
  return CanBeConfidential(type, &seen);
}

void RemoveConfidential(Message* message) {
  message->DiscardUnknownFields();
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(*message, &present);
  for (const FieldDescriptor* field : present) {
    if (IsConfidential(*field)) {
      reflection.ClearField(message, field);
    } else if (field->message_type() != nullptr) {
      RemoveFromParts(*field, message);
    }
  }
}

}  // namespace milkway::runtime
