// What one server takes on, from everybody together and over one connection.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_SERVER_LIMITS_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_SERVER_LIMITS_H_

#include <cstdint>

#include "absl/time/time.h"
#include "grpcpp/server_builder.h"

namespace milkway::runtime {

// A message of a caller may have this many bytes; an answer, clients::kAnswerBytesMax.
inline constexpr int kMessageBytesMax = 8 << 20;
// The metadata of a call, together.
inline constexpr int kMetadataBytesMax = 16 << 10;

struct ServerLimits {
  int connections = 2'000;
  // From one address; connection_gate.h says what counts as one.
  int connections_per_address = 500;
  // Calls under way over one connection; more wait at the client. A call whose message
  // never comes takes 12 KB.
  int streams_per_connection = 128;
  // What messages under way may take together; near it, senders are slowed down, and then
  // cut off.
  int64_t message_bytes = 256 << 20;
  // Resident memory of the whole process. Above it those are closed who send most beyond
  // what they are answered; a quarter above it, new connections too.
  int64_t resident_bytes = 1 << 30;
  // A connection must have said that it speaks TLS and HTTP/2 after so long.
  absl::Duration handshake = absl::Seconds(20);
  // A connection without calls is closed after so long.
  absl::Duration idle = absl::Minutes(10);
  // A connection is asked to go after so long, and closed after so long again: its calls
  // can end, and a certificate is looked at anew. Cuts off what never ends.
  absl::Duration age = absl::Minutes(20);
  absl::Duration age_grace = absl::Minutes(11);
  // Who is silent for so long is asked whether he is still there, and has so long to say.
  absl::Duration silence = absl::Minutes(1);
  absl::Duration silence_grace = absl::Seconds(20);
};

// All but those on connections, which are the gate's.
void SetLimits(const ServerLimits& limits, grpc::ServerBuilder* builder);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_SERVER_LIMITS_H_
