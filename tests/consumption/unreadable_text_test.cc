// What the operator hears of text that opens under no key.

#include "services/consumption/unreadable_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/clock.h"

namespace milkway::consumption {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(UnreadableText, EachSchoolIsToldOfOnce) {
  runtime::CallLog log;
  const runtime::FakeClock clock(0);
  UnreadableText unreadable(&log, &clock, "names of guardians");

  ::testing::internal::CaptureStderr();
  unreadable.Tell("changyuan");
  const std::string first = ::testing::internal::GetCapturedStderr();
  ::testing::internal::CaptureStderr();
  unreadable.Tell("changyuan");
  unreadable.Tell("baiyun");
  const std::string then = ::testing::internal::GetCapturedStderr();

  EXPECT_THAT(first, HasSubstr("names of guardians at changyuan"));
  EXPECT_THAT(then, HasSubstr("names of guardians at baiyun"));
  EXPECT_THAT(then, Not(HasSubstr("changyuan")));
}

}  // namespace
}  // namespace milkway::consumption
