// The server's clock, replaceable in tests.

#ifndef MILKWAY_SERVICES_RUNTIME_CLOCK_H_
#define MILKWAY_SERVICES_RUNTIME_CLOCK_H_

#include <atomic>
#include <cstdint>

namespace milkway::runtime {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01 UTC.
  virtual int64_t NowUs() const = 0;
};

class SystemClock : public Clock {
 public:
  int64_t NowUs() const override;
};

// Stands still until it is set.
class FakeClock : public Clock {
 public:
  explicit FakeClock(int64_t now_us) : now_us_(now_us) {}
  int64_t NowUs() const override { return now_us_.load(); }
  void Set(int64_t now_us) { now_us_.store(now_us); }

 private:
  std::atomic<int64_t> now_us_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CLOCK_H_
