// The envelopes in which the Connect protocol sends the messages of a stream: one byte of
// flags, four of length (big-endian), the message.

#ifndef MILKWAY_SERVICES_GATEWAY_ENVELOPE_H_
#define MILKWAY_SERVICES_GATEWAY_ENVELOPE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::gateway {

inline constexpr unsigned char kPackedFlag = 0x01;
// The message is the last one: {} or {"error":…}.
inline constexpr unsigned char kEndFlag = 0x02;

struct Envelope {
  bool is_packed = false;
  absl::string_view message;  // part of what was parsed
};

// The one envelope that `bytes` are. INVALID_ARGUMENT if they are more or less than that.
absl::StatusOr<Envelope> ParseEnvelope(absl::string_view bytes);

// `message` has less than 4 GiB.
std::string MakeEnvelope(unsigned char flags, absl::string_view message);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_ENVELOPE_H_
