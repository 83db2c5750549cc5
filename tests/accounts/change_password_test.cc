// New passwords of people who are signed in, over gRPC.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::kOtherPassword;
using ::milkway::testing::kPassword;
using ::milkway::testing::NamesField;
using ::milkway::testing::NewRequestId;

class ChangePassword : public ::testing::Test {
 protected:
  AccountsSystem milkway_;
};

TEST_F(ChangePassword, ANewPasswordEndsTheOtherSessions) {
  const auto own = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const auto other = milkway_.SignIn("li", kPassword);
  v1::ChangePasswordRequest request;
  request.set_request_id(NewRequestId());
  request.set_old_password(kOtherPassword);
  request.set_new_password(kOtherPassword);
  const auto change = [&] {
    return milkway_.Call(&v1::SignInService::Stub::ChangePassword, request, own.access_token());
  };
  EXPECT_THAT(change(), IsRefusal("SIGN_IN_REFUSED"));
  request.set_old_password(kPassword);
  request.set_new_password("password123");
  EXPECT_THAT(change(), NamesField("new_password"));
  request.set_new_password(kOtherPassword);
  ASSERT_THAT(change(), IsOk());
  EXPECT_THAT(change(), IsOk()) << "repeated after a lost answer";

  EXPECT_THAT(milkway_.Refresh(own.refresh_token()), IsOk());
  EXPECT_THAT(milkway_.Refresh(other->refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("SIGN_IN_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword), IsOk());
}

}  // namespace
}  // namespace milkway::accounts
