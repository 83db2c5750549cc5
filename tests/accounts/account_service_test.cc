// People as they are shown and checked, over gRPC.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/accounts/accounts_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::AccountsSystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::milkway::testing::NewRequestId;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AccountServiceTest : public ::testing::Test {
 protected:
  AccountsSystem milkway_;
};

TEST_F(AccountServiceTest, AuditorsSeeWhoMayDoWhatButNoNames) {
  const auto li = milkway_.Admit("li", common::v1::ROLE_PROCUREMENT);
  v1::Person person = li.person();
  person.set_display_name("李小明");
  ASSERT_THAT(milkway_.Update(person), IsOk());
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

TEST_F(AccountServiceTest, PeopleAreFoundByRoleOrganisationAndScope) {
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

TEST_F(AccountServiceTest, WrongPeopleAreRefusedByTheirField) {
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
