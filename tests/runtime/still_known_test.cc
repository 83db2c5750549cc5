// Who is still known long after a call began: what a stream asks before each message.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/trust.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using milkway::testing::IsOk;
using milkway::testing::IsRefusal;
using testing::WhoAmIRequest;

constexpr int64_t kNowS = 1'800'000'000;
constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kNowUs = kNowS * kSecondUs;

TEST(StillKnown, IsACallerForAsLongAsHisTokenIsTaken) {
  const TokenKey key = *TokenKey::Generate();
  const std::vector<Trust::PublicKey> keys = {{key.kid(), key.public_pem()}};
  Trust trust;
  trust.Update(keys, {}, kNowUs);
  const auto access =
      Access::Build({&trust, "", false}, {WhoAmIRequest::descriptor()->file()->service(0)});
  ASSERT_THAT(access, IsOk());
  Call call;
  call.origin.token =
      *key.Sign({"li", common::v1::ROLE_DONOR, {}, "s1", kNowS, kNowS + kAccessTokenLifeS});
  call.caller = *trust.Identify(call.origin.token, kNowUs);
  Call of_service = call;
  of_service.caller.role = common::v1::ROLE_SERVICE;

  EXPECT_THAT(access->CheckStillKnown(call, kNowUs), IsOk());
  const int64_t later_us = kNowUs + 640 * kSecondUs;
  EXPECT_THAT(access->CheckStillKnown(call, later_us), IsRefusal("ACCOUNTS_AWAY"));
  trust.Update(keys, {}, later_us);
  EXPECT_THAT(access->CheckStillKnown(call, later_us), IsRefusal("TOKEN_EXPIRED"));
  trust.Update(keys, {{"s1", kNowUs + 700 * kSecondUs}}, kNowUs);
  EXPECT_THAT(access->CheckStillKnown(call, kNowUs), IsRefusal("SESSION_ENDED"));
  trust.Update({}, {}, kNowUs);
  EXPECT_THAT(access->CheckStillKnown(call, kNowUs), IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(access->CheckStillKnown(of_service, later_us), IsOk());
  EXPECT_THAT(access->CheckStillKnown(Call{}, later_us), IsOk());
}

}  // namespace
}  // namespace milkway::runtime
