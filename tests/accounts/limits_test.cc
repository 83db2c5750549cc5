// How often something may be tried, by a clock that the test sets.

#include "services/accounts/limits.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kNowUs = 1'800'000'000 * kSecondUs;

TEST(TokenBuckets, HoldSoManyAndRefillOneByOne) {
  TokenBuckets buckets({3, 10 * kSecondUs});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.Take("li", kNowUs), 0);

  EXPECT_EQ(buckets.Take("li", kNowUs), 10 * kSecondUs);
  EXPECT_EQ(buckets.Take("li", kNowUs + 4 * kSecondUs), 6 * kSecondUs);
  EXPECT_EQ(buckets.Take("wang", kNowUs), 0) << "another key has its own";
  EXPECT_EQ(buckets.Take("li", kNowUs + 10 * kSecondUs), 0);
  EXPECT_GT(buckets.Take("li", kNowUs + 10 * kSecondUs), 0);
}

TEST(TokenBuckets, NeverHoldMoreThanTheirSize) {
  TokenBuckets buckets({3, 10 * kSecondUs});
  buckets.Take("li", kNowUs);
  const int64_t much_later_us = kNowUs + 1'000'000 * kSecondUs;

  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.Take("li", much_later_us), 0);
  EXPECT_GT(buckets.Take("li", much_later_us), 0);
}

TEST(TokenBuckets, WhatIsGivenBackWasNotTaken) {
  TokenBuckets buckets({3, 10 * kSecondUs});
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(buckets.Take("li", kNowUs), 0);
    buckets.GiveBack("li");
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.Take("li", kNowUs), 0);
  EXPECT_GT(buckets.Take("li", kNowUs), 0);
}

TEST(TokenBuckets, WhoFloodsTheTableGainsNothing) {
  TokenBuckets buckets({3, 10 * kSecondUs}, /*keys_max=*/100);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.Take("victim", kNowUs), 0);
  int taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += buckets.Take(absl::StrCat(i), kNowUs) == 0;

  EXPECT_EQ(taken, 99 + 3) << "one each for those that fit, and one bucket for the rest";
  EXPECT_GT(buckets.Take("victim", kNowUs), 0) << "the flood did not empty the victim's";
  EXPECT_EQ(buckets.Take("late", kNowUs + 60 * kSecondUs), 0) << "full ones make room";
}

TEST(TokenBuckets, AskingMakesRoomInAFullTableAsTakingDoes) {
  TokenBuckets buckets({3, 10 * kSecondUs}, /*keys_max=*/100);
  for (int i = 0; i < 100; ++i) buckets.Take(absl::StrCat(i), kNowUs);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.Take("beyond", kNowUs + 5 * kSecondUs), 0);
  EXPECT_GT(buckets.WaitFor("late", kNowUs + 5 * kSecondUs), 0) << "the shared bucket is empty";

  EXPECT_EQ(buckets.WaitFor("late", kNowUs + 10 * kSecondUs), 0);
}

TEST(Networks, AreWhatOneGuesserMayHaveAllOf) {
  EXPECT_EQ(NetworkOf("203.0.113.7"), NetworkOf("203.0.113.200"));
  EXPECT_NE(NetworkOf("203.0.113.7"), NetworkOf("203.0.114.7"));
  EXPECT_EQ(NetworkOf("2001:db8:1:2::1"), NetworkOf("2001:db8:1:2:ffff::9"));
  EXPECT_NE(NetworkOf("2001:db8:1:2::1"), NetworkOf("2001:db8:1:3::1"));
  EXPECT_EQ(NetworkOf("::ffff:203.0.113.7"), NetworkOf("203.0.113.9"));
  EXPECT_EQ(NetworkOf("unix"), "unix");
}

class SignInLimits : public ::testing::Test {
 protected:
  absl::Status Fail(const std::string& name, const std::string& address,
                    const std::string& device = "", int64_t now_us = kNowUs) {
    Limits::Attempt attempt;
    return limits_.TakeSignIn(name, device, address, now_us, &attempt);
  }
  absl::Status Succeed(const std::string& name, const std::string& address,
                       const std::string& device = "", int64_t now_us = kNowUs) {
    Limits::Attempt attempt;
    const absl::Status status = limits_.TakeSignIn(name, device, address, now_us, &attempt);
    if (status.ok()) attempt.GiveBack();
    return status;
  }
  // Tries until it is refused; gives how often that took.
  int FailUntilRefused(const std::string& name, const std::string& address) {
    for (int i = 0; i < 1'000; ++i) {
      if (!Fail(name, address).ok()) return i;
    }
    return 1'000;
  }

  Limits limits_;
};

TEST_F(SignInLimits, AGuesserIsSlowedAtOneName) {
  EXPECT_EQ(FailUntilRefused("li", "203.0.113.7"), 6);
  const absl::Status refusal = Fail("li", "203.0.113.8");

  EXPECT_THAT(refusal, IsRefusal("TOO_MANY_ATTEMPTS"));
  EXPECT_EQ(runtime::PartsOf(refusal).metadata.at("retry_after_s"), "60");
  EXPECT_THAT(Fail("li", "203.0.113.7", "", kNowUs + 60 * kSecondUs), IsOk());
}

TEST_F(SignInLimits, AGuesserWhoGoesFromNameToNameIsSlowed) {
  int tried = 0;
  for (int i = 0; i < 1'000; ++i) tried += Fail(absl::StrCat("name", i), "203.0.113.7").ok();
  EXPECT_EQ(tried, 40);
}

TEST_F(SignInLimits, AGuesserWithManyAddressesIsSlowedAtOneName) {
  int tried = 0;
  for (int i = 0; i < 250; ++i) tried += Fail("li", absl::StrCat("203.0.", i, ".1")).ok();
  EXPECT_EQ(tried, 30);
}

TEST_F(SignInLimits, NobodyLocksOutADeviceThatSignedInBefore) {
  for (int i = 0; i < 250; ++i) (void)Fail("li", absl::StrCat("203.0.", i, ".1")).ok();
  ASSERT_THAT(Fail("li", "198.51.100.1"), IsRefusal("TOO_MANY_ATTEMPTS"));

  // From the guesser's own network, too.
  EXPECT_THAT(Succeed("li", "203.0.113.7", "li's phone"), IsOk());
  EXPECT_THAT(Succeed("li", "198.51.100.1", "li's phone"), IsOk());
}

TEST_F(SignInLimits, AKnownDeviceIsSlowedByItsOwnFailures) {
  int tried = 0;
  for (int i = 0; i < 100; ++i) tried += Fail("li", "198.51.100.1", "li's phone").ok();

  EXPECT_EQ(tried, 10);
  EXPECT_THAT(Succeed("li", "198.51.100.1", "li's desk"), IsOk());
  EXPECT_THAT(Succeed("li", "198.51.100.1"), IsOk()) << "it took nothing of others";
}

TEST_F(SignInLimits, WhoSucceedsIsNeverSlowed) {
  for (int i = 0; i < 1'000; ++i) ASSERT_THAT(Succeed("li", "203.0.113.7"), IsOk());
}

TEST_F(SignInLimits, WhatIsRefusedTakesNothing) {
  FailUntilRefused("li", "203.0.113.7");
  for (int i = 0; i < 1'000; ++i) (void)Fail("li", "203.0.113.7").ok();

  // Had the refusals taken of the network, nobody there could sign in.
  EXPECT_THAT(Succeed("wang", "203.0.113.7"), IsOk());
}

TEST(Limits, RightPasswordsAreCountedForThePersonAndApartForDevicesThatAreKnown) {
  for (const bool is_known : {false, true}) {
    Limits limits;
    for (int i = 0; i < 60; ++i) {
      ASSERT_THAT(limits.CheckRightPasswords("li", is_known, kNowUs), IsOk());
      limits.CountRightPassword("li", is_known, kNowUs);
    }
    EXPECT_THAT(limits.CheckRightPasswords("li", is_known, kNowUs), IsRefusal("TOO_MANY_ATTEMPTS"));
    EXPECT_THAT(limits.CheckRightPasswords("li", !is_known, kNowUs), IsOk());
    EXPECT_THAT(limits.CheckRightPasswords("wang", is_known, kNowUs), IsOk());
    EXPECT_THAT(limits.CheckRightPasswords("li", is_known, kNowUs + 60 * kSecondUs), IsOk());
  }
}

TEST(Limits, GoodTokensDoNotWaitForTheBadOnesOfANeighbour) {
  Limits limits;
  int bad = 0;
  for (int i = 0; i < 1'000; ++i) bad += limits.TakeBadToken("203.0.113.7", kNowUs).ok();
  EXPECT_EQ(bad, 30);

  EXPECT_THAT(limits.TakeGoodToken("session", kNowUs), IsOk());
}

}  // namespace
}  // namespace milkway::accounts
