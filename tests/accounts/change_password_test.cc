// New passwords of people who are signed in, over gRPC.

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::AccountsSystem;
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

TEST_F(ChangePassword, ARepeatWithAnotherPasswordIsNoRepeat) {
  const auto own = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::ChangePasswordRequest request;
  request.set_request_id(NewRequestId());
  request.set_old_password(kPassword);
  request.set_new_password(kOtherPassword);
  const auto change = [&] {
    return milkway_.Call(&v1::SignInService::Stub::ChangePassword, request, own.access_token());
  };
  ASSERT_THAT(change(), IsOk());
  request.set_old_password(kOtherPassword);
  request.set_new_password("three red kites over the hill");

  EXPECT_THAT(change(), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword), IsOk());
}

// Both were taken before either was answered.
TEST_F(ChangePassword, OfTwoAtOnceUnderOneRequestIdOneIsToldThatItDidNothing) {
  const auto own = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const std::vector<std::string> passwords = {kOtherPassword, "three red kites over the hill"};
  std::vector<absl::Status> results(passwords.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < passwords.size(); ++i) {
    threads.emplace_back([&, i] {
      v1::ChangePasswordRequest request;
      request.set_request_id(request_id);
      request.set_old_password(kPassword);
      request.set_new_password(passwords[i]);
      results[i] =
          milkway_.Call(&v1::SignInService::Stub::ChangePassword, request, own.access_token())
              .status();
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (size_t i = 0; i < passwords.size(); ++i) {
    EXPECT_EQ(results[i].ok(), milkway_.SignIn("li", passwords[i]).ok()) << results[i];
  }
}

TEST_F(ChangePassword, ClosesThePersonsOpenInvites) {
  const auto own = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Advance(1);
  const auto kept = milkway_.Invite("li");
  v1::ChangePasswordRequest request;
  request.set_request_id(NewRequestId());
  request.set_old_password(kPassword);
  request.set_new_password(kOtherPassword);
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::ChangePassword, request, own.access_token()),
              IsOk());

  EXPECT_THAT(milkway_.Accept(kept->invite_token(), kPassword), IsRefusal("INVITE_REVOKED"));
}

}  // namespace
}  // namespace milkway::accounts
