// Messages as JSON (proto3's mapping), for callers without protobuf.

#ifndef MILKWAY_SERVICES_GATEWAY_JSON_CODEC_H_
#define MILKWAY_SERVICES_GATEWAY_JSON_CODEC_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/zero_copy_stream.h"
#include "google/protobuf/util/type_resolver.h"

namespace milkway::gateway {

// Knows every message that is linked into the program. Type URLs as
// "type.googleapis.com/milkway.inventory.v1.Lot". Thread-safe.
class JsonCodec {
 public:
  JsonCodec();
  ~JsonCodec();

  // The message's bytes. Fields that it does not know are ignored. INVALID_ARGUMENT that
  // says where the text is not JSON, or not of that message.
  absl::StatusOr<std::string> ToBinary(const std::string& type_url, absl::string_view json) const;

  // Small-camel names, enums by their names, 64-bit numbers as strings; fields that hold
  // their default are left out. DATA_LOSS if the bytes are not of that message.
  absl::StatusOr<std::string> ToJson(const std::string& type_url,
                                     google::protobuf::io::ZeroCopyInputStream* bytes) const;
  absl::StatusOr<std::string> ToJson(const std::string& type_url, absl::string_view bytes) const;

 private:
  // protobuf asks for the same descriptions again in every conversion.
  const std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_JSON_CODEC_H_
