// Signing in, over gRPC: who is let in, and who is slowed.

#include <string>

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
using ::milkway::testing::NewRequestId;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class SignIn : public ::testing::Test {
 protected:
  absl::Status Disable(const std::string& person_id, const std::string& caller = "admin:root") {
    v1::DisablePersonRequest request;
    request.set_request_id(NewRequestId());
    request.set_person_id(person_id);
    return milkway_.Call(&v1::AccountService::Stub::DisablePerson, request, caller).status();
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

TEST_F(SignIn, RepeatedAfterItsSessionEndedBeginsNone) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const auto tokens = milkway_.SignIn("li", kPassword, "", "", request_id);
  v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::SignOut, request, tokens->access_token()),
              IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(SignIn, ARequestIdIsNoWayIntoTheSessionOfAnother) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Admit("wang", common::v1::ROLE_PROCUREMENT, {}, kOtherPassword);
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsOk());

  EXPECT_THAT(milkway_.SignIn("wang", kOtherPassword, "", "", request_id),
              IsRefusal("REQUEST_ID_REUSED"));
}

// What tells a wrong password from a right one costs an attempt, whatever id it comes under.
TEST_F(SignIn, ARequestIdIsNoWayToGuessPasswordsFaster) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsOk());
  int guesses = 0;
  while (
      runtime::PartsOf(milkway_.SignIn("li", kOtherPassword, "", "", request_id).status()).reason ==
      "SIGN_IN_REFUSED") {
    ASSERT_LT(++guesses, 100);
  }
  EXPECT_EQ(guesses, 6);
}

TEST_F(SignIn, AnIdOfAnotherRequestBeginsNoSession) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const auto invite = milkway_.Invite("li");
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.Accept(invite->invite_token(), kPassword, request_id), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsRefusal("REQUEST_ID_REUSED"));
  const auto other = milkway_.Invite("li");
  EXPECT_THAT(milkway_.Accept(other->invite_token(), kPassword, request_id),
              IsRefusal("REQUEST_ID_REUSED"));
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

// Each gives a device token, which has attempts of its own: a person who signs in again and
// again would keep the machine busy for nothing.
TEST_F(SignIn, WhoSignsInAgainAndAgainIsSlowed) {
  const auto donor = milkway_.Admit("mallory", common::v1::ROLE_DONOR, {"D-1"});
  const auto li = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  absl::Status status;
  int count = 0;
  while (status = milkway_.SignIn("mallory", kPassword).status(), status.ok()) {
    ASSERT_LT(++count, 1'000);
  }
  EXPECT_EQ(count, 60);
  EXPECT_THAT(status, IsRefusal("TOO_MANY_ATTEMPTS"));
  count = 0;
  while (status = milkway_.SignIn("mallory", kPassword, "", donor.device_token()).status(),
         status.ok()) {
    ASSERT_LT(++count, 1'000);
  }
  EXPECT_EQ(count, 60) << "all devices that are known share the other sixty";
  EXPECT_THAT(milkway_.SignIn("li", kPassword, "", li.device_token()), IsOk());
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

}  // namespace
}  // namespace milkway::accounts
