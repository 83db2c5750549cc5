#include "services/consumption/sealed_change.h"

#include "absl/strings/escaping.h"
#include "services/runtime/sensitivity.h"

namespace milkway::consumption {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void ReplaceText(const KeyRing& ring, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(*message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->message_type() != nullptr && field->is_repeated()) {
      for (int index = 0; index < reflection.FieldSize(*message, field); ++index) {
        ReplaceText(ring, reflection.MutableRepeatedMessage(message, field, index));
      }
    } else if (field->message_type() != nullptr) {
      ReplaceText(ring, reflection.MutableMessage(message, field));
    } else if (runtime::SensitivityOf(*field) == common::v1::SENSITIVITY_PERSONAL) {
      const std::string text = reflection.GetString(*message, field);
      reflection.SetString(message, field, absl::BytesToHexString(ring.MacOf(text)));
    }
  }
}

}  // namespace

runtime::BodyHash HashOfSealed(const runtime::OnceTable& once, const KeyRing& ring,
                               const Message& request) {
  if (ring.empty()) return once.HashOf(request);
  const std::unique_ptr<Message> hidden(request.New());
  hidden->CopyFrom(request);
  ReplaceText(ring, hidden.get());
  return once.HashOf(*hidden);
}

}  // namespace milkway::consumption
