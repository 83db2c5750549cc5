// Text of a child, sealed under one of its keys.
//
// XChaCha20-Poly1305 over the serialized message, padded (ISO/IEC 7816-4) to a multiple
// of 64 bytes so that its size does not tell a name. The row it belongs to is bound in: a
// sealed text that is moved to another child or row cannot be opened.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SEALED_TEXT_H_
#define MILKWAY_SERVICES_CONSUMPTION_SEALED_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "services/consumption/child_keys.h"

namespace milkway::consumption {

inline constexpr size_t kSealedBlockBytes = 64;

// `row` is the number of the row among those of the key: a consent's; 0 where there is one.
std::string SealText(absl::string_view key, const ChildKeyName& name, uint32_t row,
                     const google::protobuf::MessageLite& text);

// DATA_LOSS if it is of another key, child or row, or damaged.
absl::Status OpenText(absl::string_view key, const ChildKeyName& name, uint32_t row,
                      absl::string_view sealed, google::protobuf::MessageLite* text);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SEALED_TEXT_H_
