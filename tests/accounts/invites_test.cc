// Invites, over gRPC: who may make them, and that each lets one in.

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
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
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAdmin[] = "admin:root";
constexpr char kBuyer[] = "procurement:li";

class Invites : public ::testing::Test {
 protected:
  // For somebody new.
  static v1::CreateInviteRequest ForNew(const std::string& person_id, common::v1::Role role,
                                        const std::vector<std::string>& scopes = {}) {
    v1::CreateInviteRequest request;
    request.set_request_id(NewRequestId());
    request.mutable_person()->set_person_id(person_id);
    request.mutable_person()->set_role(role);
    for (const std::string& scope : scopes) request.mutable_person()->add_scopes(scope);
    return request;
  }
  absl::StatusOr<v1::CreateInviteResponse> Create(const v1::CreateInviteRequest& request,
                                                  const std::string& caller = kAdmin) {
    return milkway_.Call(&v1::InviteService::Stub::CreateInvite, request, caller);
  }
  absl::StatusOr<v1::OpenInviteResponse> Open(const std::string& token) {
    v1::OpenInviteRequest request;
    request.set_invite_token(token);
    return milkway_.Call(&v1::SignInService::Stub::OpenInvite, request, "");
  }
  absl::Status Revoke(int64_t invite_id, const std::string& caller = kAdmin) {
    v1::RevokeInviteRequest request;
    request.set_request_id(NewRequestId());
    request.set_invite_id(invite_id);
    return milkway_.Call(&v1::InviteService::Stub::RevokeInvite, request, caller).status();
  }
  std::vector<v1::Invite> List(const std::string& caller,
                               v1::InviteState state = v1::INVITE_STATE_UNSPECIFIED) {
    v1::ListInvitesRequest request;
    request.set_state(state);
    const auto page = milkway_.Call(&v1::InviteService::Stub::ListInvites, request, caller);
    if (!page.ok()) return {};
    return {page->invites().begin(), page->invites().end()};
  }
  absl::StatusOr<v1::Person> Get(const std::string& person_id) {
    v1::GetPersonRequest request;
    request.set_person_id(person_id);
    const auto response = milkway_.Call(&v1::AccountService::Stub::GetPerson, request, kAdmin);
    if (!response.ok()) return response.status();
    return response->person();
  }

  AccountsSystem milkway_;
};

TEST_F(Invites, LetANewSchoolContactInOnAPhoneWithoutAPassword) {
  const auto invite = Create(ForNew("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"}));
  ASSERT_THAT(invite, IsOk());
  EXPECT_THAT(Get("wang"), IsRefusal("PERSON_UNKNOWN"));
  const auto open = Open(invite->invite_token());
  ASSERT_THAT(open, IsOk());
  EXPECT_FALSE(open->needs_password());

  const auto tokens = milkway_.Accept(invite->invite_token());

  ASSERT_THAT(tokens, IsOk());
  EXPECT_EQ(tokens->session_expires_us(), AccountsSystem::kStartUs + 180 * AccountsSystem::kDayUs);
  EXPECT_EQ(milkway_.WhoAmI(tokens->access_token())->caller_id(), "wang");
  EXPECT_THAT(Get("wang"), IsOk());
  EXPECT_THAT(milkway_.SignIn("wang", kPassword), IsRefusal("SIGN_IN_REFUSED"));
}

TEST_F(Invites, AreGoodOnce) {
  const auto invite = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  ASSERT_THAT(milkway_.Accept(invite->invite_token()), IsOk());

  EXPECT_THAT(milkway_.Accept(invite->invite_token()), IsRefusal("INVITE_USED"));
  EXPECT_THAT(Open(invite->invite_token()), IsRefusal("INVITE_USED"));
}

TEST_F(Invites, OfAHundredWhoClaimOneExactlyOneWins) {
  const auto invite = Create(ForNew("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"}));
  std::vector<std::thread> threads;
  std::vector<absl::StatusOr<v1::SessionTokens>> results(100, absl::UnknownError(""));
  for (auto& result : results) {
    threads.emplace_back([&] { result = milkway_.Accept(invite->invite_token()); });
  }
  for (std::thread& thread : threads) thread.join();

  int won = 0;
  for (const auto& result : results) {
    if (result.ok()) {
      ++won;
      EXPECT_THAT(milkway_.Refresh(result->refresh_token()), IsOk());
    } else {
      const std::string reason = runtime::PartsOf(result.status()).reason;
      EXPECT_TRUE(reason == "INVITE_USED" || reason == "TOO_MANY_ATTEMPTS") << result.status();
    }
  }
  EXPECT_EQ(won, 1);
}

TEST_F(Invites, WhoDidNotHearTheAnswerMayAskAgain) {
  const auto invite = Create(ForNew("li", common::v1::ROLE_PROCUREMENT));
  const std::string request_id = NewRequestId();
  const auto lost = milkway_.Accept(invite->invite_token(), kPassword, request_id);
  milkway_.Advance(599 * AccountsSystem::kSecondUs);
  const auto told = milkway_.Accept(invite->invite_token(), kPassword, request_id);

  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->refresh_token(), lost->refresh_token());
  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kPassword), IsRefusal("INVITE_USED"));
  EXPECT_THAT(milkway_.Refresh(told->refresh_token()), IsOk());
  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kPassword, request_id),
              IsRefusal("INVITE_USED"));
}

TEST_F(Invites, TheSameRequestTellsTheSameTokenToTheSameCaller) {
  const v1::CreateInviteRequest request = ForNew("wang", common::v1::ROLE_DONOR, {"D-1"});
  const auto first = Create(request);
  const auto again = Create(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->invite_token(), first->invite_token());
  EXPECT_EQ(again->invite().invite_id(), first->invite().invite_id());
  EXPECT_THAT(Create(request, "admin:other"), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(first->invite_token(), SizeIs(43));
}

TEST_F(Invites, ExpireAfterAWeekOrAsStated) {
  const auto week = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  v1::CreateInviteRequest short_one = ForNew("zhou", common::v1::ROLE_DONOR, {"D-2"});
  short_one.set_life_hours(1);
  const auto hour = Create(short_one);
  milkway_.Advance(3'600 * AccountsSystem::kSecondUs);

  EXPECT_THAT(milkway_.Accept(hour->invite_token()), IsRefusal("INVITE_EXPIRED"));
  milkway_.Advance(7 * AccountsSystem::kDayUs - 3'600 * AccountsSystem::kSecondUs - 1);
  EXPECT_THAT(Open(week->invite_token()), IsOk());
  milkway_.Advance(1);
  EXPECT_THAT(milkway_.Accept(week->invite_token()), IsRefusal("INVITE_EXPIRED"));
  EXPECT_THAT(Get("wang"), IsRefusal("PERSON_UNKNOWN"));
}

TEST_F(Invites, ThatAreRevokedLetNobodyIn) {
  const auto invite = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  ASSERT_THAT(Revoke(invite->invite().invite_id()), IsOk());

  EXPECT_THAT(milkway_.Accept(invite->invite_token()), IsRefusal("INVITE_REVOKED"));
  EXPECT_THAT(List(kAdmin, v1::INVITE_STATE_OPEN), IsEmpty());
  EXPECT_THAT(List(kAdmin, v1::INVITE_STATE_REVOKED), SizeIs(1));
}

TEST_F(Invites, StaffSetAPasswordThatIsNoBadOne) {
  const auto invite = Create(ForNew("li", common::v1::ROLE_WAREHOUSE, {"depot"}));

  EXPECT_THAT(milkway_.Accept(invite->invite_token()), NamesField("password"));
  EXPECT_THAT(milkway_.Accept(invite->invite_token(), "password123"), NamesField("password"));
  ASSERT_THAT(milkway_.Accept(invite->invite_token(), kPassword), IsOk());
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());
}

TEST_F(Invites, ARepeatWithAnotherPasswordIsNoRepeat) {
  ASSERT_THAT(milkway_.AddPerson("li", common::v1::ROLE_PROCUREMENT), IsOk());
  const auto invite = milkway_.Invite("li");
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.Accept(invite->invite_token(), kPassword, request_id), IsOk());

  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kOtherPassword, request_id),
              IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kPassword, request_id), IsOk());
}

TEST_F(Invites, AnInviteReplacesALostPassword) {
  const auto before = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Advance(1);
  const auto invite = milkway_.Invite("li");
  ASSERT_THAT(milkway_.Accept(invite->invite_token(), kOtherPassword), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("SIGN_IN_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword), IsOk());
  EXPECT_THAT(milkway_.Refresh(before.refresh_token()), IsRefusal("SESSION_ENDED"));
}

// Whoever kept a link of before does not set the password once more.
TEST_F(Invites, ANewPasswordClosesThePersonsOtherInvites) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  milkway_.Advance(1);
  const auto kept = milkway_.Invite("li");
  const auto used = milkway_.Invite("li");
  ASSERT_THAT(milkway_.Accept(used->invite_token(), kOtherPassword), IsOk());

  EXPECT_THAT(milkway_.Accept(kept->invite_token(), kPassword), IsRefusal("INVITE_REVOKED"));
  EXPECT_THAT(Open(used->invite_token()), IsRefusal("INVITE_USED"));
  milkway_.Advance(1);
  EXPECT_THAT(milkway_.Accept(milkway_.Invite("li")->invite_token(), kPassword), IsOk());
}

TEST_F(Invites, AClockThatIsSetBackReopensNone) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const auto kept = milkway_.Invite("li");
  milkway_.Advance(-60 * AccountsSystem::kSecondUs);
  const auto used = milkway_.Invite("li");
  ASSERT_THAT(milkway_.Accept(used->invite_token(), kOtherPassword), IsOk());

  EXPECT_THAT(milkway_.Accept(kept->invite_token(), kPassword), IsRefusal("INVITE_REVOKED"));
  EXPECT_THAT(milkway_.Accept(milkway_.Invite("li")->invite_token(), kPassword), IsOk())
      << "made since, though in the same moment";
}

TEST_F(Invites, ASecondPhoneLeavesTheFirstSignedIn) {
  const auto first = milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"}, "");
  const auto second = milkway_.Accept(milkway_.Invite("wang")->invite_token());

  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->session_id(), first.session_id());
  EXPECT_THAT(milkway_.Refresh(first.refresh_token()), IsOk());
}

TEST_F(Invites, ProcurementInvitesDonorsOnly) {
  ASSERT_THAT(milkway_.AddPerson("boss", common::v1::ROLE_ADMIN), IsOk());
  ASSERT_THAT(milkway_.AddPerson("zhou", common::v1::ROLE_DONOR, {"D-1"}), IsOk());

  EXPECT_THAT(Create(ForNew("li", common::v1::ROLE_ADMIN), kBuyer),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Invite("zhou", kBuyer), IsOk());
  // Somebody whom they may not invite is like nobody.
  const absl::Status boss = milkway_.Invite("boss", kBuyer).status();
  EXPECT_THAT(boss, IsRefusal("PERSON_UNKNOWN"));
  EXPECT_THAT(milkway_.Invite("nobody", kBuyer), IsRefusal("PERSON_UNKNOWN"));
}

// School contacts read the names of their children, which procurement must not.
TEST_F(Invites, ProcurementDoesNotMakeItselfAContactOfASchool) {
  ASSERT_THAT(milkway_.AddPerson("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"}), IsOk());

  EXPECT_THAT(Create(ForNew("li2", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"}), kBuyer),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Invite("wang", kBuyer), IsRefusal("PERSON_UNKNOWN"));
}

TEST_F(Invites, ProcurementSeesAndRevokesTheInvitesItMayMake) {
  const auto staff = Create(ForNew("boss", common::v1::ROLE_ADMIN));
  const auto donor = Create(ForNew("zhou", common::v1::ROLE_DONOR, {"D-1"}));

  EXPECT_THAT(List(kAdmin), SizeIs(2));
  EXPECT_THAT(List(kBuyer), SizeIs(1));
  EXPECT_THAT(Revoke(staff->invite().invite_id(), kBuyer), IsRefusal("INVITE_UNKNOWN"));
  EXPECT_THAT(Revoke(donor->invite().invite_id(), kBuyer), IsOk());
}

// Procurement invited a donor; it must not have invited an admin by that.
TEST_F(Invites, AnInviteOpensNoOtherRoleThanItWasMadeFor) {
  const auto zhou = milkway_.AddPerson("zhou", common::v1::ROLE_DONOR, {"D-1"});
  const auto invite = milkway_.Invite("zhou", kBuyer);
  v1::UpdatePersonRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_person() = *zhou;
  request.mutable_person()->set_role(common::v1::ROLE_ADMIN);
  request.mutable_person()->clear_scopes();
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::UpdatePerson, request, kAdmin), IsOk());

  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kPassword), IsRefusal("INVITE_REVOKED"));
  EXPECT_THAT(List(kAdmin, v1::INVITE_STATE_OPEN), IsEmpty());
}

TEST_F(Invites, OneOfTwoForTheSameNewPersonWins) {
  const auto first = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  const auto second = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  ASSERT_THAT(milkway_.Accept(first->invite_token()), IsOk());

  EXPECT_THAT(milkway_.Accept(second->invite_token()), IsRefusal("PERSON_EXISTS"));
}

TEST_F(Invites, ADisabledPersonCannotBeInvitedNorAccept) {
  milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"});
  const auto invite = milkway_.Invite("wang");
  v1::DisablePersonRequest request;
  request.set_request_id(NewRequestId());
  request.set_person_id("wang");
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::DisablePerson, request, kAdmin), IsOk());

  EXPECT_THAT(milkway_.Accept(invite->invite_token()), IsRefusal("INVITE_REVOKED"));
  EXPECT_THAT(milkway_.Invite("wang"), IsRefusal("PERSON_DISABLED"));

  // Whoever has the link does not come back with the person.
  v1::EnablePersonRequest enable;
  enable.set_request_id(NewRequestId());
  enable.set_person_id("wang");
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::EnablePerson, enable, kAdmin), IsOk());
  EXPECT_THAT(milkway_.Accept(invite->invite_token()), IsRefusal("INVITE_REVOKED"));
  milkway_.Advance(1);
  EXPECT_THAT(milkway_.Accept(milkway_.Invite("wang")->invite_token()), IsOk());
}

TEST_F(Invites, WhoTriesTokensIsSlowedAndWhoHasOneIsNot) {
  const auto invite = Create(ForNew("wang", common::v1::ROLE_DONOR, {"D-1"}));
  absl::Status status;
  int tries = 0;
  while (status = milkway_.Accept("a token that is none").status(),
         runtime::PartsOf(status).reason == "INVITE_UNKNOWN") {
    ASSERT_LT(++tries, 200);
  }
  EXPECT_THAT(status, IsRefusal("TOO_MANY_ATTEMPTS"));
  EXPECT_EQ(tries, 30);

  EXPECT_THAT(milkway_.Accept(invite->invite_token()), IsOk());
}

}  // namespace
}  // namespace milkway::accounts
