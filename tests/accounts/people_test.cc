// People and organisations: use cases on a store.

#include "services/accounts/people.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/organisations.h"
#include "services/accounts/person.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using storage::Transaction;

class People : public ::testing::Test {
 protected:
  People() {
    call_.now_us = 1'800'000'000'000'000;
    call_.caller.id = "root";
  }

  static Person Somebody(const std::string& person_id, Role role = common::v1::ROLE_AUDITOR) {
    return {person_id, person_id, "", "", "", role, {}, ""};
  }
  absl::StatusOr<rec::PersonRecord> Create(const Person& person) {
    return Transact(*store_, [&](Transaction& transaction) {
      return CreatePerson(transaction, person.person_id, RecordOf(person), call_);
    });
  }
  absl::StatusOr<rec::PersonRecord> Update(const Person& person) {
    return Transact(*store_, [&](Transaction& transaction) {
      return UpdatePerson(transaction, person, call_);
    });
  }
  absl::StatusOr<rec::PersonRecord> Disable(const std::string& person_id, bool disabled = true) {
    return Transact(*store_, [&](Transaction& transaction) {
      return SetDisabled(transaction, person_id, disabled, call_);
    });
  }
  // An admin who can sign in.
  void AddAdmin(const std::string& person_id) {
    const auto admin = Create(Somebody(person_id, common::v1::ROLE_ADMIN));
    ASSERT_THAT(admin, IsOk());
    rec::CredentialsRecord credentials;
    credentials.set_password_hash("a hash");
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return PutCredentials(transaction, person_id, *admin, credentials);
                         }),
                IsOk());
  }

  testing::MemoryStore store_;
  runtime::Call call_;
};

TEST_F(People, AreRecordedOnce) {
  ASSERT_THAT(Create(Somebody("li")), IsOk());

  EXPECT_THAT(Create(Somebody("li")), IsRefusal("PERSON_EXISTS"));
}

TEST_F(People, DoNotShareASignInName) {
  Person li = Somebody("li");
  li.sign_in_name = "li@example.org";
  Person wang = Somebody("wang");
  wang.sign_in_name = "li@example.org";
  ASSERT_THAT(Create(li), IsOk());

  EXPECT_THAT(Create(wang), IsRefusal("SIGN_IN_NAME_TAKEN"));
  wang.sign_in_name = "wang";
  ASSERT_THAT(Create(wang), IsOk());
  wang.sign_in_name = "li@example.org";
  wang.etag = "1";
  EXPECT_THAT(Update(wang), IsRefusal("SIGN_IN_NAME_TAKEN"));
}

TEST_F(People, WhoTakesAnotherNameLeavesTheOldOneFree) {
  Person li = Somebody("li");
  ASSERT_THAT(Create(li), IsOk());
  li.sign_in_name = "li@example.org";
  li.etag = "1";
  ASSERT_THAT(Update(li), IsOk());

  EXPECT_EQ(*FindBySignInName(*store_->NewSnapshot(), "li"), std::nullopt);
  EXPECT_EQ(*FindBySignInName(*store_->NewSnapshot(), "li@example.org"), "li");
  Person other = Somebody("other");
  other.sign_in_name = "li";
  EXPECT_THAT(Create(other), IsOk());
}

TEST_F(People, AreChangedOnlyAsTheyWereSeen) {
  Person li = Somebody("li");
  ASSERT_THAT(Create(li), IsOk());
  li.etag = "1";
  li.display_name = "李";
  ASSERT_THAT(Update(li), IsOk());

  EXPECT_THAT(Update(li), IsRefusal("PERSON_CHANGED"));
  li.etag = "";
  EXPECT_THAT(Update(li), IsRefusal("PERSON_CHANGED"));
  EXPECT_THAT(Update(Somebody("nobody")), IsRefusal("PERSON_UNKNOWN"));
}

TEST_F(People, BelongToOrganisationsThatAreThere) {
  Person li = Somebody("li");
  li.organisation_id = "charity";
  EXPECT_THAT(Create(li), IsRefusal("ORGANISATION_UNKNOWN"));

  ASSERT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) {
                 return CreateOrganisation(transaction, {"charity", "Milk", "AU", ""}, call_);
               }),
      IsOk());
  EXPECT_THAT(Create(li), IsOk());
}

TEST_F(People, TheLastAdminWhoCanSignInStaysOne) {
  AddAdmin("root");
  // An admin who never set a password could let nobody in.
  ASSERT_THAT(Create(Somebody("second", common::v1::ROLE_ADMIN)), IsOk());

  EXPECT_THAT(Disable("root"), IsRefusal("LAST_ADMIN"));
  Person demoted = Somebody("root", common::v1::ROLE_AUDITOR);
  demoted.etag = "1";
  EXPECT_THAT(Update(demoted), IsRefusal("LAST_ADMIN"));
  EXPECT_TRUE(*HasReadyAdmin(*store_->NewSnapshot()));
}

TEST_F(People, OneOfTwoAdminsMayGo) {
  AddAdmin("root");
  AddAdmin("second");

  ASSERT_THAT(Disable("root"), IsOk());
  EXPECT_THAT(Disable("second"), IsRefusal("LAST_ADMIN"));
  ASSERT_THAT(Disable("root", false), IsOk());
  EXPECT_THAT(Disable("second"), IsOk());
}

TEST_F(People, DisablingTwiceChangesNothing) {
  ASSERT_THAT(Create(Somebody("li")), IsOk());
  const auto first = Disable("li");
  const auto second = Disable("li");

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->version(), second->version());
}

TEST_F(People, OrganisationsAreChangedOnlyAsTheyWereSeen) {
  const auto update = [&](const std::string& etag) {
    return Transact(*store_, [&](Transaction& transaction) {
      return UpdateOrganisation(transaction, {"charity", "Milk", "", etag}, call_);
    });
  };
  EXPECT_THAT(update("1"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) {
                 return CreateOrganisation(transaction, {"charity", "Milk", "AU", ""}, call_);
               }),
      IsOk());

  EXPECT_THAT(update("1"), IsOk());
  EXPECT_THAT(update("1"), IsRefusal("ORGANISATION_CHANGED"));
}

TEST(Roles, ScopesShrinkWhenOneIsMissing) {
  EXPECT_FALSE(Shrinks({}, {}));
  EXPECT_FALSE(Shrinks({"a"}, {"a", "b"}));
  EXPECT_TRUE(Shrinks({"a", "b"}, {"b"}));
  EXPECT_TRUE(Shrinks({"a"}, {"b"}));
}

TEST(Roles, ProcurementInvitesDonorsOnly) {
  using enum common::v1::Role;
  EXPECT_TRUE(MayInvite(ROLE_PROCUREMENT, ROLE_DONOR));
  for (const Role role :
       {ROLE_ADMIN, ROLE_PROCUREMENT, ROLE_WAREHOUSE, ROLE_SCHOOL_CONTACT, ROLE_AUDITOR}) {
    EXPECT_FALSE(MayInvite(ROLE_PROCUREMENT, role));
    EXPECT_TRUE(MayInvite(ROLE_ADMIN, role));
    EXPECT_FALSE(MayInvite(ROLE_AUDITOR, role));
  }
}

TEST(Roles, NobodyIsAService) {
  EXPECT_FALSE(IsPersonsRole(common::v1::ROLE_SERVICE));
  EXPECT_FALSE(IsPersonsRole(common::v1::ROLE_UNSPECIFIED));
  EXPECT_FALSE(IsPersonsRole(static_cast<Role>(99)));
  EXPECT_TRUE(IsPersonsRole(common::v1::ROLE_DONOR));
}

}  // namespace
}  // namespace milkway::accounts
