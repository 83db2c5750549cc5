// What a server counts, and how a monitoring system reads it.

#include "services/runtime/metrics.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr char kMethod[] = "milkway.inventory.v1.StockService/GetStockCard";

std::vector<std::string> Lines(const Metrics& metrics) {
  return absl::StrSplit(metrics.Text(), '\n', absl::SkipEmpty());
}

// The count of the latency bucket whose upper bound is `bound` seconds.
std::string BucketLine(const std::string& bound, int count) {
  return absl::StrCat("milkway_rpc_duration_seconds_bucket{method=\"", kMethod, "\",le=\"", bound,
                      "\"} ", count, "\n");
}

TEST(Metrics, OfNothingAreHeadingsOnly) {
  EXPECT_EQ(Metrics().Text(),
            "# HELP milkway_rpc_calls_total Calls by method and canonical code.\n"
            "# TYPE milkway_rpc_calls_total counter\n"
            "# HELP milkway_rpc_duration_seconds Time from the arrival of a call to its answer.\n"
            "# TYPE milkway_rpc_duration_seconds histogram\n");
}

TEST(Metrics, CountCallsByMethodAndCode) {
  Metrics metrics;
  metrics.MethodNamed(kMethod).Count(absl::StatusCode::kOk, 100);
  metrics.MethodNamed(kMethod).Count(absl::StatusCode::kOk, 100);
  metrics.MethodNamed(kMethod).Count(absl::StatusCode::kNotFound, 100);
  metrics.MethodNamed("a.B/C").Count(absl::StatusCode::kUnauthenticated, 100);

  std::vector<std::string> counters;
  for (const std::string& line : Lines(metrics)) {
    if (absl::StartsWith(line, "milkway_rpc_calls_total")) counters.push_back(line);
  }

  EXPECT_THAT(
      counters,
      ElementsAre(
          "milkway_rpc_calls_total{method=\"a.B/C\",code=\"UNAUTHENTICATED\"} 1",
          absl::StrCat("milkway_rpc_calls_total{method=\"", kMethod, "\",code=\"OK\"} 2"),
          absl::StrCat("milkway_rpc_calls_total{method=\"", kMethod, "\",code=\"NOT_FOUND\"} 1")));
  EXPECT_EQ(metrics.CallCount(), 4);
}

TEST(Metrics, NameEveryCanonicalCode) {
  Metrics metrics;
  for (int code = 0; code <= 16; ++code) {
    metrics.MethodNamed(kMethod).Count(static_cast<absl::StatusCode>(code), 1);
  }

  for (const char* name : {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED",
                           "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
                           "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
                           "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}) {
    EXPECT_THAT(metrics.Text(), HasSubstr(absl::StrCat("code=\"", name, "\"} 1\n")));
  }
}

TEST(Metrics, HaveOnlyLinesOfTheTextFormat) {
  Metrics metrics;
  metrics.MethodNamed(kMethod).Count(absl::StatusCode::kOk, 12'345);
  metrics.AddGauge("open_steps", "Steps under way.", [] { return 7; });

  for (const std::string& line : Lines(metrics)) {
    EXPECT_THAT(line,
                MatchesRegex("# (HELP|TYPE) [a-z_]+ .+|"
                             "[a-z_]+([{][a-z]+=\"[^\"]+\"(,[a-z]+=\"[^\"]+\")*[}])? [0-9.]+"));
  }
}

TEST(Metrics, ReadGaugesWhenTheyAreRead) {
  Metrics metrics;
  int64_t value = 7;
  metrics.AddGauge("open_steps", "Steps under way.", [&value] { return value; });
  value = -3;

  EXPECT_THAT(metrics.Text(), HasSubstr("# HELP milkway_open_steps Steps under way.\n"
                                        "# TYPE milkway_open_steps gauge\n"
                                        "milkway_open_steps -3\n"));
}

TEST(Metrics, LoseNoCallOfManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&metrics] {
      for (int call = 0; call < 10'000; ++call) {
        metrics.MethodNamed(kMethod).Count(absl::StatusCode::kOk, call);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(metrics.CallCount(), 80'000);
  EXPECT_THAT(metrics.Text(), HasSubstr(BucketLine("+Inf", 80'000)));
}

class Latencies : public ::testing::Test {
 protected:
  void Count(int64_t duration_us) {
    metrics_.MethodNamed(kMethod).Count(absl::StatusCode::kOk, duration_us);
  }
  Metrics metrics_;
};

TEST_F(Latencies, UpToABoundAreInItsBucket) {
  Count(0);
  Count(64);

  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("0.000064", 2)));
}

TEST_F(Latencies, AboveABoundAreInTheNextBucket) {
  Count(65);
  Count(128);
  Count(129);

  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("0.000064", 0)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("0.000128", 2)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("0.000256", 3)));
}

TEST_F(Latencies, AboveTheLastBoundAreInTheBucketWithoutOne) {
  Count(int64_t{1} << 26);
  Count((int64_t{1} << 26) + 1);
  Count(int64_t{1} << 60);

  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("33.554432", 0)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("67.108864", 1)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(BucketLine("+Inf", 3)));
}

TEST_F(Latencies, HaveEachBoundTwiceTheOneBefore) {
  Count(1);

  std::vector<double> bounds;
  for (const std::string& line : Lines(metrics_)) {
    const size_t at = line.find("le=\"");
    if (at == std::string::npos || absl::StrContains(line, "+Inf")) continue;
    bounds.push_back(std::stod(line.substr(at + 4)));
  }

  ASSERT_EQ(bounds.size(), 21u);
  for (size_t index = 1; index < bounds.size(); ++index) {
    EXPECT_DOUBLE_EQ(bounds[index], 2 * bounds[index - 1]);
  }
}

TEST_F(Latencies, AreAddedUpInSeconds) {
  Count(1'500'000);
  Count(250);

  EXPECT_THAT(metrics_.Text(),
              HasSubstr(absl::StrCat(
                  "milkway_rpc_duration_seconds_sum{method=\"", kMethod, "\"} 1.500250\n",
                  "milkway_rpc_duration_seconds_count{method=\"", kMethod, "\"} 2\n")));
}

}  // namespace
}  // namespace milkway::runtime
