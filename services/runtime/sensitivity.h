// What the fields of messages tell of people, as their protos say.

#ifndef MILKWAY_SERVICES_RUNTIME_SENSITIVITY_H_
#define MILKWAY_SERVICES_RUNTIME_SENSITIVITY_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "milkway/common/v1/sensitivity.pb.h"

namespace milkway::runtime {

common::v1::Sensitivity SensitivityOf(const google::protobuf::FieldDescriptor& field);

// True for what must not be kept beside the data itself: PERSONAL, SECRET and CHILD.
// Roster numbers are ids, and may be.
bool IsConfidential(const google::protobuf::FieldDescriptor& field);

// True if a message of this type has a confidential field, itself or in a part of it.
bool CanBeConfidential(const google::protobuf::Descriptor* type);

// Empties all confidential fields, also those of parts. Unknown fields go, too.
void RemoveConfidential(google::protobuf::Message* message);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SENSITIVITY_H_
