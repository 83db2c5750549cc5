// Who may call what, by access tokens: none that is not taken opens anything, none that is
// taken shows what is another's, and none keeps a stream open that it would not open now.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/access.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/operations/v1/audit.grpc.pb.h"
#include "services/runtime/tokens/access_token.h"
#include "tests/runtime/token_forge.h"
#include "tests/support/refusal_matchers.h"
#include "tests/system/access_world.h"
#include "tests/system/generic_call.h"

namespace milkway::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Programme = AccessWorld::Programme;

AccessWorld& World() {
  static AccessWorld& world = *new AccessWorld(MILKWAY_DEMO);
  return world;
}

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

Metadata Bearer(const std::string& token) {
  return {{"authorization", absl::StrCat("Bearer ", token)}};
}

absl::Status Ask(const MethodDescriptor& method, const Message& request, const Metadata& as) {
  return clients::FromGrpcStatus(CallMethod(World().channel(), method, request, as).status);
}

// A request that names what is in that programme.
std::unique_ptr<Message> RequestFor(const MethodDescriptor& method, Programme programme) {
  std::unique_ptr<Message> request = NewMessage(*method.input_type());
  const auto& ids = World().IdsOf(programme);
  SetIds(request.get(), [&](const std::string& name) -> std::string {
    const auto known = ids.find(name);
    return known == ids.end() ? "there-is-no-such" : *known->second.begin();
  });
  return request;
}

TEST(AccessTokens, ThatAreNotTakenOpenNothing) {
  const int64_t now_s = World().clock().NowUs() / 1'000'000;
  const runtime::TokenKey& key = World().token_key();
  const runtime::AccessClaims admin = {"li",       common::v1::ROLE_ADMIN, {}, "good", now_s,
                                       now_s + 600};
  runtime::AccessClaims old = admin;
  old.issued_at_s = now_s - 700;
  old.expires_at_s = now_s - 100;
  runtime::AccessClaims ended = admin;
  ended.session_id = "ended";
  const std::string good = *key.Sign(admin);
  std::string claims;
  const std::vector<std::string> parts = absl::StrSplit(good, '.');
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  const auto typed = [&](const char* typ) {
    const std::string header =
        absl::StrCat(R"({"alg":"ES256","kid":")", key.kid(), R"(","typ":")", typ, R"("})");
    return SignedByEs256(header, claims, key.private_pem());
  };
  const std::vector<std::pair<std::string, std::string>> tokens = {
      {*key.Sign(old), "TOKEN_EXPIRED"},
      {*key.Sign(ended), "SESSION_ENDED"},
      {*runtime::TokenKey::Generate()->Sign(admin), "TOKEN_INVALID"},
      {typed("JWT"), "TOKEN_INVALID"}};

  for (const MethodDescriptor* method : World().methods()) {
    World().Hear({"ended"});
    const auto request = NewMessage(*method->input_type());
    for (const auto& [token, reason] : tokens) {
      EXPECT_THAT(Ask(*method, *request, Bearer(token)), IsRefusal(reason)) << NameOf(*method);
    }
    // It is the token that they lack; the accounts know, too, that nobody signed in here.
    if (absl::StartsWith(NameOf(*method), "milkway.accounts.")) continue;
    EXPECT_NE(Ask(*method, *request, Bearer(good)).code(), absl::StatusCode::kUnauthenticated)
        << NameOf(*method);
    EXPECT_NE(Ask(*method, *request, Bearer(typed("at+jwt"))).code(),
              absl::StatusCode::kUnauthenticated);
  }
}

struct Person {
  const char* name;
  Programme own;
  Programme foreign;
  std::vector<std::string> scopes;
  const char* foreign_school;
};

// What the person is shown through the shared channel, of one method; whether it is
// anything.
bool AskAs(const Person& person, const MethodDescriptor& method, const Metadata& token) {
  const auto own = CallMethod(World().channel(), method, *RequestFor(method, person.own), token);
  EXPECT_NE(own.status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
      << NameOf(method) << " as " << person.name << ": " << own.status.error_message();
  EXPECT_NE(own.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << NameOf(method);
  if (own.message != nullptr) {
    EXPECT_FALSE(absl::StrContains(own.message->ShortDebugString(), person.foreign_school))
        << NameOf(method) << " as " << person.name;
  }
  const auto foreign =
      CallMethod(World().channel(), method, *RequestFor(method, person.foreign), token);
  EXPECT_EQ(foreign.status.error_code(), grpc::StatusCode::PERMISSION_DENIED)
      << NameOf(method) << " as " << person.name;
  EXPECT_EQ(foreign.message, nullptr);
  return own.message != nullptr && own.message->ByteSizeLong() > 0;
}

TEST(AccessTokens, OfTwoPeopleOnOneChannelNeverShowWhatIsTheOthers) {
  std::vector<const MethodDescriptor*> methods;
  for (const MethodDescriptor* method : World().methods()) {
    const auto& access = method->options().GetExtension(common::v1::access);
    const bool is_for_contacts = std::find(access.roles().begin(), access.roles().end(),
                                           common::v1::ROLE_SCHOOL_CONTACT) != access.roles().end();
    if (is_for_contacts && access.scope_field() == "school_id" && !method->server_streaming() &&
        method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
      methods.push_back(method);
    }
  }
  ASSERT_GT(methods.size(), 5u);
  const Person people[] = {
      {"wang", Programme::kChangyuan, Programme::kLushan, {"changyuan"}, "lushan"},
      {"zhao", Programme::kLushan, Programme::kChangyuan, {"lushan"}, "changyuan"}};
  std::atomic<int> shown{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, &person = people[thread % 2]] {
      for (int round = 0; round < 10; ++round) {
        const Metadata token = World().SignedIn(person.name, common::v1::ROLE_SCHOOL_CONTACT,
                                                person.scopes, person.name);
        for (const MethodDescriptor* method : methods) shown += AskAs(person, *method, token);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(shown, 0) << "nothing was shown that could have been another's";
}

TEST(AccessTokens, KeepNoWatchOpenOnceTheirSessionHasEnded) {
  int watches = 0;
  for (const MethodDescriptor* method : World().methods()) {
    if (!method->server_streaming() || !absl::StartsWith(method->name(), "Watch")) continue;
    ++watches;
    const std::string session = method->name();
    const grpc::Status end =
        ReadToTheEnd(World().channel(), *method, *RequestFor(*method, Programme::kChangyuan),
                     World().SignedIn("li", common::v1::ROLE_ADMIN, {}, session),
                     [&] { World().Hear({session}); });
    EXPECT_THAT(clients::FromGrpcStatus(end), IsRefusal("SESSION_ENDED")) << NameOf(*method);
  }
  EXPECT_EQ(watches, 3);
}

// Rows of the audit logs since a time that say that a method whose name begins so was
// refused.
int RefusalsOf(const std::string& method, int64_t from_us) {
  operations::v1::AuditService::Stub stub(World().channel());
  grpc::ClientContext context;
  for (const auto& [key, value] : World().SignedIn("sun", common::v1::ROLE_AUDITOR, {}, "audit")) {
    context.AddMetadata(key, value);
  }
  operations::v1::ListAuditEntriesRequest request;
  request.set_method(method);
  request.set_kind(operations::v1::AUDIT_ENTRY_KIND_REFUSAL);
  request.set_from_us(from_us);
  operations::v1::ListAuditEntriesResponse answer;
  EXPECT_TRUE(stub.ListAuditEntries(&context, request, &answer).ok());
  return answer.entries_size();
}

// They come to their end as they should: nobody was refused anything.
TEST(AccessTokens, KeepNoWatchOpenOnceTheyHaveExpired) {
  constexpr int64_t kLifeS = 10;
  const int64_t began_us = World().clock().NowUs();
  int watches = 0;
  for (const MethodDescriptor* method : World().methods()) {
    if (!method->server_streaming() || !absl::StartsWith(method->name(), "Watch")) continue;
    ++watches;
    World().Hear();
    const int64_t now_s = World().clock().NowUs() / 1'000'000;
    const std::string token = *World().token_key().Sign(
        {"li", common::v1::ROLE_ADMIN, {}, "short", now_s, now_s + kLifeS});
    const grpc::Status end = ReadToTheEnd(
        World().channel(), *method, *RequestFor(*method, Programme::kChangyuan), Bearer(token), [] {
          // Before the server would have to be told again that its keys are good.
          World().clock().Move((kLifeS + runtime::kClockLeewayS + 5) * 1'000'000);
        });
    EXPECT_THAT(clients::FromGrpcStatus(end), IsRefusal("TOKEN_EXPIRED")) << NameOf(*method);
  }
  EXPECT_EQ(watches, 3);
  EXPECT_EQ(RefusalsOf("Watch", began_us), 0);
}

TEST(AccessTokens, RecordNothingThroughAStreamOnceTheirSessionHasEnded) {
  consumption::v1::DistributionService::Stub stub(World().channel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  for (const auto& [key, value] : World().SignedIn("li", common::v1::ROLE_ADMIN, {}, "classroom")) {
    context.AddMetadata(key, value);
  }
  const auto stream = stub.StreamDistributions(&context);
  consumption::v1::StreamDistributionsRequest record;
  record.mutable_record()->set_request_id("no-uuid");
  consumption::v1::StreamDistributionsResponse result;
  ASSERT_TRUE(stream->Write(record));
  ASSERT_TRUE(stream->Read(&result));

  World().Hear({"classroom"});
  stream->Write(record);

  EXPECT_FALSE(stream->Read(&result));
  EXPECT_THAT(clients::FromGrpcStatus(stream->Finish()), IsRefusal("SESSION_ENDED"));
}

}  // namespace
}  // namespace milkway::testing
