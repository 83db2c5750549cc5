// Tokens and codes that follow from keys, and what the store holds of them: nothing.

#include "services/accounts/secrets.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/invites.h"
#include "services/accounts/totp.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/transact.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::AccountsSystem;
using ::milkway::testing::FromBase32;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::kOtherPassword;
using ::milkway::testing::kPassword;
using ::milkway::testing::NewRequestId;
using ::milkway::testing::Transact;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kSignInName[] = "li.xiaoming.of.changyuan";
constexpr char kDisplayName[] = "李晓明老师";
constexpr char kSession[] = "01976b0e-7c1e-7000-8000-5e0a1b2c3d4e";

class SecretsTest : public ::testing::Test {
 protected:
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  const Secrets secrets_{master_key_};
  const std::string salt_ = NewSalt();
};

TEST_F(SecretsTest, RefreshTokensSayWhatTheyAreAndCannotBeMadeUp) {
  const std::string token = secrets_.RefreshToken({kSession, 7}, salt_);
  const auto claim = Secrets::ReadRefreshToken(token);

  EXPECT_THAT(token, SizeIs(75));
  ASSERT_TRUE(claim.has_value());
  EXPECT_EQ(claim->session_id, kSession);
  EXPECT_EQ(claim->counter, 7);
  EXPECT_TRUE(secrets_.IsRefreshToken(token, salt_));
  EXPECT_FALSE(secrets_.IsRefreshToken(token, NewSalt()));
  const runtime::MasterKey other_key = runtime::MasterKey::Generate();
  EXPECT_FALSE(Secrets(other_key).IsRefreshToken(token, salt_));
}

TEST_F(SecretsTest, EveryTokenIsAnotherOne) {
  std::set<std::string> tokens;
  for (int64_t i = 1; i <= 100; ++i) {
    tokens.insert(secrets_.RefreshToken({kSession, i}, salt_));
    tokens.insert(secrets_.InviteToken(i, salt_));
  }
  EXPECT_THAT(tokens, SizeIs(200));
}

TEST_F(SecretsTest, DeviceTokensArePersonal) {
  const std::string token = secrets_.NewDeviceToken("li");

  EXPECT_THAT(secrets_.DeviceOf(token, "li"), SizeIs(16));
  EXPECT_THAT(secrets_.DeviceOf(token, "wang"), IsEmpty());
  EXPECT_THAT(secrets_.DeviceOf(token + "A", "li"), IsEmpty());
  EXPECT_THAT(secrets_.DeviceOf("", "li"), IsEmpty());
  EXPECT_NE(secrets_.DeviceOf(secrets_.NewDeviceToken("li"), "li"), secrets_.DeviceOf(token, "li"));
}

TEST_F(SecretsTest, RecoveryCodesArePersonalAndAllDifferent) {
  const std::vector<std::string> codes = secrets_.RecoveryCodes("li", salt_);

  EXPECT_THAT(codes, SizeIs(10));
  EXPECT_THAT(codes[0], ::testing::MatchesRegex("[A-Z2-7-]*"));
  EXPECT_THAT(codes[0], SizeIs(19));
  EXPECT_THAT(std::set<std::string>(codes.begin(), codes.end()), SizeIs(10));
  EXPECT_NE(secrets_.RecoveryCodes("wang", salt_), codes);
  EXPECT_NE(secrets_.RecoveryCodes("li", NewSalt()), codes);
}

TEST_F(SecretsTest, AnAuthenticatorsSecretIsSealedForItsPerson) {
  const std::string sealed = secrets_.SealTotp("a secret of 20 bytes", "li");

  EXPECT_THAT(sealed, Not(::testing::HasSubstr("secret")));
  EXPECT_EQ(*secrets_.OpenTotp(sealed, "li"), "a secret of 20 bytes");
  EXPECT_FALSE(secrets_.OpenTotp(sealed, "wang").ok());
}

// Every byte of every file below `folder`.
std::string AllBytesOf(const std::string& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), {});
    bytes.push_back('\n');
  }
  return bytes;
}

// Every row, which files may hold compressed.
std::string AllRowsOf(storage::Store& store) {
  std::string bytes;
  const absl::Status status =
      store.NewSnapshot()->Scan(storage::KeyRange(), storage::ScanOrder::kAscending,
                                [&](absl::string_view key, absl::string_view value) {
                                  absl::StrAppend(&bytes, key, "\n", value, "\n");
                                  return true;
                                });
  EXPECT_THAT(status, IsOk());
  return bytes;
}

// A person signs in in every way there is; then everything that was secret is looked for.
class AtRest : public ::testing::Test {
 protected:
  void Plant(const std::string& what, const std::string& text) {
    ASSERT_GE(text.size(), 16u) << what;
    planted_.emplace_back(what, text);
    // Tokens are base64url: their bytes may stand somewhere as well.
    std::string raw;
    if (absl::WebSafeBase64Unescape(text, &raw) && raw.size() >= 16) {
      planted_.emplace_back(what + " as bytes", raw);
    }
  }
  void PlantBase32(const std::string& what, const std::string& text, size_t bytes) {
    const std::string plain = absl::StrReplaceAll(text, {{"-", ""}});
    const std::string raw = FromBase32(plain);
    ASSERT_THAT(raw, SizeIs(bytes)) << what;
    planted_.insert(planted_.end(),
                    {{what, text}, {what + " without marks", plain}, {what + " as bytes", raw}});
  }
  void UseAuthenticator(const std::string& access_token);
  void PlantTokens(const std::string& what, const v1::SessionTokens& tokens) {
    Plant(what + ": access token", tokens.access_token());
    Plant(what + ": refresh token", tokens.refresh_token());
    Plant(what + ": device token", tokens.device_token());
  }
  void SignInInEveryWay();

  AccountsSystem milkway_;
  std::vector<std::pair<std::string, std::string>> planted_;
};

// Enrols one, which tells its secret and recovery codes, and has an admin remove it.
void AtRest::UseAuthenticator(const std::string& access_token) {
  v1::EnrolTotpRequest enrol;
  enrol.set_password(kPassword);
  const auto enrolled = milkway_.Call(&v1::SignInService::Stub::EnrolTotp, enrol, access_token);
  ASSERT_THAT(enrolled, IsOk());
  PlantBase32("secret of the authenticator", enrolled->secret(), kTotpSecretBytes);
  v1::ConfirmTotpRequest confirm;
  confirm.set_request_id(NewRequestId());
  confirm.set_code(TotpCode(FromBase32(enrolled->secret()),
                            TotpStepOf(milkway_.clock().NowUs() / AccountsSystem::kSecondUs)));
  const auto confirmed =
      milkway_.Call(&v1::SignInService::Stub::ConfirmTotp, confirm, access_token);
  ASSERT_THAT(confirmed, IsOk());
  ASSERT_THAT(confirmed->recovery_codes(), SizeIs(kRecoveryCodes));
  for (const std::string& code : confirmed->recovery_codes()) {
    PlantBase32("recovery code", code, 10);
  }
  v1::RemoveTotpRequest remove;
  remove.set_request_id(NewRequestId());
  remove.set_person_id("li");
  const auto removed = milkway_.Call(&v1::SignInService::Stub::RemoveTotp, remove, "admin:root");
  ASSERT_THAT(removed, IsOk());
  EXPECT_EQ(removed->person().display_name(), kDisplayName);
}

void AtRest::SignInInEveryWay() {
  v1::CreatePersonRequest create;
  create.set_request_id(NewRequestId());
  create.mutable_person()->set_person_id("li");
  create.mutable_person()->set_sign_in_name(kSignInName);
  create.mutable_person()->set_display_name(kDisplayName);
  create.mutable_person()->set_role(common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::CreatePerson, create, "admin:root"), IsOk());
  const auto invite = milkway_.Invite("li");
  Plant("invite token", invite->invite_token());
  Plant("password", kPassword);
  Plant("other password", kOtherPassword);
  const auto accepted = milkway_.Accept(invite->invite_token(), kPassword);
  PlantTokens("accepting", *accepted);
  const auto signed_in = milkway_.SignIn(kSignInName, kPassword);
  PlantTokens("signing in", *signed_in);
  const auto refreshed = milkway_.Refresh(signed_in->refresh_token());
  Plant("refreshing: refresh token", refreshed->refresh_token());
  Plant("refreshing: access token", refreshed->access_token());
  ASSERT_FALSE(milkway_.SignIn(kSignInName, kOtherPassword).ok());

  UseAuthenticator(accepted->access_token());
  v1::ChangePasswordRequest change;
  change.set_request_id(NewRequestId());
  change.set_old_password(kPassword);
  change.set_new_password(kOtherPassword);
  ASSERT_THAT(
      milkway_.Call(&v1::SignInService::Stub::ChangePassword, change, accepted->access_token()),
      IsOk());
  v1::SetUpRequest set_up;
  set_up.set_request_id(NewRequestId());
  set_up.set_setup_code(milkway_.SetUpCode());
  set_up.set_person_id("root");
  Plant("set-up code", set_up.setup_code());
  const auto made = milkway_.Call(&v1::SignInService::Stub::SetUp, set_up, "");
  ASSERT_THAT(made, IsOk());
  Plant("first admin's invite token", made->invite_token());
}

TEST_F(AtRest, TheStoreHoldsNoSecret) {
  SignInInEveryWay();
  // The log of writes has everything that was ever written, also what is deleted by now.
  const std::string files = AllBytesOf(milkway_.folder() / "store");
  const std::string rows = AllRowsOf(milkway_.store());

  for (const std::string& bytes : {files, rows}) {
    ASSERT_TRUE(absl::StrContains(bytes, "$argon2id$")) << "the search finds not what is there";
    for (const auto& [what, text] : planted_) {
      EXPECT_FALSE(absl::StrContains(bytes, text)) << what;
    }
    EXPECT_FALSE(absl::StrContains(bytes, "PRIVATE KEY"));
  }
}

// So that who asks to be forgotten can be, though requests are remembered for ever.
TEST_F(AtRest, NamesStandOnlyInTheRowOfThePerson) {
  SignInInEveryWay();
  std::vector<std::string> tables;
  const absl::Status status = milkway_.store().NewSnapshot()->Scan(
      storage::KeyRange(), storage::ScanOrder::kAscending,
      [&tables](absl::string_view key, absl::string_view value) {
        if (absl::StrContains(value, kDisplayName) || absl::StrContains(value, kSignInName)) {
          tables.push_back(absl::BytesToHexString(key.substr(0, 2)));
        }
        return true;
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_THAT(tables, ::testing::ElementsAre("0701"));
}

// Somebody new, whom an invite alone knows.
class Invited : public ::testing::Test {
 protected:
  v1::CreateInviteResponse InviteNew() {
    v1::CreateInviteRequest request;
    request.set_request_id(NewRequestId());
    v1::Person& person = *request.mutable_person();
    person.set_person_id("li");
    person.set_sign_in_name(kSignInName);
    person.set_display_name(kDisplayName);
    person.set_role(common::v1::ROLE_PROCUREMENT);
    const auto made = milkway_.Call(&v1::InviteService::Stub::CreateInvite, request, "admin:root");
    EXPECT_THAT(made, IsOk());
    return made.value_or(v1::CreateInviteResponse());
  }
  v1::Invite FirstOfTheList() {
    const auto page = milkway_.Call(&v1::InviteService::Stub::ListInvites, v1::ListInvitesRequest(),
                                    "admin:root");
    EXPECT_THAT(page, IsOk());
    return page.ok() && page->invites_size() > 0 ? page->invites(0) : v1::Invite();
  }
  bool NamesAreSomewhere() {
    const std::string rows = AllRowsOf(milkway_.store());
    return absl::StrContains(rows, kSignInName) || absl::StrContains(rows, kDisplayName);
  }

  AccountsSystem milkway_;
};

TEST_F(Invited, WhoCameInIsNamedInTheRowOfThePersonOnly) {
  const v1::CreateInviteResponse made = InviteNew();
  ASSERT_THAT(milkway_.Accept(made.invite_token(), kPassword), IsOk());
  v1::GetPersonRequest get;
  get.set_person_id("li");
  auto person = milkway_.Call(&v1::AccountService::Stub::GetPerson, get, "admin:root")->person();
  EXPECT_EQ(person.display_name(), kDisplayName);
  ASSERT_TRUE(NamesAreSomewhere()) << "the search finds not what is there";
  person.set_sign_in_name("another");
  person.set_display_name("另一个名字");
  ASSERT_THAT(milkway_.Update(person), IsOk());

  EXPECT_FALSE(NamesAreSomewhere());
  EXPECT_EQ(FirstOfTheList().state(), v1::INVITE_STATE_ACCEPTED);
}

TEST_F(Invited, ManyAreForgottenPartByPart) {
  for (int i = 0; i < 5; ++i) InviteNew();
  milkway_.Advance(7 * AccountsSystem::kDayUs);
  int64_t from = 0;
  int parts = 0;
  do {
    EXPECT_TRUE(NamesAreSomewhere()) << "after " << parts;
    ASSERT_THAT(Transact(milkway_.store(),
                         [&](storage::Transaction& transaction) {
                           return ForgetInvitees(transaction, milkway_.clock().NowUs(), 2, &from);
                         }),
                IsOk());
    ++parts;
  } while (from != 0);

  EXPECT_EQ(parts, 3);
  EXPECT_FALSE(NamesAreSomewhere());
}

TEST_F(Invited, WhoseInviteIsRevokedIsForgotten) {
  const v1::CreateInviteResponse made = InviteNew();
  ASSERT_TRUE(NamesAreSomewhere()) << "the search finds not what is there";
  v1::RevokeInviteRequest revoke;
  revoke.set_request_id(NewRequestId());
  revoke.set_invite_id(made.invite().invite_id());
  ASSERT_THAT(milkway_.Call(&v1::InviteService::Stub::RevokeInvite, revoke, "admin:root"), IsOk());

  EXPECT_FALSE(NamesAreSomewhere());
  const v1::Invite listed = FirstOfTheList();
  EXPECT_EQ(listed.state(), v1::INVITE_STATE_REVOKED);
  EXPECT_EQ(listed.person().person_id(), "li");
  EXPECT_EQ(listed.person().role(), common::v1::ROLE_PROCUREMENT);
}

TEST_F(Invited, WhoseInviteExpiredIsForgottenForGood) {
  const v1::CreateInviteResponse made = InviteNew();
  milkway_.Advance(7 * AccountsSystem::kDayUs);
  milkway_.Restart();  // its upkeep begins with a look at what expired
  const absl::Time end = absl::Now() + absl::Seconds(20);
  while (NamesAreSomewhere() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(10));

  EXPECT_FALSE(NamesAreSomewhere());
  EXPECT_EQ(FirstOfTheList().state(), v1::INVITE_STATE_EXPIRED);
  milkway_.Advance(-AccountsSystem::kDayUs);
  EXPECT_THAT(milkway_.Accept(made.invite_token(), kPassword), IsRefusal("INVITE_EXPIRED"))
      << "though the clock was set back";
}

}  // namespace
}  // namespace milkway::accounts
