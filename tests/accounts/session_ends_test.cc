// How sessions go on, and what ends them, over gRPC.

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
using ::milkway::testing::kPassword;
using ::milkway::testing::NewRequestId;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class SessionEnds : public ::testing::Test {
 protected:
  absl::Status Disable(const std::string& person_id, const std::string& caller = "admin:root") {
    v1::DisablePersonRequest request;
    request.set_request_id(NewRequestId());
    request.set_person_id(person_id);
    return milkway_.Call(&v1::AccountService::Stub::DisablePerson, request, caller).status();
  }
  absl::Status Revoke(const std::string& session_id, const std::string& caller) {
    v1::RevokeSessionRequest request;
    request.set_request_id(NewRequestId());
    request.set_session_id(session_id);
    return milkway_.Call(&v1::SessionService::Stub::RevokeSession, request, caller).status();
  }
  absl::StatusOr<v1::ListSessionsResponse> List(const std::string& person_id,
                                                const std::string& caller) {
    v1::ListSessionsRequest request;
    request.set_person_id(person_id);
    return milkway_.Call(&v1::SessionService::Stub::ListSessions, request, caller);
  }

  AccountsSystem milkway_;
};

TEST_F(SessionEnds, RefreshGoesOnAndReuseEndsTheSession) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const auto next = milkway_.Refresh(tokens.refresh_token());
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(next->session_id(), tokens.session_id());
  EXPECT_THAT(milkway_.WhoAmI(next->access_token()), IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("REFRESH_TOKEN_REUSED"));
  EXPECT_THAT(milkway_.Refresh(next->refresh_token()), IsRefusal("SESSION_ENDED"));
  // Here at once; elsewhere when they ask next.
  EXPECT_THAT(milkway_.WhoAmI(next->access_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(milkway_.trust().Identify(next->access_token(), AccountsSystem::kStartUs), IsOk());
  milkway_.UpdateTrust();
  EXPECT_THAT(milkway_.trust().Identify(next->access_token(), AccountsSystem::kStartUs),
              IsRefusal("SESSION_ENDED"));
}

TEST_F(SessionEnds, ALostAnswerOfARefreshIsToldAgain) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const auto lost = milkway_.Refresh(tokens.refresh_token(), request_id);
  milkway_.Advance(600 * AccountsSystem::kSecondUs);
  const auto told = milkway_.Refresh(tokens.refresh_token(), request_id);

  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->refresh_token(), lost->refresh_token());
  EXPECT_THAT(milkway_.Refresh(told->refresh_token()), IsOk());
}

// Two of a kind at once: whatever the order, nobody is left with two good tokens.
TEST_F(SessionEnds, ACrowdThatUsesOneRefreshTokenLosesIt) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  std::vector<std::thread> threads;
  std::vector<absl::StatusOr<v1::SessionTokens>> results(10, absl::UnknownError(""));
  for (auto& result : results) {
    threads.emplace_back([&] { result = milkway_.Refresh(tokens.refresh_token()); });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> told;
  for (const auto& result : results) {
    if (result.ok()) told.push_back(result->refresh_token());
  }

  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(milkway_.Refresh(told[0]), IsRefusal("SESSION_ENDED"));
}

TEST_F(SessionEnds, RefreshTokensOfAnotherServerAreRefused) {
  AccountsSystem other;
  const auto tokens = other.Admit("li", common::v1::ROLE_PROCUREMENT);

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(milkway_.Refresh("nonsense"), IsRefusal("REFRESH_TOKEN_REFUSED"));
  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsRefusal("TOKEN_INVALID"));
}

TEST_F(SessionEnds, SignOutEndsTheSession) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const auto elsewhere = milkway_.SignIn("li", kPassword);
  v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::SignOut, request, tokens.access_token()),
              IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(milkway_.WhoAmI(elsewhere->access_token()), IsOk());
}

TEST_F(SessionEnds, WhoDidNotSignInHereHasNothingToSignOutOf) {
  v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  EXPECT_THAT(milkway_.Call(&v1::SignInService::Stub::SignOut, request, "admin:root"),
              IsRefusal("NOT_SIGNED_IN"));
}

TEST_F(SessionEnds, ALostPhoneIsRevokedByItsOwnerAndByAnAdmin) {
  const auto phone = milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"});
  const auto desk = milkway_.SignIn("wang", kPassword);
  const auto other = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);

  EXPECT_THAT(Revoke(phone.session_id(), other.access_token()), IsRefusal("SESSION_UNKNOWN"));
  EXPECT_EQ(Revoke(phone.session_id(), other.access_token()).code(),
            Revoke(NewRequestId(), other.access_token()).code());
  EXPECT_THAT(Revoke(phone.session_id(), desk->access_token()), IsOk());
  EXPECT_THAT(milkway_.Refresh(phone.refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(Revoke(desk->session_id(), "admin:root"), IsOk());
  EXPECT_THAT(milkway_.Refresh(desk->refresh_token()), IsRefusal("SESSION_ENDED"));
}

TEST_F(SessionEnds, SessionsAreListedForTheirOwnerAndForAdmins) {
  const auto phone = milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"});
  const auto desk = milkway_.SignIn("wang", kPassword);
  const auto other = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);

  const auto own = List("", desk->access_token());
  ASSERT_THAT(own, IsOk());
  ASSERT_THAT(own->sessions(), SizeIs(2));
  for (const auto& session : own->sessions()) {
    EXPECT_EQ(session.is_own(), session.session_id() == desk->session_id());
    EXPECT_EQ(session.last_address(), "127.0.0.1");
    EXPECT_EQ(session.expires_us(), AccountsSystem::kStartUs + 180 * AccountsSystem::kDayUs);
  }
  EXPECT_THAT(List("wang", "admin:root")->sessions(), SizeIs(2));
  EXPECT_THAT(List("wang", other.access_token()), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(List("nobody", other.access_token()), StatusIs(absl::StatusCode::kPermissionDenied));
  // Somebody of the development header who has the same id.
  EXPECT_THAT(List("wang", "school_contact:wang:school-1"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(SessionEnds, ADisabledPersonIsOutAtOnce) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(Disable("li"), IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("SESSION_ENDED"));
  milkway_.UpdateTrust();
  EXPECT_THAT(milkway_.trust().Identify(tokens.access_token(), AccountsSystem::kStartUs),
              IsRefusal("SESSION_ENDED"));
}

TEST_F(SessionEnds, AnAdminWhoWasDisabledDisablesNobody) {
  const auto root = milkway_.Admit("root", common::v1::ROLE_ADMIN);
  const auto second = milkway_.Admit("second", common::v1::ROLE_ADMIN);
  ASSERT_THAT(Disable("second", root.access_token()), IsOk());

  // The token is good for whoever has not asked yet, but not here.
  EXPECT_THAT(Disable("root", second.access_token()), IsRefusal("SESSION_ENDED"));
}

TEST_F(SessionEnds, WhoLosesASchoolLosesItAtOnceAndKeepsTheRest) {
  const auto tokens =
      milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1", "school-2"});
  v1::Person wang = tokens.person();
  wang.clear_scopes();
  wang.add_scopes("school-2");
  ASSERT_THAT(milkway_.Update(wang), IsOk());
  milkway_.UpdateTrust();

  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsRefusal("SESSION_ENDED"));
  const auto next = milkway_.Refresh(tokens.refresh_token());
  ASSERT_THAT(next, IsOk());
  const auto who = milkway_.WhoAmI(next->access_token());
  ASSERT_THAT(who, IsOk());
  EXPECT_THAT(who->scopes(), ElementsAre("school-2"));
  EXPECT_EQ(who->session_id(), tokens.session_id());
}

TEST_F(SessionEnds, WhoGetsAnotherRoleSignsInAgain) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::Person li = tokens.person();
  li.set_role(common::v1::ROLE_AUDITOR);
  ASSERT_THAT(milkway_.Update(li), IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_EQ(milkway_.SignIn("li", kPassword)->person().role(), common::v1::ROLE_AUDITOR);
}

TEST_F(SessionEnds, SessionsOutliveARestart) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Restart();
  milkway_.UpdateTrust();

  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsOk());
  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsOk());
}

}  // namespace
}  // namespace milkway::accounts
