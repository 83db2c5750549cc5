#include "services/gateway/envelope.h"

#include <cstdint>

namespace milkway::gateway {

namespace {

constexpr size_t kHeadBytes = 5;

}  // namespace

absl::StatusOr<Envelope> ParseEnvelope(absl::string_view bytes) {
  const auto byte = [bytes](size_t index) {
    return uint32_t{static_cast<unsigned char>(bytes[index])};
  };
  const bool is_whole =
      bytes.size() >= kHeadBytes &&
      (byte(1) << 24 | byte(2) << 16 | byte(3) << 8 | byte(4)) == bytes.size() - kHeadBytes;
  if (!is_whole) {
    return absl::InvalidArgumentError(
        "the body must be one envelope: a byte of flags, four of the message's length "
        "(big-endian), the message");
  }
  if ((byte(0) & ~uint32_t{kPackedFlag}) != 0) {
    return absl::InvalidArgumentError("the envelope has a flag that is not known; send 0 or 1");
  }
  return Envelope{(byte(0) & kPackedFlag) != 0, bytes.substr(kHeadBytes)};
}

std::string MakeEnvelope(unsigned char flags, absl::string_view message) {
  const auto size = static_cast<uint32_t>(message.size());
  std::string envelope;
  envelope.reserve(kHeadBytes + message.size());
  envelope.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) envelope.push_back(static_cast<char>(size >> shift));
  envelope.append(message.data(), message.size());
  return envelope;
}

}  // namespace milkway::gateway
