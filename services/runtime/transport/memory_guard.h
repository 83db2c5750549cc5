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
  int64_t silence_ms = 0;  // since something was sent
};

// Of a TCP connection; nullopt for what is none.
std::optional<Traffic> TrafficOf(int descriptor);

// The descriptors of a tenth of `connections`, one at least, who sent most beyond what
// they were answered. Who is answered a sixteenth of what he sends is never among them, nor
// who has sent little; so it may be none.
std::vector<int> Greediest(std::vector<Traffic> connections);

// The descriptors of a tenth of `connections`, one at least, to which nothing was sent for
// longest. For when the greediest do not show: a call whose message never comes is sent a
// frame of its own, which passes for an answer.
std::vector<int> LongestUnanswered(std::vector<Traffic> connections);

// Memory of this process, resident or swapped out.
int64_t ResidentBytes();

// What a server may take of this machine: half of its memory, or of what the control group
// of the process may have, and 1 GiB at most.
int64_t UsualResidentBytes();

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_MEMORY_GUARD_H_
