// Sessions of the page: what its cookie opens, to whom, and for how long.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/gateway/gateway_world.h"

namespace milkway::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kList[] = "/milkway.accounts.v1.AccountService/ListPeople";

struct Session : public ::testing::Test {
  GatewayWorld world;
  const std::string cookie = world.SignInAsRoot();
};

TEST_F(Session, BeginsWithACookieThatScriptsCannotRead) {
  const HttpReply reply = world.Ask(
      "POST", "/session", FromPage(),
      absl::StrCat(R"({"requestId":"5b1a7f5e-0a5b-4f4e-8b3d-000000000003","signInName":"root",)",
                   R"("password":")", GatewayWorld::kPassword, "\"}"));

  EXPECT_EQ(reply.status, 200);
  const std::string set = reply.Header("set-cookie");
  for (const char* part : {"__Host-milkway=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"}) {
    EXPECT_THAT(set, HasSubstr(part));
  }
  EXPECT_THAT(reply.body, HasSubstr("\"personId\":\"root\""));
  for (const char* secret : {"accessToken", "refreshToken", "deviceToken"}) {
    EXPECT_THAT(reply.body, Not(HasSubstr(secret)));
  }
}

TEST_F(Session, TellsWhoIsSignedIn) {
  const HttpReply reply = world.Ask("GET", "/session", FromPage(cookie));

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(JsonText(reply.body, "personId"), "root");
  EXPECT_EQ(JsonText(reply.body, "name"), "Li");
  EXPECT_EQ(JsonText(reply.body, "role"), "ROLE_ADMIN");
  EXPECT_EQ(world.Ask("GET", "/session", FromPage()).status, 401);
  EXPECT_EQ(world.Ask("GET", "/session", FromPage("__Host-milkway=made-up")).status, 401);
}

TEST_F(Session, OpensTheCallsOfItsPerson) {
  EXPECT_EQ(world.Ask("POST", kList, FromPage(cookie), "{}").status, 200);
  EXPECT_EQ(world.Ask("POST", kList, FromPage(), "{}").status, 401);
  EXPECT_EQ(world.Ask("POST", kList, FromPage("__Host-milkway=made-up"), "{}").status, 401);
  // Two cookies: somebody has put one beside the other.
  EXPECT_EQ(world.Ask("POST", kList, FromPage(absl::StrCat(cookie, "; ", cookie)), "{}").status,
            401);
}

TEST_F(Session, SurvivesARestart) {
  world.Restart();

  EXPECT_EQ(world.Ask("GET", "/session", FromPage(cookie)).status, 200);
}

TEST_F(Session, EndsWhenItIsSaid) {
  const HttpReply reply = world.Ask("DELETE", "/session", FromPage(cookie));

  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.Header("set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(world.Ask("GET", "/session", FromPage(cookie)).status, 401);
  EXPECT_EQ(world.Ask("POST", kList, FromPage(cookie), "{}").status, 401);
}

TEST_F(Session, IsOfNoUseToOtherSites) {
  const HttpHeaders cross_site = {
      {"Sec-Fetch-Site", "cross-site"}, {"Content-Type", "application/json"}, {"Cookie", cookie}};
  const HttpHeaders same_site = {
      {"Sec-Fetch-Site", "same-site"}, {"Content-Type", "application/json"}, {"Cookie", cookie}};
  const HttpHeaders foreign_origin = {
      {"Origin", "https://evil.example"}, {"Content-Type", "application/json"}, {"Cookie", cookie}};
  const HttpHeaders nowhere = {{"Content-Type", "application/json"}, {"Cookie", cookie}};
  const HttpHeaders own_origin = {
      {"Origin", "http://localhost"}, {"Content-Type", "application/json"}, {"Cookie", cookie}};

  HttpHeaders basic = cross_site;
  basic.emplace_back("Authorization", "Basic bmFtZTpwYXNz");

  for (const auto& headers : {cross_site, same_site, foreign_origin, nowhere, basic}) {
    EXPECT_EQ(world.Ask("POST", kList, headers, "{}").status, 403);
    EXPECT_EQ(world.Ask("POST", "/session", headers, "{}").status, 403);
    EXPECT_EQ(world.Ask("DELETE", "/session", headers).status, 403);
  }
  EXPECT_EQ(world.Ask("POST", kList, own_origin, "{}").status, 200);
}

TEST_F(Session, DoesNotBeginWithAWrongPassword) {
  const HttpReply reply = world.Ask(
      "POST", "/session", FromPage(),
      R"({"requestId":"5b1a7f5e-0a5b-4f4e-8b3d-000000000009","signInName":"root","password":"x"})");

  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(reply.body, HasSubstr("SIGN_IN_REFUSED"));
  EXPECT_THAT(reply.Header("set-cookie"), IsEmpty());
}

TEST_F(Session, HearsWhatIsNone) {
  EXPECT_EQ(world.Ask("POST", "/session", FromPage(), "{").status, 400);
  EXPECT_EQ(world.Ask("POST", "/session", FromPage(), std::string(17 << 10, ' ')).status, 413);
  EXPECT_EQ(world.Ask("PUT", "/session", FromPage(), "{}").status, 405);
  EXPECT_EQ(world.Ask("GET", "/session/invite", FromPage()).status, 405);
  EXPECT_EQ(world.Ask("POST", "/session", {{"Sec-Fetch-Site", "same-origin"}}, "a=b").status, 415);
}

}  // namespace
}  // namespace milkway::testing
