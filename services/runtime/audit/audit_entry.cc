#include "services/runtime/audit/audit_entry.h"

#include <algorithm>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"

namespace milkway::runtime {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kRequestId[] = "request_id";

bool IsIdCharacter(char character) {
  return absl::ascii_isalnum(static_cast<unsigned char>(character)) || character == '-' ||
         character == '_' || character == '.' || character == ':';
}

bool NamesAnId(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() != FieldDescriptor::TYPE_STRING) return false;
      break;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      break;
    default:
      return false;
  }
  const std::string& name = field.name();
  return name != kRequestId &&
         (absl::EndsWith(name, "_id") || absl::EndsWith(name, "_ids") ||
          absl::EndsWith(name, "student_number") || absl::EndsWith(name, "student_numbers"));
}

// Where the ids of a type of message stand.
struct Places {
  struct Within {
    const FieldDescriptor* field;
    const Places* places;
  };
  std::vector<const FieldDescriptor*> ids;
  std::vector<Within> messages;
};

// Finds the places of each type once. Thread-safe.
class AllPlaces {
 public:
  const Places& Of(const Descriptor& type) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto known = places_.find(&type);
      if (known != places_.end()) return known->second;
    }
    absl::MutexLock lock(&mutex_);
    return Find(type);
  }

 private:
  // A type that holds itself refers to itself.
  const Places& Find(const Descriptor& type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto [entry, is_new] = places_.try_emplace(&type);
    Places& places = entry->second;
    if (!is_new) return places;
    for (int index = 0; index < type.field_count(); ++index) {
      const FieldDescriptor* field = type.field(index);
      if (NamesAnId(*field)) places.ids.push_back(field);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
      const Descriptor& inner = *field->message_type();
      const Places& within = Find(inner);
      const bool is_bare = within.ids.empty() && within.messages.empty();
      if (!is_bare || &inner == &type) places.messages.push_back({field, &within});
    }
    return places;
  }

  absl::Mutex mutex_;
  absl::node_hash_map<const Descriptor*, Places> places_ ABSL_GUARDED_BY(mutex_);
};

AllPlaces& PlacesOfTypes() {
  static AllPlaces& places = *new AllPlaces;
  return places;
}

void AddNumber(const FieldDescriptor& field, int64_t number, AuditEntry* entry) {
  if (number != 0) AddAuditedId(field.name(), absl::StrCat(number), entry);
}

void AddOne(const Message& message, const FieldDescriptor& field, AuditEntry* entry) {
  const Reflection& fields = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    return AddNumber(field, fields.GetInt32(message, &field), entry);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    return AddNumber(field, fields.GetInt64(message, &field), entry);
  }
  std::string scratch;
  AddAuditedId(field.name(), fields.GetStringReference(message, &field, &scratch), entry);
}

void AddRepeated(const Message& message, const FieldDescriptor& field, AuditEntry* entry) {
  const Reflection& fields = *message.GetReflection();
  std::string scratch;
  for (int item = 0; item < fields.FieldSize(message, &field); ++item) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      AddNumber(field, fields.GetRepeatedInt32(message, &field, item), entry);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
      AddNumber(field, fields.GetRepeatedInt64(message, &field, item), entry);
    } else {
      AddAuditedId(field.name(), fields.GetRepeatedStringReference(message, &field, item, &scratch),
                   entry);
    }
  }
}

void AddIds(const Message& message, const Places& places, AuditEntry* entry) {
  const Reflection& fields = *message.GetReflection();
  for (const FieldDescriptor* field : places.ids) {
    if (field->is_repeated()) {
      AddRepeated(message, *field, entry);
    } else {
      AddOne(message, *field, entry);
    }
  }
  for (const auto& [field, within] : places.messages) {
    if (field->is_repeated()) {
      for (int item = 0; item < fields.FieldSize(message, field); ++item) {
        AddIds(fields.GetRepeatedMessage(message, field, item), *within, entry);
      }
    } else if (fields.HasField(message, field)) {
      AddIds(fields.GetMessage(message, field), *within, entry);
    }
  }
}

std::string RequestIdOf(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(kRequestId);
  const bool is_there =
      field != nullptr && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated();
  std::string text = is_there ? request.GetReflection()->GetString(request, field) : "";
  const bool is_id =
      text.size() <= kAuditedIdBytesMax && std::all_of(text.begin(), text.end(), IsIdCharacter);
  return is_id ? text : "";
}

}  // namespace

AuditEntry MakeAuditEntry(AuditKind kind, const Call& call, const std::string& method,
                          const Message* request) {
  AuditEntry entry;
  entry.set_recorded_us(call.now_us);
  entry.set_kind(kind);
  entry.set_method(method);
  entry.set_caller_id(call.caller.id);
  entry.set_role(call.caller.role);
  entry.set_session_id(call.caller.session_id);
  entry.set_on_behalf_of(call.caller.on_behalf_of);
  entry.set_address(call.peer);
  if (request == nullptr) return entry;
  entry.set_request_id(RequestIdOf(*request));
  AddIds(*request, PlacesOfTypes().Of(*request->GetDescriptor()), &entry);
  return entry;
}

void AddAuditedId(absl::string_view name, absl::string_view value, AuditEntry* entry) {
  if (value.empty()) return;
  for (const records::v1::AuditedId& known : entry->ids()) {
    if (known.value() == value && known.name() == name) return;
  }
  const bool is_id =
      value.size() <= kAuditedIdBytesMax && std::all_of(value.begin(), value.end(), IsIdCharacter);
  if (!is_id || entry->ids_size() == kAuditedIdsMax) {
    entry->set_ids_left_out(entry->ids_left_out() + 1);
    return;
  }
  records::v1::AuditedId& id = *entry->add_ids();
  id.set_name(name.data(), name.size());
  id.set_value(value.data(), value.size());
}

void LeaveOutIdsBeyond(int max, AuditEntry* entry) {
  const int beyond = entry->ids_size() - max;
  if (beyond <= 0) return;
  entry->mutable_ids()->DeleteSubrange(max, beyond);
  entry->set_ids_left_out(entry->ids_left_out() + beyond);
}

}  // namespace milkway::runtime
