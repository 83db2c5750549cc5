#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/programme/clerk.h"

namespace milkway::programme {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Where a field of a message, or of one within it, can be set.
struct Spot {
  Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
};

void FindSpots(Message* message, std::vector<Spot>* spots) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) spots->push_back({message, field});
    } else if (field->is_repeated()) {
      for (int index = 0; index < reflection.FieldSize(*message, field); ++index) {
        FindSpots(reflection.MutableRepeatedMessage(message, field, index), spots);
      }
    } else {
      FindSpots(reflection.MutableMessage(message, field), spots);
    }
  }
}

std::vector<Spot> SpotsNamed(Message* message, const std::set<std::string>& names) {
  std::vector<Spot> all;
  FindSpots(message, &all);
  std::erase_if(all, [&](const Spot& spot) { return names.count(spot.field->name()) == 0; });
  return all;
}

void SetNumber(const Spot& spot, int64_t number) {
  const Reflection& reflection = *spot.message->GetReflection();
  if (spot.field->cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    reflection.SetInt64(spot.message, spot.field, number);
  } else {
    reflection.SetInt32(spot.message, spot.field, static_cast<int32_t>(number));
  }
}

int64_t NumberAt(const Spot& spot) {
  const Reflection& reflection = *spot.message->GetReflection();
  return spot.field->cpp_type() == FieldDescriptor::CPPTYPE_INT64
             ? reflection.GetInt64(*spot.message, spot.field)
             : reflection.GetInt32(*spot.message, spot.field);
}

}  // namespace

// Another session or reason; one gram, pack or second more. False if there is nothing of
// the kind.
bool Clerk::ChangeBody(Message* request) {
  const std::vector<Spot> words = SpotsNamed(request, {"session", "reason", "carrier", "note"});
  for (const Spot& spot : words) {
    if (spot.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    const Reflection& reflection = *spot.message->GetReflection();
    reflection.SetString(spot.message, spot.field,
                         reflection.GetString(*spot.message, spot.field) + "!");
    return true;
  }
  const std::vector<Spot> numbers =
      SpotsNamed(request, {"seconds", "packs", "counted_g", "quantity_g", "minor_units",
                           "received_packs", "student_number", "sequence"});
  if (numbers.empty()) return false;
  SetNumber(numbers[0], NumberAt(numbers[0]) + 1);
  return true;
}

// A field becomes one that no service takes, whatever it knows.
void Clerk::Spoil(Message* request) {
  const Reflection& reflection = *request->GetReflection();
  const FieldDescriptor* request_id = request->GetDescriptor()->FindFieldByName("request_id");
  const std::vector<Spot> numbers =
      SpotsNamed(request, {"lot_id", "quantity_g", "counted_g", "serving_g", "packs",
                           "received_packs", "utc_offset_minutes", "minor_units"});
  switch (numbers.empty() ? Below(2) : Below(4)) {
    case 0:
      return reflection.SetString(request, request_id, "");
    case 1:
      return reflection.SetString(request, request_id, "0197-no-uuid");
    default:
      return SetNumber(numbers[static_cast<size_t>(Below(static_cast<int64_t>(numbers.size())))],
                       -1'000'000);
  }
}

}  // namespace milkway::programme
