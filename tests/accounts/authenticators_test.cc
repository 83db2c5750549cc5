// Authenticators, over gRPC: enrolled, asked for, and never fooled twice.

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/password_hasher.h"
#include "services/accounts/totp.h"
#include "services/runtime/errors.h"
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
using ::milkway::testing::NewRequestId;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAreArray;
using ::testing::SizeIs;

class Authenticators : public ::testing::Test {
 protected:
  Authenticators() : own_(milkway_.Admit("li", common::v1::ROLE_PROCUREMENT)) {}

  absl::StatusOr<v1::EnrolTotpResponse> Enrol(const std::string& password = kPassword) {
    v1::EnrolTotpRequest request;
    request.set_password(password);
    return milkway_.Call(&v1::SignInService::Stub::EnrolTotp, request, own_.access_token());
  }
  absl::StatusOr<v1::ConfirmTotpResponse> Confirm(const std::string& code,
                                                  const std::string& request_id) {
    v1::ConfirmTotpRequest request;
    request.set_request_id(request_id);
    request.set_code(code);
    return milkway_.Call(&v1::SignInService::Stub::ConfirmTotp, request, own_.access_token());
  }
  absl::StatusOr<v1::RemoveTotpResponse> Remove(const std::string& person_id,
                                                const std::string& code,
                                                const std::string& caller) {
    v1::RemoveTotpRequest request;
    request.set_request_id(NewRequestId());
    request.set_person_id(person_id);
    request.set_code(code);
    return milkway_.Call(&v1::SignInService::Stub::RemoveTotp, request, caller);
  }
  // The code that the authenticator shows now.
  std::string Code(int64_t steps_ahead = 0) {
    return TotpCode(secret_, TotpStepOf(milkway_.clock().NowUs() / 1'000'000) + steps_ahead);
  }
  // Enrols, confirms, and goes on to the next step.
  std::vector<std::string> EnrolAndConfirm() {
    secret_ = FromBase32(Enrol()->secret());
    const auto confirmed = Confirm(Code(), NewRequestId());
    EXPECT_THAT(confirmed, IsOk());
    milkway_.Advance(kTotpStepS * AccountsSystem::kSecondUs);
    return {confirmed->recovery_codes().begin(), confirmed->recovery_codes().end()};
  }

  AccountsSystem milkway_;
  const v1::SessionTokens own_;
  std::string secret_;
};

TEST_F(Authenticators, AreAskedForOnceThePasswordWasRight) {
  EnrolAndConfirm();

  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("TOTP_REQUIRED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword), IsRefusal("SIGN_IN_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kOtherPassword, Code()), IsRefusal("SIGN_IN_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword, "000000"), IsRefusal("TOTP_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword, Code()), IsOk());
}

TEST_F(Authenticators, DoNotCountBeforeTheyAreConfirmed) {
  secret_ = FromBase32(Enrol()->secret());
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());
  EXPECT_THAT(Confirm("000000", NewRequestId()), IsRefusal("TOTP_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());

  EXPECT_THAT(Confirm(Code(), NewRequestId()), IsOk());
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsRefusal("TOTP_REQUIRED"));
}

TEST_F(Authenticators, AreEnrolledWithThePasswordOnly) {
  EXPECT_THAT(Enrol(kOtherPassword), IsRefusal("SIGN_IN_REFUSED"));
  EnrolAndConfirm();
  EXPECT_THAT(Enrol(), IsRefusal("TOTP_ENROLLED"));
}

TEST_F(Authenticators, ACodeIsTakenOnce) {
  EnrolAndConfirm();
  const std::string code = Code();
  ASSERT_THAT(milkway_.SignIn("li", kPassword, code), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword, code), IsRefusal("TOTP_REFUSED"));
  milkway_.Advance(kTotpStepS * AccountsSystem::kSecondUs);
  EXPECT_THAT(milkway_.SignIn("li", kPassword, code), IsRefusal("TOTP_REFUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword, Code()), IsOk());
}

TEST_F(Authenticators, OfACrowdWithOneCodeOneSignsIn) {
  EnrolAndConfirm();
  const std::string code = Code();
  std::vector<std::thread> threads;
  // As many as wait for a hash at once.
  std::vector<absl::Status> results(PasswordHasher::kOfAskerMax);
  for (absl::Status& result : results) {
    threads.emplace_back([&] { result = milkway_.SignIn("li", kPassword, code).status(); });
  }
  for (std::thread& thread : threads) thread.join();
  int signed_in = 0;
  for (const absl::Status& result : results) {
    signed_in += result.ok();
    if (!result.ok()) {
      EXPECT_THAT(result, IsRefusal("TOTP_REFUSED"));
    }
  }
  EXPECT_EQ(signed_in, 1);
}

TEST_F(Authenticators, ALostAnswerIsToldAgainWithTheSameCode) {
  EnrolAndConfirm();
  const std::string request_id = NewRequestId();
  const std::string code = Code();
  const auto lost = milkway_.SignIn("li", kPassword, code, "", request_id);
  const auto told = milkway_.SignIn("li", kPassword, code, "", request_id);

  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->refresh_token(), lost->refresh_token());
}

// Whoever has a password and a request id from a log is not let in without a code.
TEST_F(Authenticators, ARepeatIsNoWayPastTheCode) {
  EnrolAndConfirm();
  const std::string request_id = NewRequestId();
  ASSERT_THAT(milkway_.SignIn("li", kPassword, Code(), "", request_id), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(milkway_.SignIn("li", kPassword, "000000", "", request_id),
              IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(Authenticators, ARecoveryCodeIsGoodOnce) {
  const std::vector<std::string> codes = EnrolAndConfirm();
  ASSERT_THAT(codes, SizeIs(10));
  ASSERT_THAT(milkway_.SignIn("li", kPassword, codes[3]), IsOk());

  EXPECT_THAT(milkway_.SignIn("li", kPassword, codes[3]), IsRefusal("TOTP_REFUSED"));
  // As people type it.
  const std::string typed = absl::AsciiStrToLower(absl::StrReplaceAll(codes[7], {{"-", " "}}));
  EXPECT_THAT(milkway_.SignIn("li", kPassword, typed), IsOk());
  EXPECT_THAT(milkway_.SignIn("li", kPassword, codes[7]), IsRefusal("TOTP_REFUSED"));
}

TEST_F(Authenticators, TheRecoveryCodesAreToldAgainForTenMinutes) {
  secret_ = FromBase32(Enrol()->secret());
  const std::string request_id = NewRequestId();
  const std::string code = Code();
  const auto lost = Confirm(code, request_id);
  const auto told = Confirm(code, request_id);
  ASSERT_THAT(told, IsOk());
  EXPECT_THAT(told->recovery_codes(), ElementsAreArray(lost->recovery_codes()));

  milkway_.Advance(599 * AccountsSystem::kSecondUs);
  milkway_.UpdateTrust();
  EXPECT_THAT(Confirm(code, request_id), IsOk());
  milkway_.Advance(2 * AccountsSystem::kSecondUs);
  EXPECT_THAT(Confirm(code, request_id), IsRefusal("TOTP_ENROLLED"));
}

// With a stolen access token somebody repeats his own request, which was answered.
TEST_F(Authenticators, ARequestOfAnotherTellsNobodysRecoveryCodes) {
  const std::string lis_secret = FromBase32(Enrol()->secret());
  const auto wang = milkway_.Admit("wang", common::v1::ROLE_AUDITOR);
  v1::EnrolTotpRequest enrol;
  enrol.set_password(kPassword);
  const auto wangs = milkway_.Call(&v1::SignInService::Stub::EnrolTotp, enrol, wang.access_token());
  v1::ConfirmTotpRequest confirm;
  confirm.set_request_id(NewRequestId());
  secret_ = FromBase32(wangs->secret());
  confirm.set_code(Code());
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::ConfirmTotp, confirm, wang.access_token()),
              IsOk());
  secret_ = lis_secret;
  ASSERT_THAT(Confirm(Code(), NewRequestId()), IsOk());

  EXPECT_THAT(Confirm(confirm.code(), confirm.request_id()), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(Authenticators, GuessersOfCodesAreSlowed) {
  EnrolAndConfirm();
  absl::Status status;
  int guesses = 0;
  while (status = milkway_.SignIn("li", kPassword, "000000").status(),
         runtime::PartsOf(status).reason == "TOTP_REFUSED") {
    ASSERT_LT(++guesses, 100);
  }
  EXPECT_EQ(guesses, 6);
  EXPECT_THAT(status, IsRefusal("TOO_MANY_ATTEMPTS"));
  // The person's own device has attempts of its own.
  EXPECT_THAT(milkway_.SignIn("li", kPassword, Code(), own_.device_token()), IsOk());
}

// Who has the password and not the authenticator makes right passwords without end.
TEST_F(Authenticators, AThiefOfAPasswordLocksNobodyOutOfAKnownDevice) {
  EnrolAndConfirm();
  absl::Status status;
  int tries = 0;
  while (status = milkway_.SignIn("li", kPassword).status(),
         runtime::PartsOf(status).reason == "TOTP_REQUIRED") {
    ASSERT_LT(++tries, 1'000);
  }
  EXPECT_EQ(tries, 60);
  EXPECT_THAT(status, IsRefusal("TOO_MANY_ATTEMPTS"));

  EXPECT_THAT(milkway_.SignIn("li", kPassword, Code(), own_.device_token()), IsOk());
  v1::ChangePasswordRequest change;
  change.set_request_id(NewRequestId());
  change.set_old_password(kPassword);
  change.set_new_password(kOtherPassword);
  EXPECT_THAT(milkway_.Call(&v1::SignInService::Stub::ChangePassword, change, own_.access_token()),
              IsOk());
}

TEST_F(Authenticators, AreRemovedByTheirOwnerWithACodeOrByAnAdmin) {
  EnrolAndConfirm();
  EXPECT_THAT(Remove("", "", own_.access_token()), IsRefusal("TOTP_REQUIRED"));
  EXPECT_THAT(Remove("", "000000", own_.access_token()), IsRefusal("TOTP_REFUSED"));
  ASSERT_THAT(Remove("", Code(), own_.access_token()), IsOk());
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());
  EXPECT_THAT(Remove("", Code(), own_.access_token()), IsRefusal("TOTP_NOT_ENROLLED"));

  milkway_.Advance(kTotpStepS * AccountsSystem::kSecondUs);
  EnrolAndConfirm();
  milkway_.UpdateTrust();
  const auto other = milkway_.Admit("wang", common::v1::ROLE_AUDITOR);
  EXPECT_THAT(Remove("li", "", other.access_token()),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Remove("nobody", "", other.access_token()),
              StatusIs(absl::StatusCode::kPermissionDenied));
  ASSERT_THAT(Remove("li", "", "admin:root"), IsOk());
  EXPECT_THAT(milkway_.SignIn("li", kPassword), IsOk());
}

TEST_F(Authenticators, ARemovalThatWasNotHeardIsToldAgain) {
  EnrolAndConfirm();
  v1::RemoveTotpRequest request;
  request.set_request_id(NewRequestId());
  request.set_person_id("li");
  for (int i = 0; i < 2; ++i) {
    const auto removed = milkway_.Call(&v1::SignInService::Stub::RemoveTotp, request, "admin:root");
    ASSERT_THAT(removed, IsOk());
    EXPECT_EQ(removed->person().person_id(), "li");
    EXPECT_EQ(removed->person().sign_in_name(), "li");
    EXPECT_FALSE(removed->person().has_totp());
  }
}

// Whoever gets hold of an invite link still needs the authenticator.
TEST_F(Authenticators, AnInviteDoesNotReplaceThem) {
  EnrolAndConfirm();
  const auto invite = milkway_.Invite("li");
  EXPECT_THAT(milkway_.Accept(invite->invite_token(), kOtherPassword), IsRefusal("TOTP_REQUIRED"));

  v1::AcceptInviteRequest request;
  request.set_request_id(NewRequestId());
  request.set_invite_token(invite->invite_token());
  request.set_password(kOtherPassword);
  request.set_code(Code());
  EXPECT_THAT(milkway_.Call(&v1::SignInService::Stub::AcceptInvite, request, ""), IsOk());
}

}  // namespace
}  // namespace milkway::accounts
