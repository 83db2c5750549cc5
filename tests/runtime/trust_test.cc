// Whose tokens are believed, and for how long.

#include "services/runtime/tokens/trust.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/runtime/tokens/access_token.h"
#include "tests/runtime/token_forge.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::SignedByRs256;
using ::milkway::testing::StatusIs;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNowS = 1'800'000'000;
constexpr int64_t kNowUs = kNowS * 1'000'000;
constexpr int64_t kSecondUs = 1'000'000;

class TrustTest : public ::testing::Test {
 protected:
  TrustTest() { trust_.Update(Keys(), {}, kNowUs); }

  std::vector<Trust::PublicKey> Keys() const { return {{key_.kid(), key_.public_pem()}}; }
  std::string TokenOf(const std::string& person, const std::string& session = "s1") const {
    return *key_.Sign({person, common::v1::ROLE_DONOR, {"gift-1"}, session, kNowS, kNowS + 600});
  }

  const TokenKey key_ = *TokenKey::Generate();
  Trust trust_;
};

TEST_F(TrustTest, KnowsWhoSignedIn) {
  const std::string token = TokenOf("li");
  for (int time = 0; time < 3; ++time) {  // verified, then remembered
    const auto caller = trust_.Identify(token, kNowUs);

    ASSERT_THAT(caller, IsOk());
    EXPECT_EQ(caller->id, "li");
    EXPECT_EQ(caller->role, common::v1::ROLE_DONOR);
    EXPECT_THAT(caller->scopes, ElementsAre("gift-1"));
    EXPECT_EQ(caller->session_id, "s1");
  }
}

TEST_F(TrustTest, ForgetsARememberedTokenWhenItExpires) {
  const std::string token = TokenOf("li");
  ASSERT_THAT(trust_.Identify(token, kNowUs), IsOk());
  const int64_t later_us = kNowUs + (600 + kClockLeewayS) * kSecondUs;
  trust_.Update(Keys(), {}, later_us);

  EXPECT_THAT(trust_.Identify(token, later_us - kSecondUs), IsOk());
  EXPECT_THAT(trust_.Identify(token, later_us), IsRefusal("TOKEN_EXPIRED"));
}

TEST_F(TrustTest, EndsARevokedSessionAlsoForARememberedToken) {
  const std::string token = TokenOf("li");
  const std::string other = TokenOf("li", "s2");
  ASSERT_THAT(trust_.Identify(token, kNowUs), IsOk());

  trust_.Update(Keys(), {{"s1", kNowUs + 700 * kSecondUs}}, kNowUs);

  EXPECT_THAT(trust_.Identify(token, kNowUs), IsRefusal("SESSION_ENDED"));
  EXPECT_THAT(trust_.Identify(other, kNowUs), IsOk());
  trust_.Update(Keys(), {}, kNowUs + kSecondUs);
  EXPECT_THAT(trust_.Identify(token, kNowUs + kSecondUs), IsRefusal("SESSION_ENDED"));
}

TEST_F(TrustTest, BelievesNoKeyThatWasDropped) {
  const std::string token = TokenOf("li");
  ASSERT_THAT(trust_.Identify(token, kNowUs), IsOk());
  const TokenKey next = *TokenKey::Generate();

  trust_.Update({{next.kid(), next.public_pem()}}, {}, kNowUs);

  EXPECT_THAT(trust_.Identify(token, kNowUs), IsRefusal("TOKEN_INVALID"));
}

TEST_F(TrustTest, TakesTokensOfTwoKeysWhileBothLive) {
  const TokenKey next = *TokenKey::Generate();
  std::vector<Trust::PublicKey> keys = Keys();
  keys.push_back({next.kid(), next.public_pem()});
  trust_.Update(keys, {}, kNowUs);

  EXPECT_THAT(trust_.Identify(TokenOf("li"), kNowUs), IsOk());
  EXPECT_THAT(trust_.Identify(*next.Sign({"li", common::v1::ROLE_ADMIN, {}, "s", kNowS, kNowS + 1}),
                              kNowUs),
              IsOk());
}

TEST_F(TrustTest, TakesNoTokenWhenTheAccountsWereNotHeardOfForAMinute) {
  const std::string token = TokenOf("li");
  ASSERT_THAT(trust_.Identify(token, kNowUs + kTrustLifeUs), IsOk());

  EXPECT_THAT(trust_.Identify(token, kNowUs + kTrustLifeUs + 1), IsRefusal("ACCOUNTS_AWAY"));
  EXPECT_THAT(Trust().Identify(token, kNowUs), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TrustTest, KnowsWhoACallBeganWithAfterTheTokenExpired) {
  const std::string token = TokenOf("li");
  const int64_t later_us = kNowUs + 1'800 * kSecondUs;

  EXPECT_EQ(trust_.IdentifyOrigin(token, later_us)->id, "li");
  EXPECT_THAT(trust_.IdentifyOrigin(token + "x", later_us), IsRefusal("TOKEN_INVALID"));
}

TEST_F(TrustTest, DoesNotCallAForeignTokenInvalidBeforeItHeardOfAnyKeys) {
  EXPECT_THAT(Trust().IdentifyOrigin(TokenOf("li"), kNowUs), IsRefusal("ACCOUNTS_AWAY"));
}

// Many callers at once, each of whom must stay himself.
TEST_F(TrustTest, NeverTakesOneForAnother) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 200; ++i) tokens.push_back(TokenOf(absl::StrCat("donor-", i)));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int call = 0; call < 20'000; ++call) {
        const size_t who = static_cast<size_t>(call * 7 + thread * 13) % tokens.size();
        const auto caller = trust_.Identify(tokens[who], kNowUs);
        ASSERT_TRUE(caller.ok());
        ASSERT_EQ(caller->id, absl::StrCat("donor-", who));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

class OutsideIssuerTest : public ::testing::Test {
 protected:
  json File() const {
    return {{"issuer", "https://id.example.org"},
            {"audience", "milkway"},
            {"keys", {{{"kid", "k1"}, {"alg", "RS256"}, {"public_pem", rsa_.public_pem}}}},
            {"role_claim", "groups"},
            {"roles", {{"buyers", "procurement"}, {"stores", "warehouse"}}},
            {"places_claim", "places"}};
  }
  static json Body() {
    return {{"iss", "https://id.example.org"},
            {"aud", json::array({"milkway", "other"})},
            {"sub", "42"},
            {"groups", json::array({"all", "buyers"})},
            {"iat", kNowS},
            {"exp", kNowS + 3'600}};
  }
  std::string Signed(const json& body, const std::string& header = kHeader) const {
    return SignedByRs256(header, body.dump(), rsa_.private_pem);
  }
  absl::StatusOr<Caller> Identify(const std::string& token, int64_t now_us = kNowUs) const {
    Trust trust(*OutsideIssuer::Parse(File().dump()));
    trust.Update({}, {}, now_us);
    return trust.Identify(token, now_us);
  }

  static constexpr char kHeader[] = R"({"alg":"RS256","typ":"JWT","kid":"k1"})";
  static inline const testing::KeyPair rsa_ = testing::NewRsaKey();
};

TEST_F(OutsideIssuerTest, GivesStaffTheirRole) {
  const auto buyer = Identify(Signed(Body()));
  ASSERT_THAT(buyer, IsOk());
  EXPECT_EQ(buyer->id, "https://id.example.org#42");
  EXPECT_EQ(buyer->role, common::v1::ROLE_PROCUREMENT);

  json body = Body();
  body["groups"] = "stores";
  body["places"] = json::array({"sydney"});
  const auto keeper = Identify(Signed(body));
  ASSERT_THAT(keeper, IsOk());
  EXPECT_EQ(keeper->role, common::v1::ROLE_WAREHOUSE);
  EXPECT_THAT(keeper->scopes, ElementsAre("sydney"));
}

TEST_F(OutsideIssuerTest, GivesNobodyTwoRolesOrNone) {
  json body = Body();
  body["groups"] = json::array({"all"});
  EXPECT_THAT(Identify(Signed(body)), IsRefusal("ROLE_MISSING"));
  body["groups"] = json::array({"buyers", "stores"});
  EXPECT_THAT(Identify(Signed(body)), IsRefusal("ROLE_MISSING"));
}

TEST_F(OutsideIssuerTest, IsPinned) {
  const std::string body = Body().dump();
  EXPECT_THAT(Identify(SignedByRs256(kHeader, body, testing::NewRsaKey().private_pem)),
              IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(
      Identify(testing::SignedByHs256(R"({"alg":"HS256","kid":"k1"})", body, rsa_.public_pem)),
      IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Identify(testing::SignedByHs256(kHeader, body, rsa_.public_pem)),
              IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Identify(testing::Compact(R"({"alg":"none","kid":"k1"})", body, "")),
              IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Identify(Signed(Body(), R"({"alg":"RS256","kid":"k2"})")),
              IsRefusal("TOKEN_INVALID"));
}

TEST_F(OutsideIssuerTest, TakesNoTokenForSomebodyElseOrAnotherTime) {
  const std::vector<std::pair<const char*, json>> wrong = {
      {"aud", "other"}, {"aud", json::array()},  {"iss", "https://evil.example"},
      {"sub", ""},      {"exp", kNowS + 90'000}, {"iat", kNowS + 31},
      {"nbf", "soon"},  {"nbf", kNowS + 31}};
  for (const auto& [claim, value] : wrong) {
    json body = Body();
    body[claim] = value;
    EXPECT_THAT(Identify(Signed(body)), IsRefusal("TOKEN_INVALID")) << body.dump();
  }
  EXPECT_THAT(Identify(Signed(Body()), kNowUs + 3'700 * kSecondUs), IsRefusal("TOKEN_EXPIRED"));
}

// A subject becomes part of an id, which goes into metadata, stored steps and lists with
// commas.
TEST_F(OutsideIssuerTest, TakesNoSubjectThatIsNoPlainText) {
  for (const std::string& subject :
       {std::string("42\n"), std::string("4 2"), std::string("42,admin"), std::string("王"),
        std::string("\x7f"), std::string(1, '\0'), std::string(256, 'a')}) {
    json body = Body();
    body["sub"] = subject;
    EXPECT_THAT(Identify(Signed(body)), IsRefusal("TOKEN_INVALID")) << body.dump();
  }
  json body = Body();
  body["sub"] = std::string(255, '~');
  EXPECT_THAT(Identify(Signed(body)), IsOk());
}

TEST_F(OutsideIssuerTest, NamesWhatIsWrongInItsFile) {
  const std::vector<std::pair<const char*, json>> wrong = {{"issuer", ""},
                                                           {"issuer", "milkway"},
                                                           {"issuer", "https://id,other"},
                                                           {"issuer", "公司"},
                                                           {"audience", nullptr},
                                                           {"keys", json::array()},
                                                           {"role_claim", 1},
                                                           {"roles", json::object()},
                                                           {"roles", {{"x", "donor"}}},
                                                           {"roles", {{"x", "service"}}}};
  for (const auto& [member, value] : wrong) {
    json file = File();
    file[member] = value;
    const auto issuer = OutsideIssuer::Parse(file.dump());
    EXPECT_THAT(issuer, StatusIs(absl::StatusCode::kInvalidArgument)) << file.dump();
    EXPECT_THAT(std::string(issuer.status().message()), HasSubstr(member));
  }
  EXPECT_THAT(OutsideIssuer::Parse("{"), StatusIs(absl::StatusCode::kInvalidArgument));
  json file = File();
  file["keys"][0]["alg"] = "HS256";
  EXPECT_THAT(OutsideIssuer::Parse(file.dump()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(OutsideIssuerTest, NeedsKeysThatFitTheirAlgorithm) {
  const auto parse = [this](const std::string& alg, const std::string& pem) {
    json file = File();
    file["keys"][0]["alg"] = alg;
    file["keys"][0]["public_pem"] = pem;
    return OutsideIssuer::Parse(file.dump()).status();
  };
  const std::string p256 = TokenKey::Generate()->public_pem();
  EXPECT_THAT(parse("RS256", rsa_.public_pem), IsOk());
  EXPECT_THAT(parse("ES256", p256), IsOk());
  for (const auto& [alg, pem] : std::vector<std::pair<std::string, std::string>>{
           {"ES256", rsa_.public_pem},
           {"RS256", p256},
           {"RS256", testing::NewRsaKey(1'024).public_pem},
           {"RS256", "-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n"},
           {"RS256", rsa_.public_pem.substr(0, 200)}}) {
    const absl::Status status = parse(alg, pem);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << alg << pem;
    EXPECT_THAT(std::string(status.message()), HasSubstr("public_pem"));
  }
}

}  // namespace
}  // namespace milkway::runtime
