// Signing in, going on and signing out, over gRPC.

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "services/runtime/tokens/strict_jwt.h"
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
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SignIn : public ::testing::Test {
 protected:
  absl::StatusOr<v1::Person> Update(v1::Person person) {
    v1::UpdatePersonRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_person() = std::move(person);
    const auto response =
        milkway_.Call(&v1::AccountService::Stub::UpdatePerson, request, "admin:root");
    if (!response.ok()) return response.status();
    return response->person();
  }
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

TEST_F(SignIn, WithNameAndPasswordGivesTokens) {
  milkway_.Admit("li", common::v1::ROLE_WAREHOUSE, {"depot-b", "depot-a"});
  const auto tokens = milkway_.SignIn("LI", kPassword);

  ASSERT_THAT(tokens, IsOk());
  EXPECT_EQ(tokens->access_expires_us(),
            AccountsSystem::kStartUs + 600 * AccountsSystem::kSecondUs);
  const auto who = milkway_.WhoAmI(tokens->access_token());
  ASSERT_THAT(who, IsOk());
  EXPECT_EQ(who->caller_id(), "li");
  EXPECT_EQ(who->role(), common::v1::ROLE_WAREHOUSE);
  EXPECT_THAT(who->scopes(), ElementsAre("depot-a", "depot-b"));
  EXPECT_EQ(who->session_id(), tokens->session_id());
  EXPECT_TRUE(who->person().has_password());
}

// RFC 9068 on RFC 7519: what other programs may rely on.
TEST_F(SignIn, AccessTokensHaveTheShapeOfTheRfc) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_WAREHOUSE, {"depot-a"});
  const auto jwt = runtime::StrictJwt::Parse(tokens.access_token());

  ASSERT_THAT(jwt, IsOk());
  EXPECT_EQ(jwt->alg(), "ES256");
  EXPECT_EQ(jwt->typ(), "at+jwt");
  const auto keys = milkway_.Call(&v1::TrustService::Stub::GetJwks, v1::GetJwksRequest(), "");
  ASSERT_THAT(keys, IsOk());
  ASSERT_THAT(keys->keys(), SizeIs(1));
  EXPECT_EQ(jwt->kid(), keys->keys(0).kid());
  EXPECT_THAT(jwt->CheckSignature("ES256", keys->keys(0).pem()), IsOk());
  EXPECT_EQ(nlohmann::json::parse(keys->jwks_json()).at("keys").at(0).at("kid"), jwt->kid());
  EXPECT_EQ(jwt->Text("iss"), "milkway");
  EXPECT_EQ(jwt->Text("aud"), "milkway");
  EXPECT_EQ(jwt->Text("sub"), "li");
  EXPECT_EQ(jwt->Text("sid"), tokens.session_id());
  EXPECT_EQ(*jwt->Seconds("exp") - *jwt->Seconds("iat"), 600);
  EXPECT_TRUE(jwt->Text("jti").has_value());
}

TEST_F(SignIn, SaysTheSameOfWrongPasswordsAndUnknownNames) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(milkway_.AddPerson("wang", common::v1::ROLE_PROCUREMENT), IsOk());
  milkway_.Admit("zhou", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(Disable("zhou"), IsOk());
  const int64_t before = milkway_.HashCount();

  const absl::Status wrong = milkway_.SignIn("li", kOtherPassword).status();
  const absl::Status without = milkway_.SignIn("wang", kPassword).status();
  const absl::Status unknown = milkway_.SignIn("nobody", kPassword).status();
  const absl::Status no_name = milkway_.SignIn("drop table;", kPassword).status();
  const absl::Status disabled = milkway_.SignIn("zhou", kOtherPassword).status();

  EXPECT_THAT(wrong, IsRefusal("SIGN_IN_REFUSED"));
  for (const absl::Status& other : {without, unknown, no_name, disabled}) EXPECT_EQ(other, wrong);
  EXPECT_EQ(milkway_.HashCount() - before, 5) << "one hash each: they take the same time";
}

TEST_F(SignIn, OfADisabledPersonIsRefusedOnceThePasswordWasRight) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(Disable("li"), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("PERSON_DISABLED"));
}

TEST_F(SignIn, RepeatedTellsOfTheSameSession) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const auto first = milkway_.SignIn("li", kPassword, "", "", request_id);
  milkway_.Advance(59 * AccountsSystem::kSecondUs);
  const auto again = milkway_.SignIn("li", kPassword, "", "", request_id);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->session_id(), first->session_id());
  EXPECT_EQ(again->refresh_token(), first->refresh_token());
  milkway_.Advance(2 * AccountsSystem::kSecondUs);
  EXPECT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword, "", "", request_id),
              IsRefusal("SIGN_IN_REFUSED"));
}

TEST_F(SignIn, ARequestIdIsNoWayIntoTheSessionOfAnother) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Admit("wang", common::v1::ROLE_PROCUREMENT, {}, kOtherPassword);
  const std::string request_id = NewRequestId();
  const auto lis = milkway_.SignIn("li", kPassword, "", "", request_id);
  const auto wangs = milkway_.SignIn("wang", kOtherPassword, "", "", request_id);

  ASSERT_THAT(wangs, IsOk());
  EXPECT_NE(wangs->session_id(), lis->session_id());
  EXPECT_EQ(wangs->person().person_id(), "wang");
}

TEST_F(SignIn, RefreshGoesOnAndReuseEndsTheSession) {
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

TEST_F(SignIn, ALostAnswerOfARefreshIsToldAgain) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const auto lost = milkway_.Refresh(tokens.refresh_token(), request_id);
  const auto told = milkway_.Refresh(tokens.refresh_token(), request_id);

  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->refresh_token(), lost->refresh_token());
  EXPECT_THAT(milkway_.Refresh(told->refresh_token()), IsOk());
}

// Two of a kind at once: whatever the order, nobody is left with two good tokens.
TEST_F(SignIn, ACrowdThatUsesOneRefreshTokenLosesIt) {
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

TEST_F(SignIn, RefreshTokensOfAnotherServerAreRefused) {
  AccountsSystem other;
  const auto tokens = other.Admit("li", common::v1::ROLE_PROCUREMENT);

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(milkway_.Refresh("nonsense"), IsRefusal("REFRESH_TOKEN_REFUSED"));
  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsRefusal("TOKEN_INVALID"));
}

TEST_F(SignIn, SignOutEndsTheSession) {
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

TEST_F(SignIn, ALostPhoneIsRevokedByItsOwnerAndByAnAdmin) {
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

TEST_F(SignIn, SessionsAreListedForTheirOwnerAndForAdmins) {
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

TEST_F(SignIn, ADisabledPersonIsOutAtOnce) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(Disable("li"), IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("SESSION_ENDED"));
  milkway_.UpdateTrust();
  EXPECT_THAT(milkway_.trust().Identify(tokens.access_token(), AccountsSystem::kStartUs),
              IsRefusal("SESSION_ENDED"));
}

TEST_F(SignIn, AnAdminWhoWasDisabledDisablesNobody) {
  const auto root = milkway_.Admit("root", common::v1::ROLE_ADMIN);
  const auto second = milkway_.Admit("second", common::v1::ROLE_ADMIN);
  ASSERT_THAT(Disable("second", root.access_token()), IsOk());

  // The token is good for whoever has not asked yet, but not here.
  EXPECT_THAT(Disable("root", second.access_token()), IsRefusal("SESSION_ENDED"));
}

TEST_F(SignIn, WhoLosesASchoolLosesItAtOnceAndKeepsTheRest) {
  const auto tokens =
      milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1", "school-2"});
  v1::Person wang = tokens.person();
  wang.clear_scopes();
  wang.add_scopes("school-2");
  ASSERT_THAT(Update(wang), IsOk());
  milkway_.UpdateTrust();

  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsRefusal("SESSION_ENDED"));
  const auto next = milkway_.Refresh(tokens.refresh_token());
  ASSERT_THAT(next, IsOk());
  const auto who = milkway_.WhoAmI(next->access_token());
  ASSERT_THAT(who, IsOk());
  EXPECT_THAT(who->scopes(), ElementsAre("school-2"));
  EXPECT_EQ(who->session_id(), tokens.session_id());
}

TEST_F(SignIn, WhoGetsAnotherRoleSignsInAgain) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::Person li = tokens.person();
  li.set_role(common::v1::ROLE_AUDITOR);
  ASSERT_THAT(Update(li), IsOk());

  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_EQ(milkway_.SignIn("li", kPassword)->person().role(), common::v1::ROLE_AUDITOR);
}

TEST_F(SignIn, ANewPasswordEndsTheOtherSessions) {
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

TEST_F(SignIn, AGuesserIsSlowedAndAKnownDeviceIsNot) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  absl::Status status;
  int guesses = 0;
  while (status = milkway_.SignIn("li", kOtherPassword).status(),
         runtime::PartsOf(status).reason == "SIGN_IN_REFUSED") {
    ASSERT_LT(++guesses, 100);
  }
  EXPECT_EQ(guesses, 6);
  EXPECT_THAT(status, IsRefusal("TOO_MANY_ATTEMPTS"));

  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("TOO_MANY_ATTEMPTS"));
  const auto known = milkway_.SignIn("li", kPassword, "", tokens.device_token());
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->device_token(), tokens.device_token());
  milkway_.Advance(60 * AccountsSystem::kSecondUs);
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());
}

TEST_F(SignIn, ADeviceTokenIsGoodForItsPersonOnly) {
  const auto attacker = milkway_.Admit("mallory", common::v1::ROLE_DONOR, {"D-1"});
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  int guesses = 0;
  while (
      runtime::PartsOf(milkway_.SignIn("li", kOtherPassword, "", attacker.device_token()).status())
          .reason == "SIGN_IN_REFUSED") {
    ASSERT_LT(++guesses, 100);
  }
  EXPECT_EQ(guesses, 6) << "as of a device that nobody knows";
}

TEST_F(SignIn, SessionsOutliveARestart) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Restart();
  milkway_.UpdateTrust();

  EXPECT_THAT(milkway_.WhoAmI(tokens.access_token()), IsOk());
  EXPECT_THAT(milkway_.Refresh(tokens.refresh_token()), IsOk());
}

TEST_F(SignIn, WhoDidNotSignInHereHasNothingToSignOutOf) {
  v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  EXPECT_THAT(milkway_.Call(&v1::SignInService::Stub::SignOut, request, "admin:root"),
              IsRefusal("NOT_SIGNED_IN"));
}

TEST_F(SignIn, AuditorsSeeWhoMayDoWhatButNoNames) {
  const auto li = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::Person person = li.person();
  person.set_display_name("李小明");
  ASSERT_THAT(Update(person), IsOk());
  const auto seen = [&](const std::string& caller) {
    return milkway_.Call(&v1::AccountService::Stub::ListPeople, v1::ListPeopleRequest(), caller);
  };

  ASSERT_THAT(seen("auditor:gao")->people(), SizeIs(1));
  EXPECT_EQ(seen("auditor:gao")->people(0).role(), common::v1::ROLE_PROCUREMENT);
  EXPECT_THAT(seen("auditor:gao")->people(0).display_name(), IsEmpty());
  EXPECT_THAT(seen("auditor:gao")->people(0).sign_in_name(), IsEmpty());
  EXPECT_EQ(seen("admin:root")->people(0).display_name(), "李小明");
  EXPECT_THAT(seen(li.access_token()), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(SignIn, PeopleAreFoundByRoleOrganisationAndScope) {
  ASSERT_THAT(milkway_.AddPerson("a", common::v1::ROLE_SCHOOL_CONTACT, {"s-1"}), IsOk());
  ASSERT_THAT(milkway_.AddPerson("b", common::v1::ROLE_SCHOOL_CONTACT, {"s-1", "s-2"}), IsOk());
  ASSERT_THAT(milkway_.AddPerson("c", common::v1::ROLE_AUDITOR), IsOk());
  v1::ListPeopleRequest request;
  request.set_role(common::v1::ROLE_SCHOOL_CONTACT);
  request.set_scope("s-2");
  const auto found = milkway_.Call(&v1::AccountService::Stub::ListPeople, request, "admin:root");

  ASSERT_THAT(found->people(), SizeIs(1));
  EXPECT_EQ(found->people(0).person_id(), "b");
}

TEST_F(SignIn, WrongPeopleAreRefusedByTheirField) {
  EXPECT_THAT(milkway_.AddPerson("li", common::v1::ROLE_SERVICE), NamesField("person.role"));
  EXPECT_THAT(milkway_.AddPerson("li", common::v1::ROLE_ADMIN, {"s-1"}),
              NamesField("person.scopes"));
  EXPECT_THAT(milkway_.AddPerson("li", common::v1::ROLE_DONOR), NamesField("person.scopes"));
  EXPECT_THAT(milkway_.AddPerson("li", common::v1::ROLE_DONOR, {"D 1"}),
              NamesField("person.scopes[0]"));
  EXPECT_THAT(milkway_.AddPerson("李", common::v1::ROLE_AUDITOR), NamesField("person.person_id"));
}

}  // namespace
}  // namespace milkway::accounts
