// Who sends faster than he can be read.
//
// gRPC 1.51 reads a connection on one thread for as long as more has arrived. Flow control
// pauses whoever sends messages long before that matters, but not him who sends frames that
// nobody asked for: a few of those keep every thread there is.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_FLOOD_GUARD_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_FLOOD_GUARD_H_

#include <cstdint>

#include "absl/time/time.h"

namespace milkway::runtime {

// Makes gRPC read a few MiB at a time at most. Otherwise it takes as much memory for the next
// reading as it has read without a break, and beyond 2 GiB of that ends the process. Before
// the process uses gRPC for the first time.
void LimitReads();

// What one connection has sent without a break: without a look at it that found nothing
// waiting to be read.
class Flood {
 public:
  // More than this of it is a flood: far more than the windows of flow control allow.
  static constexpr int64_t kBytesMax = int64_t{32} << 20;
  // So is what is costlier to read than to send: so many looks in a row, and more than this.
  static constexpr int kLooksMax = 30;
  static constexpr int64_t kLittleBytes = int64_t{1} << 20;
  // One or two looks may be bad luck.
  static constexpr int kLooksMin = 3;

  // Looks at the TCP connection `descriptor`; true if it is a flood. What is no TCP
  // connection never is one.
  bool IsSeenAt(int descriptor);

 private:
  int64_t bytes_before_ = 0;  // received when the last break was seen
  int looks_ = 0;             // since then, that found something waiting
};

// Says when it is time to look at the connections again: what floods a process keeps it
// busy, so that one that has little to do need not look.
class BusyClock {
 public:
  static constexpr absl::Duration kPause = absl::Milliseconds(100);

  // True every kPause, if the process has worked since.
  bool IsTime();

 private:
  absl::Time looked_;
  int64_t worked_ns_ = 0;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_FLOOD_GUARD_H_
