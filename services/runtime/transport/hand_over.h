// From an accepted connection to the gRPC server.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_HAND_OVER_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_HAND_OVER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/server_builder.h"

namespace milkway::runtime {

// The inode of a socket; 0 of a descriptor that is none, or closed.
uint64_t InodeOf(int descriptor);

// Ends a connection that gRPC has: it finds the end, and lets go of all that it kept. The
// other side hears of it at once, and nothing of it stays in the system.
void CutOff(int descriptor);

// Hands connections to a gRPC server, on threads of its own.
//
// gRPC 1.51 goes on reading on the thread that gives it a connection, its acceptor locked,
// for as long as more has arrived: somebody who never stops sending keeps the thread. So
// there are several acceptors with a thread each, and who keeps one of them too long is cut
// off: flow control pauses every honest caller long before. Thread-safe.
class HandOver {
 public:
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

  static constexpr size_t kThreads = 4;
  // Connections that wait for a thread.
  static constexpr size_t kWaitingMax = 1024;
  static constexpr absl::Duration kKeepsThreadMax = absl::Seconds(2);
  // The same, while others wait for a thread.
  static constexpr absl::Duration kKeepsOthersMax = absl::Milliseconds(250);

  // One thread for each acceptor.
  explicit HandOver(std::vector<std::unique_ptr<Acceptor>> acceptors);
  // Stops, if Stop was not called.
  ~HandOver();

  // The gRPC server runs.
  void Start();

  // Takes `descriptor` over, which was accepted at `listener`. False if too many wait: then
  // it is still the caller's.
  bool Take(int listener, int descriptor);

  // Cuts off whoever keeps a thread too long. To be called now and then.
  void CutOffFloods();

  // Closes what waits, and cuts off what is not handed over within a second.
  void Stop();

 private:
  struct Connection {
    int listener = -1;
    int descriptor = -1;
    uint64_t inode = 0;
  };
  struct Lane {
    std::unique_ptr<Acceptor> acceptor;
    std::thread thread;
    // Since when it hands one over; infinitely long ahead: it does not.
    Connection connection;
    absl::Time since = absl::InfiniteFuture();
  };

  void Run(Lane* lane);
  // Whoever has kept a thread since `time` or longer.
  void CutOffSince(absl::Time time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::deque<Connection> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Lane> lanes_;  // connection and since: guarded by mutex_
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_HAND_OVER_H_
