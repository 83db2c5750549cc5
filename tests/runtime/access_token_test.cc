// Access tokens, and everything that is known to be done to them.

#include "services/runtime/tokens/access_token.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/runtime/token_forge.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::Compact;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::SignedByEs256;
using ::milkway::testing::SignedByHs256;
using ::milkway::testing::StatusIs;
using nlohmann::json;
using ::testing::ElementsAre;

constexpr int64_t kNow = 1'800'000'000;

class AccessTokens : public ::testing::Test {
 protected:
  static AccessClaims Claims() {
    return {.subject = "wang",
            .role = common::v1::ROLE_SCHOOL_CONTACT,
            .scopes = {"changyuan", "lushan"},
            .session_id = "s1",
            .issued_at_s = kNow,
            .expires_at_s = kNow + kAccessTokenLifeS};
  }

  absl::StatusOr<AccessClaims> Verify(absl::string_view token, int64_t now_s = kNow) {
    return VerifyAccessToken(
        token,
        [this](absl::string_view kid) -> std::string {
          asked_.emplace_back(kid);
          return kid == key_.kid() ? key_.public_pem() : "";
        },
        now_s);
  }

  std::string Header(const std::string& alg = "ES256") const {
    return absl::StrCat(R"({"alg":")", alg, R"(","kid":")", key_.kid(), R"(","typ":"at+jwt"})");
  }
  static json Body() {
    return {{"iss", "milkway"}, {"aud", "milkway"},        {"sub", "wang"}, {"sid", "s1"},
            {"role", "admin"},  {"scopes", json::array()}, {"iat", kNow},   {"exp", kNow + 600}};
  }
  std::string Signed(const json& body) const {
    return SignedByEs256(Header(), body.dump(), key_.private_pem());
  }

  TokenKey key_ = *TokenKey::Generate();
  std::vector<std::string> asked_;
};

TEST_F(AccessTokens, SayWhatWasSigned) {
  const auto token = key_.Sign(Claims());
  ASSERT_THAT(token, IsOk());

  const auto claims = Verify(*token);

  ASSERT_THAT(claims, IsOk());
  EXPECT_EQ(claims->subject, "wang");
  EXPECT_EQ(claims->role, common::v1::ROLE_SCHOOL_CONTACT);
  EXPECT_THAT(claims->scopes, ElementsAre("changyuan", "lushan"));
  EXPECT_EQ(claims->session_id, "s1");
  EXPECT_EQ(claims->expires_at_s, kNow + 600);
}

TEST_F(AccessTokens, HaveTheHeaderThatRfc9068Asks) {
  const std::string token = *key_.Sign(Claims());
  std::string header;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token.substr(0, token.find('.')), &header));

  EXPECT_EQ(json::parse(header), json({{"alg", "ES256"}, {"typ", "at+jwt"}, {"kid", key_.kid()}}));
}

// A sound forgery is taken: so each below is refused for what it changes, not for a slip.
TEST_F(AccessTokens, OfTheForgeAreTakenIfNothingIsWrong) {
  EXPECT_THAT(Verify(Signed(Body())), IsOk());
}

TEST_F(AccessTokens, WithAnotherAlgorithmAreRefused) {
  const std::string body = Body().dump();
  EXPECT_THAT(Verify(Compact(Header("none"), body, "")), IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Verify(Compact(Header("none"), body, "x")), IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Verify(Compact(Header("None"), body, "x")), IsRefusal("TOKEN_INVALID"));
  // The public key is no secret, so it must not become one.
  for (const char* alg : {"HS256", "HS384", "HS512", "hs256", "ES256"}) {
    EXPECT_THAT(Verify(SignedByHs256(Header(alg), body, key_.public_pem())),
                IsRefusal("TOKEN_INVALID"))
        << alg;
    EXPECT_THAT(Verify(SignedByHs256(Header(alg), body, "")), IsRefusal("TOKEN_INVALID")) << alg;
  }
  for (const char* alg : {"ES384", "ES512", "RS256", "PS256", "es256", "ES256K", ""}) {
    EXPECT_THAT(Verify(SignedByEs256(Header(alg), body, key_.private_pem())),
                IsRefusal("TOKEN_INVALID"))
        << alg;
  }
}

TEST_F(AccessTokens, WithAKeyOfTheAttackerAreRefused) {
  const TokenKey theirs = *TokenKey::Generate();
  const std::string body = Body().dump();

  EXPECT_THAT(Verify(SignedByEs256(Header(), body, theirs.private_pem())),
              IsRefusal("TOKEN_INVALID"));
  EXPECT_THAT(Verify(*theirs.Sign(Claims())), IsRefusal("TOKEN_INVALID"));
  for (const std::string& trick : {
           absl::StrCat(R"({"alg":"ES256","typ":"at+jwt","kid":")", key_.kid(), R"(","jwk":)",
                        theirs.public_jwk(), "}"),
           absl::StrCat(R"({"alg":"ES256","typ":"at+jwt","kid":")", key_.kid(),
                        R"(","jku":"https://evil.example/jwks"})"),
           absl::StrCat(R"({"alg":"ES256","typ":"at+jwt","kid":")", key_.kid(),
                        R"(","x5u":"https://evil.example/x"})"),
           absl::StrCat(R"({"alg":"ES256","typ":"at+jwt","kid":")", key_.kid(),
                        R"(","crit":["exp"]})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt","kid":"../../etc/passwd"})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt","kid":"x' OR '1'='1"})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt","kid":""})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt","kid":null})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt","kid":["a"]})"),
           std::string(R"({"alg":"ES256","typ":"at+jwt"})"),
           absl::StrCat(R"({"alg":"ES256","typ":"at+jwt","kid":")", std::string(200, 'k'), "\"}"),
       }) {
    EXPECT_THAT(Verify(SignedByEs256(trick, body, theirs.private_pem())),
                IsRefusal("TOKEN_INVALID"))
        << trick;
  }
}

TEST_F(AccessTokens, OfAnotherKindAreRefused) {
  const std::string body = Body().dump();
  for (const char* typ :
       {R"("JWT")", R"("jwt")", R"("AT+JWT")", R"("application/at+jwt")", R"("")", "null", "1"}) {
    const std::string header =
        absl::StrCat(R"({"alg":"ES256","kid":")", key_.kid(), R"(","typ":)", typ, "}");
    EXPECT_THAT(Verify(SignedByEs256(header, body, key_.private_pem())), IsRefusal("TOKEN_INVALID"))
        << typ;
  }
  const std::string without = absl::StrCat(R"({"alg":"ES256","kid":")", key_.kid(), R"("})");
  EXPECT_THAT(Verify(SignedByEs256(without, body, key_.private_pem())), IsRefusal("TOKEN_INVALID"));
}

TEST_F(AccessTokens, WithWrongClaimsAreRefused) {
  const std::vector<std::pair<const char*, json>> wrong = {
      {"iss", "evil"},
      {"iss", ""},
      {"iss", json::array({"milkway"})},
      {"aud", "other"},
      {"aud", json::array({"milkway"})},
      {"sub", ""},
      {"sub", 7},
      {"sid", nullptr},
      {"role", "service"},
      {"role", "root"},
      {"role", "ADMIN"},
      {"role", json::array({"admin"})},
      {"scopes", "changyuan"},
      {"scopes", json::array({1})},
      {"scopes", json::object()},
      {"exp", "1800000600"},
      {"exp", 1.8e9},
      {"exp", -1},
      {"exp", kNow + 601},
      {"exp", 1e300},
      {"exp", 18'446'744'073'709'551'615U},
      {"iat", kNow + 31},
      {"iat", kNow - 1},
      {"iat", true},
      {"scopes", json(std::vector<std::string>(201, "s"))}};
  for (const auto& [claim, value] : wrong) {
    json body = Body();
    body[claim] = value;
    EXPECT_THAT(Verify(Signed(body)), IsRefusal("TOKEN_INVALID")) << body.dump();
    body.erase(claim);
    EXPECT_THAT(Verify(Signed(body)), IsRefusal("TOKEN_INVALID")) << body.dump();
  }
}

TEST_F(AccessTokens, ExpireAndAreNotYetValidBeforeTheirTime) {
  const std::string token = *key_.Sign(Claims());

  EXPECT_THAT(Verify(token, kNow + 600 + kClockLeewayS - 1), IsOk());
  EXPECT_THAT(Verify(token, kNow + 600 + kClockLeewayS), IsRefusal("TOKEN_EXPIRED"));
  EXPECT_THAT(Verify(token, kNow + 1'000'000), IsRefusal("TOKEN_EXPIRED"));
  EXPECT_THAT(Verify(token, kNow - kClockLeewayS), IsOk());
  EXPECT_THAT(Verify(token, kNow - kClockLeewayS - 1), IsRefusal("TOKEN_INVALID"));
}

TEST_F(AccessTokens, WithANameTwiceAreRefused) {
  const std::string body = Body().dump();
  const std::string twice = absl::StrCat(R"({"role":"donor",)", body.substr(1));
  EXPECT_THAT(Verify(SignedByEs256(Header(), twice, key_.private_pem())),
              IsRefusal("TOKEN_INVALID"));
  const std::string nested = absl::StrCat(R"({"more":{"a":1,"a":2},)", body.substr(1));
  EXPECT_THAT(Verify(SignedByEs256(Header(), nested, key_.private_pem())),
              IsRefusal("TOKEN_INVALID"));
  const std::string header = absl::StrCat(R"({"alg":"none",)", Header().substr(1));
  EXPECT_THAT(Verify(SignedByEs256(header, body, key_.private_pem())), IsRefusal("TOKEN_INVALID"));
}

TEST_F(AccessTokens, OfAnotherFormAreRefused) {
  const std::string token = *key_.Sign(Claims());
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  const std::vector<std::string> forms = {"",
                                          ".",
                                          "..",
                                          "...",
                                          "a.b.c",
                                          parts[0] + "." + parts[1],
                                          parts[0] + "." + parts[1] + ".",
                                          token + ".",
                                          "." + token,
                                          token + "." + parts[2],
                                          token + " ",
                                          " " + token,
                                          token + "=",
                                          token + "==",
                                          "Bearer " + token,
                                          token + std::string(1, '\0'),
                                          "\xff\xfe" + token,
                                          std::string(1 << 20, 'a'),
                                          std::string(kTokenBytesMax + 1, '.'),
                                          parts[0] + "\n." + parts[1] + "." + parts[2]};
  for (const std::string& form : forms) {
    EXPECT_THAT(Verify(form), IsRefusal("TOKEN_INVALID")) << form.substr(0, 80);
  }
  json fat = Body();
  fat["more"] = std::string(kTokenBytesMax, 'x');
  EXPECT_THAT(Verify(Signed(fat)), IsRefusal("TOKEN_INVALID"));
  std::string deep = "1";
  for (int i = 0; i < 200; ++i) deep = "[" + deep + "]";
  json nested = Body();
  nested["more"] = json::parse(deep);
  EXPECT_THAT(Verify(Signed(nested)), IsRefusal("TOKEN_INVALID"));
}

TEST_F(AccessTokens, CutAnywhereAreRefused) {
  const std::string token = *key_.Sign(Claims());
  for (size_t size = 0; size < token.size(); ++size) {
    ASSERT_THAT(Verify(token.substr(0, size)), IsRefusal("TOKEN_INVALID")) << size;
  }
}

TEST_F(AccessTokens, WithAnyCharacterChangedAreRefused) {
  const std::string token = *key_.Sign(Claims());
  for (size_t at = 0; at < token.size(); ++at) {
    for (const char other : {'A', 'B', '_', '.', '+'}) {
      if (token[at] == other) continue;
      std::string changed = token;
      changed[at] = other;
      ASSERT_THAT(Verify(changed), StatusIs(absl::StatusCode::kUnauthenticated)) << at << other;
    }
  }
}

TEST_F(AccessTokens, AreLookedUpByKidOnlyAfterTheirFormIsGood) {
  EXPECT_THAT(Verify("a.b.c"), IsRefusal("TOKEN_INVALID"));
  EXPECT_TRUE(asked_.empty());
}

TEST(TokenKeys, ComeBackFromTheirPemTheSame) {
  const TokenKey key = *TokenKey::Generate();
  const auto again = TokenKey::FromPem(key.private_pem());

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->kid(), key.kid());
  EXPECT_EQ(again->public_pem(), key.public_pem());
  EXPECT_EQ(key.kid().size(), 43U);
  EXPECT_EQ(json::parse(key.public_jwk())["kid"], key.kid());
}

TEST(TokenKeys, AreOfTheRightCurveAndPrivate) {
  EXPECT_THAT(TokenKey::FromPem(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(TokenKey::FromPem(TokenKey::Generate()->public_pem()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(TokenKey::FromPem(testing::NewRsaKey().private_pem),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace milkway::runtime
