// What the gateway takes on, over one connection and over all of them.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECTION_LIMITS_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECTION_LIMITS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace milkway::gateway {

struct ConnectionLimits {
  // Connections at once; those beyond are closed.
  int connections = 10'000;
  // Request line and headers, in bytes: 431 beyond.
  uint32_t header_bytes = 16 << 10;
  // Bodies of more than `small_body_bytes` that are under way, in bytes together: 503 beyond.
  int64_t body_bytes = 256 << 20;
  // A request's headers must have come so long after the last answer.
  std::chrono::seconds idle{75};
  // Its body so long after its headers.
  std::chrono::seconds body{30};
  // Somebody must have taken an answer, or a piece of it, after so long.
  std::chrono::seconds send{60};
};

// Bodies of up to so many bytes are not counted.
inline constexpr size_t kSmallBodyBytes = 64 << 10;

// How much of it is used. Thread-safe.
struct ConnectionLoad {
  std::atomic<int64_t> connections{0};
  std::atomic<int64_t> body_bytes{0};
  // Requests whose answer is not on its way yet.
  std::atomic<int64_t> under_way{0};
  // Since the start.
  std::atomic<int64_t> requests{0};
  std::atomic<int64_t> refused_connections{0};
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECTION_LIMITS_H_
