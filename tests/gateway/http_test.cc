// What the gateway does with bytes: pipelines, files, and requests that are none.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/gateway/gateway_world.h"

namespace milkway::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kList[] = "/milkway.inventory.v1.CatalogService/ListProducts";
constexpr char kFile[] = "/assets/page-1a2b.js";

GatewayWorld& World() {
  static GatewayWorld& world = *new GatewayWorld;
  return world;
}

// The status of the answer to these bytes; 0: none, and the connection is closed.
int StatusOf(const std::string& bytes) {
  HttpConnection connection(World().address());
  connection.Send(bytes);
  return connection.Receive().status;
}

TEST(Http, AnswersARequestAfterTheOtherOverOneConnection) {
  HttpConnection connection(World().address());
  const std::string call = HttpText("POST", kList, AsDeveloper(), "{}");

  connection.Send(absl::StrCat(call, HttpText("GET", "/", {}), call));

  EXPECT_EQ(connection.Receive().Header("content-type"), "application/json");
  EXPECT_EQ(connection.Receive().Header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(connection.Receive().Header("content-type"), "application/json");
}

TEST(Http, ClosesWhenItIsAskedTo) {
  HttpConnection connection(World().address());
  connection.Send(HttpText("GET", "/", {{"Connection", "close"}}));

  EXPECT_EQ(connection.Receive().Header("connection"), "close");
  EXPECT_TRUE(connection.IsClosed());
}

TEST(Http, SaysThatABodyMayCome) {
  HttpConnection connection(World().address());
  HttpHeaders headers = AsDeveloper();
  headers.emplace_back("Expect", "100-continue");
  headers.emplace_back("Content-Length", "2");
  std::string head = absl::StrCat("POST ", kList, " HTTP/1.1\r\nHost: localhost\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&head, name, ": ", value, "\r\n");

  connection.Send(head + "\r\n");
  EXPECT_EQ(connection.ReceiveHead().status, 100);
  connection.Send("{}");
  EXPECT_EQ(connection.Receive().status, 200);
}

TEST(Http, TakesBodiesInChunks) {
  std::string head = absl::StrCat("POST ", kList, " HTTP/1.1\r\nHost: localhost\r\n");
  for (const auto& [name, value] : AsDeveloper()) absl::StrAppend(&head, name, ": ", value, "\r\n");

  EXPECT_EQ(StatusOf(head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
            200);
  EXPECT_EQ(StatusOf(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400);
  // Two lengths: one of them is for smuggling.
  EXPECT_EQ(StatusOf(head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(StatusOf(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), 400);
}

TEST(Http, RefusesWhatIsNoRequest) {
  EXPECT_EQ(StatusOf("GARBAGE\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/3.0\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf(std::string("\0\1\2\3\r\n\r\n", 8)), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n\r\n"), 400);  // no host
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"), 413);
}

TEST(Http, RefusesWhatIsTooLong) {
  EXPECT_EQ(StatusOf(absl::StrCat("GET /", std::string(20 << 10, 'a'), " HTTP/1.1\r\n")), 431);
  EXPECT_EQ(StatusOf(absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\nA: ", std::string(20 << 10, 'a'))),
            431);
  HttpHeaders large = AsDeveloper();
  large.emplace_back("Content-Length", "8388609");
  std::string head = absl::StrCat("POST ", kList, " HTTP/1.1\r\nHost: localhost\r\n");
  for (const auto& [name, value] : large) absl::StrAppend(&head, name, ": ", value, "\r\n");
  EXPECT_EQ(StatusOf(head + "\r\n"), 413);
  // Who does not say who he is may send less.
  EXPECT_EQ(World().Ask("POST", kList, FromPage(), std::string(65 << 10, ' ')).status, 413);
}

TEST(Http, TellsBrowsersWhatAPageMayDo) {
  for (const char* path : {"/", "/no-such-page", kFile}) {
    const HttpReply reply = World().Ask("GET", path, {});
    const std::string policy = reply.Header("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(policy, HasSubstr("script-src 'self';")) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
    EXPECT_EQ(reply.Header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(reply.Header("referrer-policy"), "no-referrer") << path;
  }
}

TEST(Http, SendsFilesAsTheyWerePackedAndOnce) {
  const HttpReply plain = World().Ask("GET", kFile, {});
  const HttpReply gzip = World().Ask("GET", kFile, {{"Accept-Encoding", "gzip"}});
  const HttpReply brotli = World().Ask("GET", kFile, {{"Accept-Encoding", "gzip, br"}});
  const HttpReply known = World().Ask(
      "GET", kFile, {{"Accept-Encoding", "br"}, {"If-None-Match", brotli.Header("etag")}});

  EXPECT_EQ(plain.body, "export const cup = 1;");
  EXPECT_EQ(plain.Header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(plain.Header("cache-control"), HasSubstr("immutable"));
  EXPECT_EQ(gzip.body, "bytes of gzip");
  EXPECT_EQ(gzip.Header("content-encoding"), "gzip");
  EXPECT_EQ(brotli.body, "bytes of brotli");
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(World().Ask("GET", "/", {}).Header("cache-control"), "no-cache");
}

TEST(Http, OpensNoFileOutsideOfThePage) {
  for (const char* path : {"/../data/store/CURRENT", "/..%2fdata", "//etc/passwd", "/assets/",
                           "/assets/page-1a2b.js.gz/..", "/index.html/"}) {
    EXPECT_EQ(World().Ask("GET", path, {}).status, 404) << path;
  }
  EXPECT_EQ(World().Ask("DELETE", "/index.html", FromPage()).status, 405);
  const HttpReply head = World().Ask("HEAD", "/", {});
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.Header("content-length"), "0");
}

TEST(Http, TellsItsOperatorHowItIs) {
  const auto ask = [](const std::string& address, const char* path) {
    HttpConnection connection(address);
    connection.Send(HttpText("GET", path, {}));
    return connection.Receive();
  };

  EXPECT_EQ(ask(World().private_address(), "/healthz").status, 200);
  EXPECT_EQ(ask(World().private_address(), "/readyz").status, 200);
  EXPECT_THAT(ask(World().private_address(), "/metrics").body,
              HasSubstr("milkway_http_connections"));
  EXPECT_EQ(ask(World().private_address(), kList).status, 404);
  EXPECT_EQ(ask(World().address(), "/metrics").status, 404);
  EXPECT_EQ(ask(World().address(), "/healthz").status, 404);
}

}  // namespace
}  // namespace milkway::testing
