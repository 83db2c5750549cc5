// The first admin, over gRPC: made once, on the server's machine, by who can read its files.

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/set_up_code.h"
#include "services/accounts/totp.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::AccountsSystem;
using ::milkway::testing::FromBase32;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::kOtherPassword;
using ::milkway::testing::kPassword;
using ::milkway::testing::NamesField;
using ::milkway::testing::NewRequestId;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FirstAdmin : public ::testing::Test {
 protected:
  static v1::SetUpRequest Request(const std::string& code, const std::string& password) {
    v1::SetUpRequest request;
    request.set_request_id(NewRequestId());
    request.set_setup_code(code);
    request.set_person_id("root");
    request.set_password(password);
    return request;
  }
  absl::StatusOr<v1::SetUpResponse> SetUp(const v1::SetUpRequest& request) {
    return milkway_.Call(&v1::SignInService::Stub::SetUp, request, "");
  }
  absl::StatusOr<v1::SetUpResponse> SetUp(const std::string& code, const std::string& password) {
    return SetUp(Request(code, password));
  }

  absl::Status EnrolAuthenticator(const std::string& access_token) {
    v1::EnrolTotpRequest enrol;
    enrol.set_password(kPassword);
    const auto enrolled = milkway_.Call(&v1::SignInService::Stub::EnrolTotp, enrol, access_token);
    if (!enrolled.ok()) return enrolled.status();
    v1::ConfirmTotpRequest confirm;
    confirm.set_request_id(NewRequestId());
    confirm.set_code(TotpCode(FromBase32(enrolled->secret()),
                              TotpStepOf(milkway_.clock().NowUs() / AccountsSystem::kSecondUs)));
    return milkway_.Call(&v1::SignInService::Stub::ConfirmTotp, confirm, access_token).status();
  }

  AccountsSystem milkway_;
};

TEST_F(FirstAdmin, IsMadeWithTheCodeOfTheDataFolder) {
  ASSERT_THAT(milkway_.SetUpCode(), SizeIs(43));
  struct stat file = {};
  ASSERT_EQ(stat((milkway_.folder() / "setup.code").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);

  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());

  EXPECT_EQ(milkway_.SignIn("root", kPassword)->person().role(), common::v1::ROLE_ADMIN);
  EXPECT_FALSE(std::filesystem::exists(milkway_.folder() / "setup.code"));
}

TEST_F(FirstAdmin, IsMadeByNobodyElse) {
  for (const std::string& code : {std::string(), std::string("0"), std::string(43, 'A')}) {
    EXPECT_THAT(SetUp(code, kPassword), IsRefusal("SET_UP_REFUSED"));
  }
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsRefusal("SIGN_IN_REFUSED"));
}

TEST_F(FirstAdmin, IsMadeFromNowhereElse) {
  const v1::SetUpRequest request = Request(milkway_.SetUpCode(), kPassword);
  v1::SetUpResponse response;
  grpc::ClientContext context;
  v1::SignInService::Stub stub(milkway_.InProcessChannel());
  const grpc::Status status = stub.SetUp(&context, request, &response);

  EXPECT_THAT(clients::FromGrpcStatus(status), IsRefusal("SET_UP_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsRefusal("SIGN_IN_REFUSED"));
}

TEST(ThisMachine, IsWhatCallsFromItComeFrom) {
  for (const char* peer : {"unix", "127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_TRUE(IsOfThisMachine(peer)) << peer;
  }
  for (const char* peer : {"", "inproc", "203.0.113.7", "10.0.0.1", "192.168.127.1", "1.2.7.0",
                           "2001:db8::1", "::", "::11", "unix2"}) {
    EXPECT_FALSE(IsOfThisMachine(peer)) << peer;
  }
}

TEST_F(FirstAdmin, IsTheOnlyOneThatIsMadeSo) {
  const std::string code = milkway_.SetUpCode();
  const v1::SetUpRequest first = Request(code, kPassword);
  ASSERT_THAT(SetUp(first), IsOk());

  v1::SetUpRequest second = Request(code, kOtherPassword);
  second.set_person_id("second");
  EXPECT_THAT(SetUp(second), IsRefusal("SET_UP_REFUSED"));
  EXPECT_THAT(SetUp(first), IsOk()) << "repeated after a lost answer";
  milkway_.Restart();
  EXPECT_THAT(milkway_.SetUpCode(), IsEmpty());
  EXPECT_THAT(SetUp(code, kOtherPassword), IsRefusal("SET_UP_REFUSED"));
}

TEST_F(FirstAdmin, SetsNoBadPassword) {
  EXPECT_THAT(SetUp(milkway_.SetUpCode(), "password123"), NamesField("password"));
}

TEST_F(FirstAdmin, MaySetThePasswordThroughAnInvite) {
  const v1::SetUpRequest request = Request(milkway_.SetUpCode(), "");
  const auto made = SetUp(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(SetUp(request)->invite_token(), made->invite_token());

  ASSERT_THAT(milkway_.Accept(made->invite_token(), kPassword), IsOk());
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsOk());
  milkway_.Restart();
  EXPECT_THAT(milkway_.SetUpCode(), IsEmpty());
}

TEST_F(FirstAdmin, WhoseInviteExpiredIsMadeAgain) {
  const auto made = SetUp(milkway_.SetUpCode(), "");
  milkway_.Advance(8 * AccountsSystem::kDayUs);
  ASSERT_THAT(milkway_.Accept(made->invite_token(), kPassword), IsRefusal("INVITE_EXPIRED"));

  EXPECT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
}

TEST_F(FirstAdmin, WhoLostThePasswordIsHelpedOnTheServersMachine) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  const auto session = milkway_.SignIn("root", kPassword);
  milkway_.Restart(/*recover_admin=*/true);
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kOtherPassword), IsOk());

  EXPECT_THAT(milkway_.SignIn("root", kOtherPassword), IsOk());
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsRefusal("SIGN_IN_REFUSED"));
  EXPECT_THAT(milkway_.Refresh(session->refresh_token()), IsRefusal("SESSION_ENDED"));
}

// Whoever has the code may want the link for later; until it is used all is as it was.
TEST_F(FirstAdmin, WhoIsSentALinkIsHelpedOnceItIsUsed) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  const auto session = milkway_.SignIn("root", kPassword);
  ASSERT_THAT(EnrolAuthenticator(session->access_token()), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  milkway_.Advance(1);
  const auto made = SetUp(milkway_.SetUpCode(), "");
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsRefusal("TOTP_REQUIRED"));
  EXPECT_THAT(milkway_.Refresh(session->refresh_token()), IsOk());
  EXPECT_THAT(milkway_.SetUpCode(), SizeIs(43)) << "the link may be lost";

  ASSERT_THAT(milkway_.Accept(made->invite_token(), kOtherPassword), IsOk());

  EXPECT_THAT(milkway_.SignIn("root", kOtherPassword), IsOk());
  EXPECT_THAT(milkway_.SetUpCode(), IsEmpty());
}

TEST_F(FirstAdmin, WhoIsDisabledComesBackOnceTheLinkIsUsed) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  milkway_.Admit("second", common::v1::ROLE_ADMIN);
  v1::DisablePersonRequest request;
  request.set_request_id(NewRequestId());
  request.set_person_id("root");
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::DisablePerson, request, "admin:second"),
              IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  milkway_.Advance(1);
  const auto made = SetUp(milkway_.SetUpCode(), "");
  ASSERT_THAT(made, IsOk());
  EXPECT_TRUE(made->person().disabled());
  EXPECT_THAT(milkway_.SignIn("root", kPassword), IsRefusal("PERSON_DISABLED"));

  ASSERT_THAT(milkway_.Accept(made->invite_token(), kOtherPassword), IsOk());
  EXPECT_THAT(milkway_.SignIn("root", kOtherPassword), IsOk());
}

TEST_F(FirstAdmin, ARepeatSpendsNoCodeOfALaterStart) {
  v1::SetUpRequest request = Request(milkway_.SetUpCode(), kPassword);
  ASSERT_THAT(SetUp(request), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  request.set_setup_code(milkway_.SetUpCode());
  ASSERT_THAT(SetUp(request), IsOk());

  EXPECT_THAT(milkway_.SetUpCode(), SizeIs(43));
  EXPECT_THAT(SetUp(milkway_.SetUpCode(), kOtherPassword), IsOk());
}

TEST_F(FirstAdmin, ARepeatedAcceptanceSpendsNoCodeOfALaterStart) {
  const auto made = SetUp(milkway_.SetUpCode(), "");
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.Accept(made->invite_token(), kPassword, request_id), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  ASSERT_THAT(milkway_.Accept(made->invite_token(), kPassword, request_id), IsOk());

  EXPECT_THAT(milkway_.SetUpCode(), SizeIs(43));
}

// As long as the code that made it.
TEST_F(FirstAdmin, TheLinkOfTheCodeIsGoodForADay) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  const auto made = SetUp(milkway_.SetUpCode(), "");
  ASSERT_THAT(made, IsOk());
  milkway_.Advance(AccountsSystem::kDayUs);

  EXPECT_THAT(milkway_.Accept(made->invite_token(), kOtherPassword), IsRefusal("INVITE_EXPIRED"));
}

TEST_F(FirstAdmin, TheCodeIsWorthNothingOnceItWasUsed) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  const std::string code = milkway_.SetUpCode();
  const v1::SetUpRequest first = Request(code, kOtherPassword);
  ASSERT_THAT(SetUp(first), IsOk());

  EXPECT_THAT(SetUp(code, kPassword), IsRefusal("SET_UP_REFUSED"));
  EXPECT_THAT(SetUp(first), IsOk()) << "repeated after a lost answer";
  EXPECT_THAT(milkway_.SignIn("root", kOtherPassword), IsOk());
}

TEST_F(FirstAdmin, TheCodeGoesWithTheUseOfItsLink) {
  const std::string code = milkway_.SetUpCode();
  const auto made = SetUp(code, "");
  ASSERT_THAT(milkway_.Accept(made->invite_token(), kPassword), IsOk());

  EXPECT_THAT(milkway_.SetUpCode(), IsEmpty());
  EXPECT_THAT(SetUp(code, kOtherPassword), IsRefusal("SET_UP_REFUSED"));
}

// A server that was left running so would let in whoever reads an old copy of the folder.
TEST_F(FirstAdmin, TheCodeOfARecoveryIsGoodForADay) {
  ASSERT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsOk());
  milkway_.Restart(/*recover_admin=*/true);
  const std::string code = milkway_.SetUpCode();
  milkway_.Advance(AccountsSystem::kDayUs);

  EXPECT_THAT(SetUp(code, kOtherPassword), IsRefusal("SET_UP_REFUSED"));
  EXPECT_THAT(milkway_.SetUpCode(), IsEmpty());
}

TEST_F(FirstAdmin, ARepeatWithAnotherPasswordIsNoRepeat) {
  v1::SetUpRequest request = Request(milkway_.SetUpCode(), kPassword);
  ASSERT_THAT(SetUp(request), IsOk());
  request.set_password(kOtherPassword);

  EXPECT_THAT(SetUp(request), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(FirstAdmin, IsNobodyWhoHasAnotherRole) {
  ASSERT_THAT(milkway_.AddPerson("root", common::v1::ROLE_AUDITOR), IsOk());

  EXPECT_THAT(SetUp(milkway_.SetUpCode(), kPassword), IsRefusal("PERSON_EXISTS"));
}

}  // namespace
}  // namespace milkway::accounts
