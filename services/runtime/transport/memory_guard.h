// Which connections go when memory is short.
//
// gRPC 1.51 bounds what messages take, but neither what calls take whose message never
// comes, nor headers that never end: one connection is enough to fill a machine.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_MEMORY_GUARD_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_MEMORY_GUARD_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace milkway::runtime {

// What went over a connection since it began.
struct Traffic {
  int descriptor = -1;
  int64_t received_bytes = 0;
  int64_t sent_bytes = 0;
};

// Of a TCP connection; nullopt for what is none.
std::optional<Traffic> TrafficOf(int descriptor);

// The descriptors of a tenth of `connections`, one at least, who sent most beyond what
// they were answered. Who is answered a sixteenth of what he sends is never among them, nor
// who has sent little; so it may be none.
std::vector<int> Greediest(std::vector<Traffic> connections);

// Resident memory of this process.
int64_t ResidentBytes();

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_MEMORY_GUARD_H_
