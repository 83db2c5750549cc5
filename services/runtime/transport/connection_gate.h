// Lets connections in, so many and no more, and closes some when memory is short.
//
// gRPC itself takes on every connection until the process has no descriptors left, and
// then the store cannot open its files any more.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_CONNECTION_GATE_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_CONNECTION_GATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/runtime/transport/flood_guard.h"
#include "services/runtime/transport/hand_over.h"
#include "services/runtime/transport/listening_socket.h"

namespace milkway::runtime {

// Accepts connections on a thread of its own and lets them be handed to a gRPC server. What
// comes beyond a limit is closed at once. A connection counts until gRPC has closed it. One
// that floods the process is cut off (flood_guard.h). While the process has more memory than
// it may, the greediest are, or else the longest unanswered (memory_guard.h); if that does not
// help, and it has a quarter more, nobody new comes in.
class ConnectionGate {
 public:
  // What stands behind a door, and for whom it is.
  struct Door {
    std::vector<ListeningSocket> sockets;
    std::unique_ptr<HandOver> hand_over;
    // Only processes of this user, or of root, may come in. For socket files.
    bool is_for_own_user = false;
  };

  struct Limits {
    // Sockets of services aside; callers from other machines have seven eighths of them.
    int connections = 0;
    // From one IPv4 address, or one IPv6 network of 64 bits; not for those of this machine,
    // through which a reverse proxy brings everybody.
    int per_address = 0;
    // Resident memory of the whole process.
    int64_t resident_bytes = 0;
  };

  explicit ConnectionGate(Limits limits) : limits_(limits) {}
  // Stops, if Stop was not called.
  ~ConnectionGate();

  // Before Start.
  void Add(Door door) { doors_.push_back(std::move(door)); }

  // The gRPC server runs. INTERNAL if the process has no descriptors left.
  absl::Status Start();

  // Listens no more: callers are refused by the system, and who waits to be let in is
  // closed. Those who are in stay, watched as before, and are cut off after `patience`.
  // Before the gRPC server goes.
  void Close(absl::Duration patience);

  // Watches no more. The gRPC server has gone.
  void Stop();

 private:
  // A connection that was let in.
  struct Connection {
    uint64_t inode = 0;  // of its socket
    std::string address;
    bool is_of_service = false;
    Flood flood;
  };

  // Of the thread, first while the gate is open, then after that.
  void AcceptAll();
  void WatchUntilStopped(absl::Time deadline);
  void EndThread();
  void AcceptAt(const Door& door, const ListeningSocket& socket);
  // True if it was let in: then the descriptor is gRPC's, or will be.
  bool LetIn(const Door& door, const ListeningSocket& socket, int descriptor);
  bool HasRoomFor(const std::string& address);
  // Cuts these off, unless gRPC has closed them and their numbers are others'.
  void CutOffThese(const std::vector<int>& descriptors);
  // Looks at the process's memory, and closes connections if there is too much of it.
  void GuardMemory();
  void CutOffFloods();
  void CutOffAll();
  void Forget(int descriptor);
  void ForgetClosed();

  const Limits limits_;
  std::vector<Door> doors_;
  int wakes_ = -1;  // readable when the thread is to end
  std::thread thread_;

  // Of the thread.
  absl::flat_hash_map<int, Connection> connections_;  // by descriptor
  absl::flat_hash_map<std::string, int> count_by_address_;
  absl::Time counted_;
  absl::Time guarded_;
  absl::Time relieved_;  // when some were cut off for memory
  BusyClock busy_clock_;
  bool is_closed_ = false;  // to all but services of this machine
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_CONNECTION_GATE_H_
