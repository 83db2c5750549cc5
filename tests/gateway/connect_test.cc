// Calls of the Connect protocol: every method, in JSON and in bytes, and what is said of
// calls that are none.

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/gateway/envelope.h"
#include "services/gateway/gzip.h"
#include "tests/gateway/gateway_world.h"

namespace milkway::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kList[] = "/milkway.inventory.v1.CatalogService/ListProducts";
constexpr char kCreate[] = "/milkway.inventory.v1.CatalogService/CreateProduct";
constexpr char kWatch[] = "/milkway.planning.v1.AlertService/WatchAlerts";
constexpr char kJson[] = "application/json";
constexpr char kProto[] = "application/proto";

GatewayWorld& World() {
  static GatewayWorld& world = *new GatewayWorld;
  return world;
}

HttpHeaders With(HttpHeaders headers, const std::string& name, const std::string& value) {
  for (auto& [known, old] : headers) {
    if (known == name) {
      old = value;
      return headers;
    }
  }
  headers.emplace_back(name, value);
  return headers;
}

TEST(Connect, AnswersJsonWithJson) {
  const HttpReply reply = World().Ask("POST", kList, AsDeveloper(), "{\"pageSize\":5}");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Header("content-type"), kJson);
  EXPECT_THAT(reply.body, HasSubstr("{"));
}

TEST(Connect, AnswersBytesWithBytes) {
  inventory::v1::ListProductsRequest request;
  request.set_page_size(5);

  const HttpReply reply = World().Ask("POST", kList, With(AsDeveloper(), "Content-Type", kProto),
                                      request.SerializeAsString());

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Header("content-type"), kProto);
  inventory::v1::ListProductsResponse response;
  EXPECT_TRUE(response.ParseFromString(reply.body));
}

TEST(Connect, IgnoresFieldsOfANewerPage) {
  const HttpReply reply =
      World().Ask("POST", kList, AsDeveloper(), R"({"pageSize":5,"inventedLater":{"a":[1]}})");

  EXPECT_EQ(reply.status, 200);
}

TEST(Connect, TellsARefusalWithItsDetails) {
  const HttpReply reply = World().Ask("POST", kCreate, AsDeveloper(), "{}");

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.Header("content-type"), kJson);
  EXPECT_EQ(JsonText(reply.body, "code"), "invalid_argument");
  EXPECT_THAT(reply.body, HasSubstr("\"type\":\"google.rpc.BadRequest\""));
  EXPECT_THAT(reply.body, HasSubstr("\"debug\":{"));
}

TEST(Connect, LetsNobodyInWhoDoesNotSayWhoHeIs) {
  const HttpReply reply = World().Ask("POST", kList, FromPage(), "{}");

  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(JsonText(reply.body, "code"), "unauthenticated");
}

TEST(Connect, ReadsByGetWhatHasNoSideEffects) {
  const std::string plain =
      absl::StrCat(kList, "?connect=v1&encoding=json&message=%7B%22pageSize%22%3A5%7D");
  const std::string base64 = absl::StrCat(kList, "?connect=v1&encoding=json&base64=1&message=",
                                          absl::WebSafeBase64Escape("{\"pageSize\":5}"));

  EXPECT_EQ(World().Ask("GET", plain, AsDeveloper()).status, 200);
  EXPECT_EQ(World().Ask("GET", base64, AsDeveloper()).status, 200);
  EXPECT_EQ(World()
                .Ask("GET", absl::StrCat(kCreate, "?connect=v1&encoding=json&message=%7B%7D"),
                     AsDeveloper())
                .status,
            405);
}

TEST(Connect, RefusesAGetThatIsNone) {
  for (const char* query :
       {"", "?connect=v1", "?connect=v2&encoding=json&message=%7B%7D",
        "?connect=v1&encoding=xml&message=%7B%7D", "?connect=v1&encoding=json",
        "?connect=v1&encoding=json&message=%7", "?connect=v1&encoding=json&message=%zz",
        "?connect=v1&encoding=json&base64=1&message=!!!",
        "?connect=v1&encoding=json&message=%7B%7D&message=%7B%7D"}) {
    const HttpReply reply = World().Ask("GET", absl::StrCat(kList, query), AsDeveloper());
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(JsonText(reply.body, "code"), "invalid_argument") << query;
  }
}

TEST(Connect, SaysWhatAddressVerbAndTypeItTakes) {
  EXPECT_EQ(World()
                .Ask("POST", "/milkway.inventory.v1.CatalogService/NoSuch", AsDeveloper(), "{}")
                .status,
            404);
  const HttpReply wrong_verb = World().Ask("DELETE", kList, AsDeveloper());
  EXPECT_EQ(wrong_verb.status, 405);
  EXPECT_EQ(wrong_verb.Header("allow"), "GET, POST");
  const HttpReply wrong_type =
      World().Ask("POST", kList, With(AsDeveloper(), "Content-Type", "text/plain"), "{}");
  EXPECT_EQ(wrong_type.status, 415);
  EXPECT_THAT(wrong_type.Header("accept-post"), HasSubstr(kJson));
}

TEST(Connect, HidesWhatOnlyServicesMayCall) {
  EXPECT_EQ(
      World()
          .Ask("POST", "/milkway.accounts.v1.TrustService/ListRevocations", AsDeveloper(), "{}")
          .status,
      404);
}

TEST(Connect, RefusesMessagesThatAreNone) {
  for (const char* body : {"", "{", "[]", "7", "{\"pageSize\":\"many\"}", "\xff\xfe", "{\"a\":"}) {
    const HttpReply reply = World().Ask("POST", kList, AsDeveloper(), body);
    EXPECT_EQ(reply.status, 400) << body;
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(World().Ask("POST", kList, AsDeveloper(), deep).status, 400);
}

TEST(Connect, RefusesBytesThatAreNoMessage) {
  const HttpReply reply =
      World().Ask("POST", kList, With(AsDeveloper(), "Content-Type", kProto), "\xff\xff\xff\xff");

  EXPECT_GE(reply.status, 400);
}

TEST(Connect, HonoursTheTimeThatACallerHas) {
  EXPECT_EQ(World().Ask("POST", kList, With(AsDeveloper(), "Connect-Timeout-Ms", "0"), "{}").status,
            504);
  EXPECT_EQ(
      World().Ask("POST", kList, With(AsDeveloper(), "Connect-Timeout-Ms", "5000"), "{}").status,
      200);
  for (const char* wait : {"soon", "-1", "12345678901", "1.5"}) {
    EXPECT_EQ(
        World().Ask("POST", kList, With(AsDeveloper(), "Connect-Timeout-Ms", wait), "{}").status,
        400)
        << wait;
  }
}

TEST(Connect, TakesAndGivesGzip) {
  const HttpReply packed =
      World().Ask("POST", kList, With(AsDeveloper(), "Content-Encoding", "gzip"),
                  gateway::Gzip("{\"pageSize\":5}"));
  EXPECT_EQ(packed.status, 200);

  const HttpReply large = World().Ask("POST", "/milkway.operations.v1.OperationsService/GetMetrics",
                                      With(AsDeveloper(), "Accept-Encoding", "br, gzip"), "{}");
  if (large.status == 200 && large.Header("content-encoding") == "gzip") {
    EXPECT_TRUE(gateway::Gunzip(large.body, 8 << 20).ok());
  }
}

TEST(Connect, RefusesGzipThatIsNoneOrTooMuch) {
  const HttpHeaders gzip = With(AsDeveloper(), "Content-Encoding", "gzip");
  const std::string bomb = gateway::Gzip(std::string(64 << 20, ' '));

  EXPECT_EQ(World().Ask("POST", kList, gzip, "no gzip").status, 400);
  EXPECT_EQ(World().Ask("POST", kList, gzip, gateway::Gzip("{}") + "more").status, 400);
  EXPECT_EQ(World().Ask("POST", kList, gzip, bomb).status, 429);
  EXPECT_EQ(World().Ask("POST", kList, With(AsDeveloper(), "Content-Encoding", "br"), "{}").status,
            501);
}

TEST(Connect, StreamsMessagesInEnvelopes) {
  HttpConnection connection(World().address());
  const HttpHeaders headers = With(AsDeveloper(), "Content-Type", "application/connect+json");
  connection.Send(HttpText("POST", "/milkway.inventory.v1.StockService/VerifyBooks", headers,
                           gateway::MakeEnvelope(0, "{}")));

  const HttpReply head = connection.ReceiveHead();
  std::string last;
  for (std::string chunk = connection.ReceiveChunk(); !chunk.empty();
       chunk = connection.ReceiveChunk()) {
    last = chunk;
  }

  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("content-type"), "application/connect+json");
  ASSERT_GE(last.size(), 5u);
  EXPECT_EQ(last[0], static_cast<char>(gateway::kEndFlag));
  EXPECT_EQ(last.substr(5), "{}");
  // The connection goes on.
  connection.Send(HttpText("POST", kList, AsDeveloper(), "{}"));
  EXPECT_EQ(connection.Receive().status, 200);
}

TEST(Connect, TellsInTheLastEnvelopeWhyAStreamWasRefused) {
  const HttpHeaders headers = With(FromPage(), "Content-Type", "application/connect+json");
  const HttpReply reply = World().Ask("POST", kWatch, headers, gateway::MakeEnvelope(0, "{}"));

  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("\"code\":\"unauthenticated\""));
}

TEST(Connect, RefusesEnvelopesThatAreNone) {
  const HttpHeaders headers = With(AsDeveloper(), "Content-Type", "application/connect+json");
  for (const std::string& body :
       {std::string(), std::string("{}"), gateway::MakeEnvelope(0, "{}") + "more",
        gateway::MakeEnvelope(0x80, "{}"), gateway::MakeEnvelope(gateway::kPackedFlag, "{}")}) {
    EXPECT_EQ(World().Ask("POST", kWatch, headers, body).status, 400) << absl::CHexEscape(body);
  }
}

TEST(Connect, LeavesAStreamWhoseClientHasGone) {
  const HttpHeaders headers = With(AsDeveloper(), "Content-Type", "application/connect+json");
  {
    HttpConnection connection(World().address());
    connection.Send(HttpText("POST", kWatch, headers, gateway::MakeEnvelope(0, "{}")));
    EXPECT_EQ(connection.ReceiveHead().status, 200);
  }
  // What is under way would keep the stop from ending.
  World().Restart();
  EXPECT_EQ(World().Ask("POST", kList, AsDeveloper(), "{}").status, 200);
}

}  // namespace
}  // namespace milkway::testing
