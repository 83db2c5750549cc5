// Codes of authenticators: the vectors of the RFCs, and what is taken.

#include "services/accounts/totp.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::accounts {
namespace {

using ::testing::Eq;
using ::testing::Optional;

constexpr char kSecret[] = "12345678901234567890";
constexpr int64_t kNowS = 1'111'111'111;

// RFC 6238, appendix B, SHA-1.
TEST(Totp, GivesTheCodesOfTheRfc) {
  const std::pair<int64_t, const char*> vectors[] = {
      {59, "94287082"},
      {1'111'111'109, "07081804"},
      {1'111'111'111, "14050471"},
      {1'234'567'890, "89005924"},
      {2'000'000'000, "69279037"},
      {20'000'000'000, "65353130"},
  };
  for (const auto& [time_s, code] : vectors) {
    EXPECT_EQ(TotpCode(kSecret, TotpStepOf(time_s), 8), code) << time_s;
    EXPECT_EQ(TotpCode(kSecret, TotpStepOf(time_s)), std::string(code).substr(2)) << time_s;
  }
}

// RFC 4226, appendix D.
TEST(Totp, CountsStepsAsHotpDoes) {
  const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                               "254676", "287922", "162583", "399871", "520489"};
  for (int64_t step = 0; step < 10; ++step) EXPECT_EQ(TotpCode(kSecret, step), codes[step]);
}

TEST(Totp, AClockMayBeOneStepOff) {
  const int64_t step = TotpStepOf(kNowS);

  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step - 1), kNowS, 0), Optional(step - 1));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step), kNowS, 0), Optional(step));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step + 1), kNowS, 0), Optional(step + 1));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step - 2), kNowS, 0), Eq(std::nullopt));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step + 2), kNowS, 0), Eq(std::nullopt));
}

TEST(Totp, AStepThatWasTakenIsNotTakenAgain) {
  const int64_t step = TotpStepOf(kNowS);

  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step), kNowS, step), Eq(std::nullopt));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step - 1), kNowS, step), Eq(std::nullopt));
  EXPECT_THAT(MatchTotp(kSecret, TotpCode(kSecret, step + 1), kNowS, step), Optional(step + 1));
}

TEST(Totp, WhatIsNoCodeMatchesNothing) {
  for (const char* code : {"", "0", "14050471", "05047", "abcdef"}) {
    EXPECT_THAT(MatchTotp(kSecret, code, kNowS, 0), Eq(std::nullopt)) << code;
  }
}

// RFC 4648, section 10, without the padding.
TEST(Base32, IsThatOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "MY"},
      {"fo", "MZXQ"},
      {"foo", "MZXW6"},
      {"foob", "MZXW6YQ"},
      {"fooba", "MZXW6YTB"},
      {"foobar", "MZXW6YTBOI"},
  };
  for (const auto& [bytes, text] : vectors) EXPECT_EQ(Base32(bytes), text);
}

TEST(Totp, TheUriIsWhatAuthenticatorsRead) {
  EXPECT_EQ(TotpUri(kSecret, "li@example.org"),
            "otpauth://totp/Milkway:li%40example%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Milkway&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace milkway::accounts
