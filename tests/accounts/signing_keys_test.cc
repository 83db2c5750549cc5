// The keys that sign access tokens: one signs, the next is known before, the last lives on.

#include "services/accounts/signing_keys.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/tokens/strict_jwt.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::AccountsSystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NewRequestId;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using storage::Transaction;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kDayUs = 86'400 * kSecondUs;

class Keys : public ::testing::Test {
 protected:
  Keys() { KeepUp(); }

  void KeepUp() {
    ASSERT_THAT(
        Transact(*store_,
                 [&](Transaction& transaction) { return keys_.KeepUp(transaction, now_us_); }),
        IsOk());
  }
  void Rotate(bool drop_old_keys) {
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return keys_.Rotate(transaction, drop_old_keys, now_us_);
                         }),
                IsOk());
  }
  std::vector<std::string> Kids() {
    std::vector<std::string> kids;
    const auto rows = SigningKeys::List(*store_->NewSnapshot());
    for (const auto& key : *rows) kids.push_back(key.kid());
    return kids;
  }
  std::string SigningKid() {
    const auto token = keys_.Sign(
        *store_->NewSnapshot(),
        {"li", common::v1::ROLE_AUDITOR, {}, "s", now_us_ / kSecondUs, now_us_ / kSecondUs + 600},
        now_us_);
    const auto jwt = runtime::StrictJwt::Parse(*token);
    return jwt->kid();
  }

  testing::MemoryStore store_;
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  SigningKeys keys_{&master_key_};
  int64_t now_us_ = int64_t{1'800'000'000} * kSecondUs;
};

TEST_F(Keys, TheNextOneIsKnownADayBeforeItSigns) {
  const std::vector<std::string> first = Kids();
  ASSERT_THAT(first, SizeIs(1));
  now_us_ += 29 * kDayUs - 1;
  KeepUp();
  EXPECT_EQ(Kids(), first);
  now_us_ += 1;
  KeepUp();
  KeepUp();
  ASSERT_THAT(Kids(), SizeIs(2));
  EXPECT_EQ(SigningKid(), first[0]);

  now_us_ += kDayUs;
  EXPECT_EQ(SigningKid(), Kids()[1]);
}

TEST_F(Keys, TheOldOneStaysUntilItsLastTokenExpired) {
  now_us_ += 29 * kDayUs;
  KeepUp();
  now_us_ += kDayUs + 600 * kSecondUs;
  KeepUp();
  EXPECT_THAT(Kids(), SizeIs(2));
  now_us_ += 90 * kSecondUs;
  KeepUp();
  EXPECT_THAT(Kids(), SizeIs(1));
}

TEST_F(Keys, AServerThatWasOffForAYearStillPublishesTheNextKeyFirst) {
  const std::vector<std::string> first = Kids();
  now_us_ += 365 * kDayUs;
  KeepUp();

  ASSERT_THAT(Kids(), SizeIs(2));
  EXPECT_EQ(SigningKid(), first[0]);
}

TEST_F(Keys, RotatingWithoutHurryPublishesForTwoMinutes) {
  const std::vector<std::string> first = Kids();
  Rotate(false);
  EXPECT_THAT(Kids(), SizeIs(2));
  EXPECT_EQ(SigningKid(), first[0]);
  now_us_ += 120 * kSecondUs;
  EXPECT_EQ(SigningKid(), Kids()[1]);
}

TEST_F(Keys, RotatingAgainAndAgainNeverLeavesTheSigningKeyOut) {
  for (int i = 0; i < 50; ++i) {
    Rotate(false);
    const std::string signing = SigningKid();
    const std::vector<std::string> kids = Kids();
    EXPECT_THAT(kids, ::testing::Contains(signing));
    // Those that signed within the life of a token, two minutes apart at least.
    EXPECT_LE(kids.size(), 8u);
    now_us_ += i * 10 * kSecondUs;
    KeepUp();
  }
}

TEST_F(Keys, InAnEmergencyTheNewOneIsTheOnlyOne) {
  const std::vector<std::string> first = Kids();
  Rotate(true);

  ASSERT_THAT(Kids(), SizeIs(1));
  EXPECT_NE(Kids()[0], first[0]);
  EXPECT_EQ(SigningKid(), Kids()[0]);
}

TEST_F(Keys, StandInTheStoreSealed) {
  const auto rows = SigningKeys::List(*store_->NewSnapshot());
  EXPECT_THAT((*rows)[0].private_pem_sealed(), Not(HasSubstr("PRIVATE KEY")));

  const runtime::MasterKey other = runtime::MasterKey::Generate();
  SigningKeys strangers(&other);
  EXPECT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) { return strangers.KeepUp(transaction, now_us_); }),
      StatusIs(absl::StatusCode::kDataLoss));
}

TEST(KeysOfASystem, RotatedInAnEmergencyEndAccessTokensAndNoSession) {
  AccountsSystem milkway;
  const auto tokens = milkway.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::RotateKeysRequest request;
  request.set_request_id(NewRequestId());
  request.set_drop_old_keys(true);
  ASSERT_THAT(milkway.Call(&v1::TrustService::Stub::RotateKeys, request, "admin:root"), IsOk());
  milkway.UpdateTrust();

  EXPECT_THAT(milkway.WhoAmI(tokens.access_token()), IsRefusal("TOKEN_INVALID"));
  const auto next = milkway.Refresh(tokens.refresh_token());
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(milkway.WhoAmI(next->access_token()), IsOk());
}

TEST(KeysOfASystem, AreRotatedByAdminsAndRevocationsToldToServices) {
  AccountsSystem milkway;
  v1::RotateKeysRequest request;
  request.set_request_id(NewRequestId());
  EXPECT_THAT(milkway.Call(&v1::TrustService::Stub::RotateKeys, request, "procurement:li"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway.Call(&v1::TrustService::Stub::ListRevocations, v1::ListRevocationsRequest(),
                           "admin:root"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace milkway::accounts
