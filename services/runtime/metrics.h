// Counters and latencies, for people who run a server.

#ifndef MILKWAY_SERVICES_RUNTIME_METRICS_H_
#define MILKWAY_SERVICES_RUNTIME_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace milkway::runtime {

// Thread-safe.
class Metrics {
 public:
  // How often one method was called, how it ended, and how long it took.
  class Method {
   public:
    void Count(absl::StatusCode code, int64_t duration_us);

   private:
    friend class Metrics;
    // Upper bounds of the latency buckets in microseconds: 2^6 = 64 µs to 2^26 = 67 s.
    static constexpr int kFirstBucketBits = 6;
    static constexpr int kBuckets = 21;
    static constexpr int kCodes = 17;

    std::array<std::atomic<int64_t>, kCodes> by_code_{};
    std::array<std::atomic<int64_t>, kBuckets + 1> by_duration_{};
    std::atomic<int64_t> total_us_{0};
  };

  // The counters of "milkway.inventory.v1.StockService/GetStockCard"; made on the
  // first use and kept as long as the metrics.
  Method& MethodNamed(const std::string& name);

  // A value that is read when the metrics are: milkway_<name>. `read` is called
  // from any thread until the metrics are gone.
  void AddGauge(absl::string_view name, absl::string_view help, std::function<int64_t()> read);

  // Calls counted so far, over all methods.
  int64_t CallCount() const;

  // Prometheus text exposition format 0.0.4.
  std::string Text() const;

 private:
  struct Gauge {
    std::string name;
    std::string help;
    std::function<int64_t()> read;
  };

  mutable absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<Method>> methods_ ABSL_GUARDED_BY(mutex_);
  std::vector<Gauge> gauges_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_METRICS_H_
