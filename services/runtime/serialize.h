// The bytes of a message, the same for equal messages.

#ifndef MILKWAY_SERVICES_RUNTIME_SERIALIZE_H_
#define MILKWAY_SERVICES_RUNTIME_SERIALIZE_H_

#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message_lite.h"

namespace milkway::runtime {

// Unlike SerializeAsString, writes the entries of a map in one order.
inline std::string SerializeInOrder(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERIALIZE_H_
