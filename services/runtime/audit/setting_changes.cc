#include "services/runtime/audit/setting_changes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/runtime/check.h"
#include "services/runtime/sensitivity.h"

namespace milkway::runtime {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

constexpr char kLeftOut[] = "(left out)";

// A text still shows that there is one.
void LeaveOut(const FieldDescriptor& field, Message* message) {
  const auto& fields = *message->GetReflection();
  const bool is_text = field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated();
  if (!is_text) return fields.ClearField(message, &field);
  if (!fields.GetString(*message, &field).empty()) fields.SetString(message, &field, kLeftOut);
}

void LeaveOutConfidential(Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  const auto& fields = *message->GetReflection();
  for (int index = 0; index < type.field_count(); ++index) {
    const FieldDescriptor* field = type.field(index);
    if (IsConfidential(*field)) {
      LeaveOut(*field, message);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (field->is_repeated()) {
      for (int item = 0; item < fields.FieldSize(*message, field); ++item) {
        LeaveOutConfidential(fields.MutableRepeatedMessage(message, field, item));
      }
    } else if (fields.HasField(*message, field)) {
      LeaveOutConfidential(fields.MutableMessage(message, field));
    }
  }
}

std::string ToJson(const Message* setting) {
  if (setting == nullptr) return "";
  const std::unique_ptr<Message> shown(setting->New());
  shown->CopyFrom(*setting);
  LeaveOutConfidential(shown.get());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  MILKWAY_CHECK(google::protobuf::util::MessageToJsonString(*shown, &json, options).ok());
  if (json.size() > kAuditedSettingBytesMax) {
    return absl::StrCat("{\"left_out_bytes\":", json.size(), "}");
  }
  return json;
}

// Ignores what is not confidential, but for the parts of what is.
class NotConfidential final : public MessageDifferencer::IgnoreCriteria {
 public:
  bool IsIgnored(const Message&, const Message&, const FieldDescriptor* field,
                 const std::vector<MessageDifferencer::SpecificField>& above) override {
    const bool is_part = std::any_of(above.begin(), above.end(), [](const auto& outer) {
      return outer.field != nullptr && IsConfidential(*outer.field);
    });
    if (is_part || IsConfidential(*field)) return false;
    return field->message_type() == nullptr || !CanBeConfidential(field->message_type());
  }
};

bool ConfidentialDiffers(const Message* before, const Message* after) {
  if (before == nullptr || after == nullptr) return false;
  MessageDifferencer differencer;
  differencer.AddIgnoreCriteria(std::make_unique<NotConfidential>().release());
  return !differencer.Compare(*before, *after);
}

}  // namespace

void SettingChanges::Add(const Message* before, const Message* after) {
  const Message* any = after != nullptr ? after : before;
  if (any == nullptr || noted_.size() == kAuditedSettingsMax) return;
  if (before != nullptr && after != nullptr && MessageDifferencer::Equals(*before, *after)) {
    return;
  }
  records::v1::AuditedSetting setting;
  setting.set_type(any->GetDescriptor()->full_name());
  setting.set_before_json(ToJson(before));
  setting.set_after_json(ToJson(after));
  setting.set_personal_changed(ConfidentialDiffers(before, after));
  *noted_.Add() = std::move(setting);
}

}  // namespace milkway::runtime
