// How long calls took.

#ifndef MILKWAY_TESTS_BENCH_LOAD_LATENCIES_H_
#define MILKWAY_TESTS_BENCH_LOAD_LATENCIES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace milkway::bench {

// Not thread-safe.
class Latencies {
 public:
  void Add(int64_t us) { us_.push_back(us); }
  size_t count() const { return us_.size(); }

  // The latency that this share of the calls did not exceed; 0 without calls.
  int64_t Quantile(double share) {
    if (us_.empty()) return 0;
    const auto index = static_cast<size_t>(share * static_cast<double>(us_.size() - 1));
    std::nth_element(us_.begin(), us_.begin() + static_cast<int64_t>(index), us_.end());
    return us_[index];
  }

 private:
  std::vector<int64_t> us_;
};

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_LATENCIES_H_
