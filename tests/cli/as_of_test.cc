// --as-of: two places, or a time.

#include "clients/cli/as_of.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

using ::milkway::testing::IsOk;

TEST(AsOfTest, WhatAReportPrintsIsTakenBack) {
  const auto as_of = ParseAsOf("--as-of", AsOfText(1'234, 56));

  ASSERT_THAT(as_of, IsOk());
  EXPECT_EQ(as_of->position(), 1'234);
  EXPECT_EQ(as_of->sequence(), 56);
  EXPECT_EQ(as_of->recorded_us(), 0);
}

TEST(AsOfTest, ATimeIsTakenWithItsOffset) {
  const auto as_of = ParseAsOf("--as-of", "2026-03-31T23:59:59+08:00");

  ASSERT_THAT(as_of, IsOk());
  EXPECT_EQ(as_of->recorded_us(), int64_t{1'774'972'799'000'000});
  EXPECT_EQ(as_of->position(), 0);
}

TEST(AsOfTest, NothingIsNow) { EXPECT_EQ(ParseAsOf("--as-of", "")->ByteSizeLong(), 0u); }

TEST(AsOfTest, AnythingElseIsAWrongUseThatNamesItsOption) {
  for (const char* text : {"yesterday", "12", "12:", "0:1", "12:-1", "12:3:4", "2026-03-31"}) {
    const auto as_of = ParseAsOf("--from", text);
    ASSERT_FALSE(as_of.ok()) << text;
    EXPECT_THAT(std::string(as_of.status().message()), ::testing::StartsWith("--from must be "))
        << text;
  }
}

}  // namespace
}  // namespace milkway::cli
