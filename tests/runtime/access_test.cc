// Who calls, and what they may call.

#include "services/runtime/access.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "clients/cpp/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "services/runtime/peer_identity.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/trust.h"
#include "tests/runtime/one_method_server.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using common::v1::Role;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::OneMethodServer;
using testing::ServeMilkRequest;
using testing::WhoAmIRequest;
using testing::WhoAmIResponse;

constexpr int64_t kNowUs = 1'800'000'000'000'000;

absl::StatusOr<Access> BuildFor(absl::string_view service,
                                Authentication authentication = Authentication::Development()) {
  const auto* descriptor =
      WhoAmIRequest::descriptor()->file()->FindServiceByName(std::string(service));
  return Access::Build(std::move(authentication), {descriptor});
}

Access SoundAccess() { return *BuildFor("SoundService"); }

Caller CallerOf(Role role, std::vector<std::string> scopes = {}) {
  return {.id = "wang",
          .role = role,
          .scopes = std::move(scopes),
          .session_id = "",
          .on_behalf_of = ""};
}

ServeMilkRequest ServeMilkAt(const std::string& school_id) {
  ServeMilkRequest request;
  request.mutable_serving()->set_school_id(school_id);
  return request;
}

TEST(Policies, OfEveryMethodMustBeStated) {
  const auto access = BuildFor("ForgetfulService");

  EXPECT_THAT(access, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(access.status().message()),
              AllOf(HasSubstr("milkway.runtime.testing.ForgetfulService/Forget"),
                    Not(HasSubstr("Remember"))));
}

TEST(Policies, MustNameRolesThatExist) {
  const auto access = BuildFor("RolelessService");

  EXPECT_THAT(access, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(access.status().message()),
              AllOf(HasSubstr("AskNobody"), HasSubstr("AskAnybody")));
}

TEST(Policies, MustNameAStringOfTheRequestAsScopeField) {
  const auto access = BuildFor("MisledService");

  EXPECT_THAT(access, StatusIs(absl::StatusCode::kFailedPrecondition));
  for (const char* method : {"NameNothing", "NameNumber", "NameMessage", "NameMany",
                             "NamePastString", "NameWithinMany"}) {
    EXPECT_THAT(std::string(access.status().message()), HasSubstr(method));
  }
}

TEST(Policies, BelongToOneMethodARequestType) {
  const auto access = BuildFor("SharingService");

  EXPECT_THAT(access, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(access.status().message()),
              AllOf(HasSubstr("AskOnce"), HasSubstr("AskTwice")));
}

TEST(Policies, AreKeptUnderTheMethodOfTheirRequest) {
  EXPECT_EQ(SoundAccess().MethodOf(ServeMilkRequest::descriptor()),
            "milkway.runtime.testing.SoundService/ServeMilk");
}

TEST(Policies, AreOnlyForServicesThatWereGiven) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // gRPC has threads
  EXPECT_DEATH((void)SoundAccess().MethodOf(WhoAmIResponse::descriptor()), "check failed");
}

TEST(ARole, MayCallWhatListsIt) {
  const Access access = SoundAccess();

  EXPECT_THAT(access.CheckRole(CallerOf(common::v1::ROLE_ADMIN), WhoAmIRequest::descriptor()),
              IsOk());
  EXPECT_THAT(
      access.CheckRole(CallerOf(common::v1::ROLE_SCHOOL_CONTACT), WhoAmIRequest::descriptor()),
      IsOk());
}

TEST(ARole, MayNotCallWhatDoesNotListIt) {
  const Access access = SoundAccess();

  for (const Role role : {common::v1::ROLE_UNSPECIFIED, common::v1::ROLE_PROCUREMENT,
                          common::v1::ROLE_DONOR, common::v1::ROLE_SERVICE}) {
    const absl::Status refusal = access.CheckRole(CallerOf(role), WhoAmIRequest::descriptor());
    EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(refusal, IsRefusal("PERMISSION_DENIED"));
  }
}

TEST(ARole, IsToldWhoMayCallInstead) {
  const absl::Status refusal =
      SoundAccess().CheckRole(CallerOf(common::v1::ROLE_DONOR), WhoAmIRequest::descriptor());

  EXPECT_EQ(refusal.message(),
            "milkway.runtime.testing.SoundService/WhoAmI is open to admin, school_contact and not "
            "to donor; ask one of them to do it, or an admin for another role");
}

TEST(AnAdmin, IsListedLikeEveryOtherRole) {
  EXPECT_THAT(
      SoundAccess().CheckRole(CallerOf(common::v1::ROLE_ADMIN), ServeMilkRequest::descriptor()),
      StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(AScope, HoldsWhatItNames) {
  const Access access = SoundAccess();

  for (const Role role :
       {common::v1::ROLE_WAREHOUSE, common::v1::ROLE_SCHOOL_CONTACT, common::v1::ROLE_DONOR}) {
    const Caller caller = CallerOf(role, {"lushan", "changyuan"});
    EXPECT_THAT(access.CheckScope(caller, ServeMilkAt("changyuan")), IsOk());
    EXPECT_THAT(access.CheckScope(caller, ServeMilkAt("lushan")), IsOk());
  }
}

TEST(AScope, HoldsNothingElse) {
  const Access access = SoundAccess();

  for (const Role role :
       {common::v1::ROLE_WAREHOUSE, common::v1::ROLE_SCHOOL_CONTACT, common::v1::ROLE_DONOR}) {
    for (const char* school : {"", "chang", "changyuan2", "Changyuan"}) {
      const absl::Status refusal =
          access.CheckScope(CallerOf(role, {"changyuan"}), ServeMilkAt(school));
      EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kPermissionDenied));
      EXPECT_THAT(refusal, IsRefusal("PERMISSION_DENIED"));
      EXPECT_THAT(std::string(refusal.message()), HasSubstr("serving.school_id"));
    }
  }
}

TEST(AScope, ThatIsEmptyHoldsNothing) {
  const Access access = SoundAccess();
  const Caller nowhere = CallerOf(common::v1::ROLE_SCHOOL_CONTACT);
  const Caller unnamed = CallerOf(common::v1::ROLE_SCHOOL_CONTACT, {""});

  EXPECT_THAT(access.CheckScope(nowhere, ServeMilkAt("changyuan")),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(access.CheckScope(nowhere, ServeMilkRequest()),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(access.CheckScope(unnamed, ServeMilkAt("")),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(AScope, DoesNotLimitTheRolesThatHaveEveryScope) {
  for (const Role role : {common::v1::ROLE_ADMIN, common::v1::ROLE_PROCUREMENT,
                          common::v1::ROLE_AUDITOR, common::v1::ROLE_SERVICE}) {
    EXPECT_THAT(SoundAccess().CheckScope(CallerOf(role), ServeMilkAt("changyuan")), IsOk());
    EXPECT_THAT(SoundAccess().CheckScope(CallerOf(role), ServeMilkRequest()), IsOk());
  }
}

TEST(AScope, DoesNotLimitAMethodWithoutAScopeField) {
  EXPECT_THAT(SoundAccess().CheckScope(CallerOf(common::v1::ROLE_SCHOOL_CONTACT), WhoAmIRequest()),
              IsOk());
}

// A server that answers who calls it, as the headers say.
class Identification : public ::testing::Test {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  absl::StatusOr<WhoAmIResponse> Ask(const Headers& headers) {
    grpc::ClientContext context;
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    WhoAmIResponse response;
    const grpc::Status status = server_.Call(&context, &response);
    if (!status.ok()) return clients::FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<WhoAmIResponse> AskAs(const std::string& caller) {
    return Ask({{"x-milkway-dev-caller", caller}});
  }

  Access access_ = SoundAccess();
  Call call_;  // the last one

 private:
  OneMethodServer server_{
      [this](const grpc::CallbackServerContext& context, WhoAmIResponse* response) {
        call_ = Call{};
        call_.now_us = kNowUs;
        const absl::Status status = access_.Identify(context, WhoAmIRequest::descriptor(), &call_);
        if (!status.ok()) return ToGrpcStatus(status);
        response->set_role(call_.caller.role);
        response->set_id(call_.caller.id);
        for (const std::string& scope : call_.caller.scopes) response->add_scopes(scope);
        return grpc::Status();
      }};
};

TEST_F(Identification, ReadsRoleIdAndScopes) {
  const auto caller = AskAs("school_contact:wang:changyuan,lushan");

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->role(), common::v1::ROLE_SCHOOL_CONTACT);
  EXPECT_EQ(caller->id(), "wang");
  EXPECT_THAT(caller->scopes(), ElementsAre("changyuan", "lushan"));
}

TEST_F(Identification, NeedsNoScopesAndNoId) {
  const auto service = AskAs("service:consumption");
  ASSERT_THAT(service, IsOk());
  EXPECT_EQ(service->role(), common::v1::ROLE_SERVICE);
  EXPECT_EQ(service->id(), "consumption");
  EXPECT_THAT(service->scopes(), IsEmpty());

  const auto auditor = AskAs("auditor");
  ASSERT_THAT(auditor, IsOk());
  EXPECT_EQ(auditor->role(), common::v1::ROLE_AUDITOR);
  EXPECT_EQ(auditor->id(), "");
}

TEST_F(Identification, KnowsEveryRole) {
  for (int role = common::v1::ROLE_ADMIN; role <= common::v1::Role_MAX; ++role) {
    std::string name = common::v1::Role_Name(role).substr(sizeof("ROLE_") - 1);
    for (char& letter : name) letter = absl::ascii_tolower(letter);

    const auto caller = AskAs(name + ":x");

    ASSERT_THAT(caller, IsOk()) << name;
    EXPECT_EQ(caller->role(), role);
  }
}

TEST_F(Identification, RefusesAMalformedHeaderAndShowsItsForm) {
  for (const std::string& header :
       {std::string(""), std::string(":"), std::string("admin:"), std::string("admin::changyuan"),
        std::string("admin:dev:"), std::string("admin:dev:,"), std::string("admin:dev:a,"),
        std::string("admin:dev:,a"), std::string("admin:dev:a,,b"), std::string("admin:dev:a:b"),
        std::string("Admin:dev"), std::string("ADMIN"), std::string("role_admin"),
        std::string("unspecified:x"), std::string("root"), std::string("school-contact:wang"),
        std::string(",admin"), "donor:x:" + std::string(2000, 'a')}) {
    const auto caller = AskAs(header);

    EXPECT_THAT(caller, StatusIs(absl::StatusCode::kUnauthenticated)) << header;
    EXPECT_THAT(caller, IsRefusal("CALLER_UNKNOWN")) << header;
    EXPECT_THAT(std::string(caller.status().message()),
                AllOf(HasSubstr("<role>[:<id>[:<scope>,...]]"), HasSubstr("school_contact")))
        << header;
  }
}

TEST_F(Identification, NeedsTheHeaderOnceAndOnlyOnce) {
  const auto nobody = Ask({});
  EXPECT_THAT(nobody, IsRefusal("CALLER_UNKNOWN"));
  EXPECT_THAT(std::string(nobody.status().message()), HasSubstr("x-milkway-dev-caller"));

  EXPECT_THAT(Ask({{"x-milkway-dev-caller", "donor:li"}, {"x-milkway-dev-caller", "admin:li"}}),
              IsRefusal("CALLER_UNKNOWN"));
}

TEST_F(Identification, LetsNobodyInWithoutAWayToTell) {
  access_ = *BuildFor("SoundService", {});

  const auto caller = AskAs("admin:dev");

  EXPECT_THAT(caller, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(caller, IsRefusal("CALLER_UNKNOWN"));
}

// Callers of a server that believes no development header.
class ProvenIdentification : public Identification {
 protected:
  ProvenIdentification() {
    access_ = *BuildFor("SoundService", {&trust_, std::string(kProcessKey), false});
    trust_.Update({{key_.kid(), key_.public_pem()}}, {}, kNowUs);
  }

  std::string TokenOf(const std::string& person) {
    const int64_t now_s = kNowUs / 1'000'000;
    return *key_.Sign({person, common::v1::ROLE_ADMIN, {}, "s1", now_s, now_s + 600});
  }

  static constexpr char kProcessKey[] = "the key of this process";
  const TokenKey key_ = *TokenKey::Generate();
  Trust trust_;
};

TEST_F(ProvenIdentification, KnowsAPersonByHisToken) {
  const auto caller = Ask({{"authorization", "Bearer " + TokenOf("wang")}});

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->id(), "wang");
  EXPECT_EQ(call_.caller.session_id, "s1");
  EXPECT_EQ(call_.origin.caller_id, "wang");
  EXPECT_THAT(call_.origin.token, Not(IsEmpty()));
  EXPECT_EQ(call_.peer, "127.0.0.1");
}

TEST_F(ProvenIdentification, BelievesNoHeaderThatAnybodyCanWrite) {
  EXPECT_THAT(AskAs("admin:dev"), IsRefusal("CALLER_UNKNOWN"));
  EXPECT_THAT(Ask({}), IsRefusal("CALLER_UNKNOWN"));
  EXPECT_THAT(Ask({{"x-milkway-service", "inventory"}}), IsRefusal("CALLER_UNKNOWN"));
  EXPECT_THAT(Ask({{"x-milkway-service", "inventory"}, {"x-milkway-process-key", ""}}),
              IsRefusal("CALLER_UNKNOWN"));
  EXPECT_THAT(Ask({{"x-milkway-service", "inventory"},
                   {"x-milkway-process-key", "the key of that process"}}),
              IsRefusal("CALLER_UNKNOWN"));
  // Who calls himself a service is not asked for another name.
  EXPECT_THAT(
      Ask({{"x-milkway-service", "inventory"}, {"authorization", "Bearer " + TokenOf("wang")}}),
      IsRefusal("CALLER_UNKNOWN"));
}

TEST_F(ProvenIdentification, TakesOneTokenInOneForm) {
  const std::string token = TokenOf("wang");
  for (const std::string& header : {token, "bearer " + token, "Bearer  " + token, "Basic " + token,
                                    std::string("Bearer "), std::string()}) {
    EXPECT_THAT(Ask({{"authorization", header}}), IsRefusal("TOKEN_INVALID")) << header;
  }
  EXPECT_THAT(Ask({{"authorization", "Bearer " + token}, {"authorization", "Bearer " + token}}),
              IsRefusal("CALLER_UNKNOWN"));
}

TEST_F(ProvenIdentification, KnowsAServiceOfTheProcessAndForWhomItCalls) {
  const auto caller = Ask({{"x-milkway-service", "shipments"},
                           {"x-milkway-process-key", kProcessKey},
                           {"x-milkway-on-behalf-of", "wang"},
                           {"x-milkway-on-behalf-of-token", TokenOf("wang")}});

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->role(), common::v1::ROLE_SERVICE);
  EXPECT_EQ(caller->id(), "shipments");
  EXPECT_EQ(call_.caller.on_behalf_of, "wang");
}

TEST_F(ProvenIdentification, RefusesAServiceThatCallsForSomebodyElseThanTheTokenSays) {
  EXPECT_THAT(Ask({{"x-milkway-service", "shipments"},
                   {"x-milkway-process-key", kProcessKey},
                   {"x-milkway-on-behalf-of", "li"},
                   {"x-milkway-on-behalf-of-token", TokenOf("wang")}}),
              IsRefusal("TOKEN_INVALID"));
}

TEST_F(ProvenIdentification, TakesOnNobodysBehalfFromAPerson) {
  ASSERT_THAT(
      Ask({{"authorization", "Bearer " + TokenOf("wang")}, {"x-milkway-on-behalf-of", "li"}}),
      IsOk());
  EXPECT_EQ(call_.caller.on_behalf_of, "");
  EXPECT_EQ(call_.origin.caller_id, "wang");
}

TEST(PeerAddresses, AreThoseOfTheMachineWithoutThePort) {
  EXPECT_EQ(AddressOfPeer("ipv4:203.0.113.7:5012"), "203.0.113.7");
  EXPECT_EQ(AddressOfPeer("ipv6:%5B2001:db8::1%5D:443"), "2001:db8::1");
  EXPECT_EQ(AddressOfPeer("ipv6:[::1]:443"), "::1");
  EXPECT_EQ(AddressOfPeer("unix:"), "unix");
  EXPECT_EQ(AddressOfPeer("inproc"), "inproc");
}

}  // namespace
}  // namespace milkway::runtime
