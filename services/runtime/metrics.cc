#include "services/runtime/metrics.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace milkway::runtime {

namespace {

constexpr char kCalls[] = "milkway_rpc_calls_total";
constexpr char kSeconds[] = "milkway_rpc_duration_seconds";

}  // namespace

void Metrics::Method::Count(absl::StatusCode code, int64_t duration_us) {
  const int code_index = std::clamp(static_cast<int>(code), 0, kCodes - 1);
  by_code_[code_index].fetch_add(1, std::memory_order_relaxed);
  const uint64_t us = static_cast<uint64_t>(std::max<int64_t>(duration_us, 1));
  // The first bucket whose bound is not below the duration.
  const int bits = absl::bit_width(us - 1);
  const int bucket = std::clamp(bits - kFirstBucketBits, 0, kBuckets);
  by_duration_[bucket].fetch_add(1, std::memory_order_relaxed);
  total_us_.fetch_add(duration_us, std::memory_order_relaxed);
}

Metrics::Method& Metrics::MethodNamed(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Method>& method = methods_[name];
  if (method == nullptr) method = std::make_unique<Method>();
  return *method;
}

void Metrics::AddGauge(absl::string_view name, absl::string_view help,
                       std::function<int64_t()> read) {
  absl::MutexLock lock(&mutex_);
  gauges_.push_back({absl::StrCat("milkway_", name), std::string(help), std::move(read)});
}

int64_t Metrics::CallCount() const {
  absl::MutexLock lock(&mutex_);
  int64_t count = 0;
  for (const auto& [name, method] : methods_) {
    for (const std::atomic<int64_t>& by_code : method->by_code_) {
      count += by_code.load(std::memory_order_relaxed);
    }
  }
  return count;
}

std::string Metrics::Text() const {
  absl::MutexLock lock(&mutex_);
  std::string text = absl::StrCat(
      "# HELP ", kCalls, " Calls by method and canonical code.\n# TYPE ", kCalls, " counter\n");
  for (const auto& [name, method] : methods_) {
    for (int code = 0; code < Method::kCodes; ++code) {
      const int64_t count = method->by_code_[code].load(std::memory_order_relaxed);
      if (count == 0) continue;
      absl::StrAppend(
          &text, kCalls, "{method=\"", name, "\",code=\"",
          code == 0 ? "OK" : absl::StatusCodeToString(static_cast<absl::StatusCode>(code)), "\"} ",
          count, "\n");
    }
  }
  absl::StrAppend(&text, "# HELP ", kSeconds, " Time from the arrival of a call to its answer.\n",
                  "# TYPE ", kSeconds, " histogram\n");
  for (const auto& [name, method] : methods_) {
    int64_t count = 0;
    for (int bucket = 0; bucket <= Method::kBuckets; ++bucket) {
      count += method->by_duration_[bucket].load(std::memory_order_relaxed);
      const std::string bound =
          bucket == Method::kBuckets
              ? "+Inf"
              : absl::StrFormat(
                    "%.6f",
                    static_cast<double>(int64_t{1} << (bucket + Method::kFirstBucketBits)) * 1e-6);
      absl::StrAppend(&text, kSeconds, "_bucket{method=\"", name, "\",le=\"", bound, "\"} ", count,
                      "\n");
    }
    absl::StrAppend(
        &text, kSeconds, "_sum{method=\"", name, "\"} ",
        absl::StrFormat(
            "%.6f", static_cast<double>(method->total_us_.load(std::memory_order_relaxed)) * 1e-6),
        "\n", kSeconds, "_count{method=\"", name, "\"} ", count, "\n");
  }
  for (const Gauge& gauge : gauges_) {
    absl::StrAppend(&text, "# HELP ", gauge.name, " ", gauge.help, "\n# TYPE ", gauge.name,
                    " gauge\n", gauge.name, " ", gauge.read(), "\n");
  }
  return text;
}

}  // namespace milkway::runtime
