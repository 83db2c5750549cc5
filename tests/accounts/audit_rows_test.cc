// What the audit log says of accounts: who it turned out to be, and never a secret.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_entry.h"
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
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

class AuditRows : public ::testing::Test {
 protected:
  // The rows of one method, "SignIn".
  std::vector<runtime::AuditEntry> RowsOf(const std::string& method) {
    std::vector<runtime::AuditEntry> rows;
    for (runtime::AuditEntry& entry : milkway_.AuditEntries()) {
      if (absl::EndsWith(entry.method(), absl::StrCat("/", method))) rows.push_back(entry);
    }
    return rows;
  }
  static std::map<std::string, std::string> IdsOf(const runtime::AuditEntry& entry) {
    std::map<std::string, std::string> ids;
    for (const auto& id : entry.ids()) ids[id.name()] = id.value();
    return ids;
  }

  AccountsSystem milkway_;
};

TEST_F(AuditRows, SayWhoSignedInThoughNobodyWasKnownWhenTheCallCame) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  const std::string request_id = NewRequestId();
  const auto tokens = milkway_.SignIn("li", kPassword, "", "", request_id);
  ASSERT_THAT(milkway_.SignIn("li", kPassword, "", "", request_id), IsOk());
  const auto rows = RowsOf("SignIn");

  ASSERT_THAT(rows, SizeIs(1)) << "one for the request, however often it is sent";
  EXPECT_EQ(rows[0].kind(), runtime::records::v1::AUDIT_KIND_CHANGE);
  EXPECT_EQ(rows[0].caller_id(), "li");
  EXPECT_EQ(rows[0].role(), common::v1::ROLE_PROCUREMENT);
  EXPECT_EQ(rows[0].address(), "127.0.0.1");
  EXPECT_EQ(rows[0].request_id(), request_id);
  EXPECT_THAT(IdsOf(rows[0]),
              ElementsAre(Pair("person_id", "li"), Pair("session_id", tokens->session_id())));
}

TEST_F(AuditRows, SayWhoWasTriedAndNotWhichPassword) {
  milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(milkway_.SignIn("li", kOtherPassword), IsRefusal("SIGN_IN_REFUSED"));
  ASSERT_THAT(milkway_.SignIn("a name that may be a password", kPassword),
              IsRefusal("SIGN_IN_REFUSED"));
  const auto rows = RowsOf("SignIn");

  // One for each call, and one that says about whom the first was.
  ASSERT_THAT(rows, SizeIs(3));
  int naming_li = 0;
  for (const auto& row : rows) {
    EXPECT_EQ(row.kind(), runtime::records::v1::AUDIT_KIND_REFUSAL);
    EXPECT_THAT(row.caller_id(), IsEmpty());
    EXPECT_THAT(row.SerializeAsString(), Not(::testing::HasSubstr("password")));
    naming_li += IdsOf(row) == std::map<std::string, std::string>{{"person_id", "li"}};
  }
  EXPECT_EQ(naming_li, 1);
}

TEST_F(AuditRows, SayWhoMadeAnInviteAndWhoAcceptedIt) {
  const auto tokens = milkway_.Admit("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"});
  const auto made = RowsOf("CreateInvite");
  const auto accepted = RowsOf("AcceptInvite");

  ASSERT_THAT(made, SizeIs(1));
  EXPECT_EQ(made[0].caller_id(), "root");
  EXPECT_THAT(IdsOf(made[0]), ElementsAre(Pair("invite_id", "1"), Pair("person_id", "wang")));
  ASSERT_THAT(accepted, SizeIs(1));
  EXPECT_EQ(accepted[0].caller_id(), "wang");
  EXPECT_THAT(IdsOf(accepted[0]), ElementsAre(Pair("invite_id", "1"), Pair("person_id", "wang"),
                                              Pair("session_id", tokens.session_id())));
}

TEST_F(AuditRows, ShowWhatAPersonWasAndIsButNoName) {
  v1::Person wang = *milkway_.AddPerson("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1"});
  v1::UpdatePersonRequest request;
  request.set_request_id(NewRequestId());
  wang.set_display_name("王老师");
  wang.set_scopes(0, "school-2");
  *request.mutable_person() = wang;
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::UpdatePerson, request, "admin:root"),
              IsOk());
  const auto rows = RowsOf("UpdatePerson");

  ASSERT_THAT(rows, SizeIs(1));
  ASSERT_THAT(rows[0].settings(), SizeIs(1));
  const std::string setting = rows[0].settings(0).SerializeAsString();
  EXPECT_THAT(setting, ::testing::HasSubstr("school-1"));
  EXPECT_THAT(setting, ::testing::HasSubstr("school-2"));
  EXPECT_THAT(setting, Not(::testing::HasSubstr("王老师")));
}

TEST_F(AuditRows, TellOfATokenThatWasUsedTwiceAndOfNoOrdinaryRefresh) {
  const auto tokens = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  ASSERT_THAT(milkway_.Refresh(tokens.refresh_token()), IsOk());
  EXPECT_THAT(RowsOf("Refresh"), IsEmpty());
  ASSERT_THAT(milkway_.Refresh(tokens.refresh_token()), IsRefusal("REFRESH_TOKEN_REUSED"));
  const auto rows = RowsOf("Refresh");

  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].kind(), runtime::records::v1::AUDIT_KIND_CHANGE) << "the session is over";
  EXPECT_THAT(IdsOf(rows[0]),
              ElementsAre(Pair("person_id", "li"), Pair("session_id", tokens.session_id())));
  EXPECT_EQ(rows[1].kind(), runtime::records::v1::AUDIT_KIND_REFUSAL);
}

TEST_F(AuditRows, TellOfTheFirstAdminAndOfWhoeverTried) {
  v1::SetUpRequest request;
  request.set_request_id(NewRequestId());
  request.set_setup_code("wrong");
  request.set_person_id("root");
  request.set_password(kPassword);
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::SetUp, request, ""),
              IsRefusal("SET_UP_REFUSED"));
  request.set_setup_code(milkway_.SetUpCode());
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::SetUp, request, ""), IsOk());
  const auto rows = RowsOf("SetUp");

  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].kind(), runtime::records::v1::AUDIT_KIND_REFUSAL);
  EXPECT_EQ(rows[1].kind(), runtime::records::v1::AUDIT_KIND_CHANGE);
  EXPECT_EQ(rows[1].caller_id(), "root");
}

}  // namespace
}  // namespace milkway::accounts
