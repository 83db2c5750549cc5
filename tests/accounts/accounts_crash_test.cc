// The power goes at any moment: what was answered holds, and nothing happens twice.

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
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
using ::milkway::testing::kPassword;
using ::milkway::testing::NewRequestId;

// One person's way in, each step of which may be cut short, and repeated until it is
// answered.
class WayIn {
 public:
  explicit WayIn(AccountsSystem* milkway) : milkway_(*milkway) {
    create_.set_request_id(NewRequestId());
    create_.mutable_person()->set_person_id("li");
    create_.mutable_person()->set_role(common::v1::ROLE_PROCUREMENT);
  }

  // Goes on until the end, or until the power is gone.
  absl::Status GoOn() {
    if (invite_token_.empty()) {
      const auto invite =
          milkway_.Call(&v1::InviteService::Stub::CreateInvite, create_, "admin:root");
      if (!invite.ok()) return invite.status();
      invite_token_ = invite->invite_token();
    }
    if (!tokens_.has_value()) {
      const auto accepted = milkway_.Accept(invite_token_, kPassword, accept_id_);
      if (!accepted.ok()) return accepted.status();
      tokens_ = *accepted;
    }
    while (refreshes_ < 4) {
      const auto refreshed = milkway_.Refresh(tokens_->refresh_token(), refresh_id_);
      if (!refreshed.ok()) return refreshed.status();
      tokens_ = *refreshed;
      refresh_id_ = NewRequestId();
      ++refreshes_;
    }
    return absl::OkStatus();
  }

  const std::string& invite_token() const { return invite_token_; }

 private:
  AccountsSystem& milkway_;
  v1::CreateInviteRequest create_;
  const std::string accept_id_ = NewRequestId();
  std::string refresh_id_ = NewRequestId();
  std::string invite_token_;
  std::optional<v1::SessionTokens> tokens_;
  int refreshes_ = 0;
};

TEST(AccountsCrash, WhateverWasAnsweredHoldsAndTheRestIsRepeated) {
  int cuts = 0;
  for (uint64_t cut_at = 1;; ++cut_at) {
    SCOPED_TRACE(absl::StrCat("the power goes before change ", cut_at));
    AccountsSystem milkway;
    milkway.Stop();
    const bool is_up = milkway.Start(cut_at);
    WayIn way_in(&milkway);
    const absl::Status first = is_up ? way_in.GoOn() : absl::UnavailableError("");
    const bool was_cut = milkway.PowerIsGone();
    milkway.Restart();
    milkway.UpdateTrust();
    if (was_cut) ++cuts;
    if (!was_cut) {
      ASSERT_THAT(first, IsOk());
    }

    ASSERT_THAT(way_in.GoOn(), IsOk());

    EXPECT_THAT(milkway.Accept(way_in.invite_token(), kPassword), IsRefusal("INVITE_USED"));
    EXPECT_THAT(milkway.SignIn("li", kPassword), IsOk());
    if (!was_cut) break;
  }
  EXPECT_GT(cuts, 10);
}

}  // namespace
}  // namespace milkway::accounts
