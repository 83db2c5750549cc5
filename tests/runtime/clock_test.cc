// What the server's clock shows.

#include "services/runtime/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::runtime {
namespace {

TEST(SystemClock, CountsMicrosecondsSince1970) {
  const int64_t before_us = absl::ToUnixMicros(absl::Now());
  const int64_t now_us = SystemClock().NowUs();
  const int64_t after_us = absl::ToUnixMicros(absl::Now());

  EXPECT_LE(before_us, now_us);
  EXPECT_LE(now_us, after_us);
}

TEST(FakeClock, StandsStillUntilItIsSet) {
  FakeClock clock(1000);
  EXPECT_EQ(clock.NowUs(), 1000);
  EXPECT_EQ(clock.NowUs(), 1000);

  clock.Set(2000);

  EXPECT_EQ(clock.NowUs(), 2000);
}

}  // namespace
}  // namespace milkway::runtime
