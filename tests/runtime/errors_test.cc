// A refusal keeps its name, its numbers and its field, also across gRPC.

#include "services/runtime/errors.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "tests/runtime/one_method_server.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::clients::FromGrpcStatus;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

absl::Status StockMissing() {
  return Refuse(absl::StatusCode::kFailedPrecondition, "STOCK_MISSING",
                "changyuan holds 250 g of lot 7, not 300 g; record a count first",
                {{"lot", "7"}, {"missing_g", "50"}, {"location", "changyuan"}});
}

// What a client sees of `status`.
absl::Status AcrossTheWire(const absl::Status& status) {
  testing::OneMethodServer server([&status](const auto&, auto*) { return ToGrpcStatus(status); });
  grpc::ClientContext context;
  testing::WhoAmIResponse response;
  return FromGrpcStatus(server.Call(&context, &response));
}

TEST(Refusal, KeepsItsCodeMessageNameAndMetadata) {
  const absl::Status refusal = StockMissing();

  EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(refusal.message(), "changyuan holds 250 g of lot 7, not 300 g; record a count first");
  EXPECT_EQ(PartsOf(refusal).reason, "STOCK_MISSING");
  EXPECT_THAT(PartsOf(refusal).metadata, ElementsAre(Pair("location", "changyuan"),
                                                     Pair("lot", "7"), Pair("missing_g", "50")));
  EXPECT_THAT(PartsOf(refusal).field, IsEmpty());
}

TEST(Refusal, IsTheSameBytesEachTime) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(StockMissing(), StockMissing());
}

TEST(Refusal, IsTheStandardDetailMessageOfTheDomainMilkway) {
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(std::string(*StockMissing().GetPayload(kErrorInfoUrl))));

  EXPECT_EQ(info.domain(), "milkway");
}

TEST(Refusal, IsNeverOk) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // gRPC has threads
  EXPECT_DEATH((void)Refuse(absl::StatusCode::kOk, "FINE", "all is well"), "check failed");
}

TEST(InvalidField, NamesTheFieldInMessageMetadataAndViolation) {
  const absl::Status refusal = InvalidField("purchase.lines[2].packs", "must be above 0");

  EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(refusal.message(), "purchase.lines[2].packs must be above 0");
  EXPECT_THAT(refusal, IsRefusal("INVALID_FIELD"));
  EXPECT_THAT(refusal, NamesField("purchase.lines[2].packs"));
  EXPECT_THAT(PartsOf(refusal).metadata, ElementsAre(Pair("field", "purchase.lines[2].packs")));
}

TEST(InvalidField, DescribesTheRuleInTheStandardDetailMessage) {
  google::rpc::BadRequest bad;
  ASSERT_TRUE(bad.ParseFromString(
      std::string(*InvalidField("packs", "must be above 0").GetPayload(kBadRequestUrl))));

  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).description(), "must be above 0");
}

TEST(InField, PutsThePrefixBeforeTheFieldWhereverItIsNamed) {
  const absl::Status inner = InvalidField("packs", "must be above 0");

  EXPECT_EQ(InField("purchase.lines[2]", inner),
            InvalidField("purchase.lines[2].packs", "must be above 0"));
  EXPECT_EQ(InField("purchase", InField("lines[2]", inner)),
            InvalidField("purchase.lines[2].packs", "must be above 0"));
}

TEST(InField, PutsNoDotBeforeAnIndexNorAfterNothing) {
  EXPECT_THAT(InField("lines", InvalidField("[2].packs", "must be set")),
              NamesField("lines[2].packs"));
  EXPECT_THAT(InField("", InvalidField("packs", "must be set")), NamesField("packs"));
  EXPECT_THAT(InField("lines", InvalidField("", "must be set")), NamesField("lines"));
}

TEST(InField, LeavesAloneWhatNamesNoField) {
  EXPECT_EQ(InField("purchase", StockMissing()), StockMissing());
  EXPECT_THAT(InField("purchase", absl::OkStatus()), IsOk());
}

TEST(PartsOf, AreEmptyWhereThereIsNoName) {
  absl::Status status = absl::NotFoundError("gone");
  EXPECT_THAT(PartsOf(status).reason, IsEmpty());

  status.SetPayload(kErrorInfoUrl, absl::Cord("\xff not a message"));
  status.SetPayload(kBadRequestUrl, absl::Cord(""));

  EXPECT_THAT(PartsOf(status).reason, IsEmpty());
  EXPECT_THAT(PartsOf(status).field, IsEmpty());
}

TEST(IsTransient, HoldsForWhatSaysNothingAboutTheRequest) {
  std::string transient;
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "");
    if (IsTransient(status))
      absl::StrAppend(&transient, absl::StatusCodeToString(status.code()), " ");
  }
  EXPECT_EQ(transient,
            "CANCELLED UNKNOWN DEADLINE_EXCEEDED RESOURCE_EXHAUSTED ABORTED INTERNAL UNAVAILABLE ");
}

TEST(ToGrpcStatus, OfOkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_THAT(ToGrpcStatus(absl::OkStatus()).error_details(), IsEmpty());
}

TEST(ToGrpcStatus, KeepsEveryCode) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "text");
    EXPECT_EQ(ToGrpcStatus(status).error_code(), code);
  }
}

TEST(ToGrpcStatus, RepeatsCodeAndMessageInTheDetails) {
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(ToGrpcStatus(StockMissing()).error_details()));

  EXPECT_EQ(details.code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(details.message(), StockMissing().message());
}

TEST(ToGrpcStatus, IsReadBackUnchangedByAClient) {
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(StockMissing())), StockMissing());
  EXPECT_EQ(AcrossTheWire(StockMissing()), StockMissing());
  EXPECT_EQ(AcrossTheWire(InvalidField("学校", "must be set")),
            InvalidField("学校", "must be set"));
  EXPECT_EQ(AcrossTheWire(absl::NotFoundError("gone")), absl::NotFoundError("gone"));
}

TEST(ToGrpcStatus, TellsAClientNothingOfOurOwnMistakes) {
  for (const auto code : {absl::StatusCode::kInternal, absl::StatusCode::kDataLoss}) {
    const absl::Status seen =
        FromGrpcStatus(ToGrpcStatus(Refuse(code, "ROW_DAMAGED", "row 0102", {{"key", "0102"}})));

    EXPECT_THAT(seen, StatusIs(code));
    EXPECT_THAT(seen.ToString(), Not(HasSubstr("0102")));
    EXPECT_THAT(std::string(seen.message()), HasSubstr("tell the operator"));
  }
}

TEST(ToGrpcStatus, CutsALongMessageBetweenCharacters) {
  for (size_t lead = 0; lead < 4; ++lead) {
    std::string text(lead, 'x');
    while (text.size() < 2000) text += "奶";
    const std::string message = ToGrpcStatus(absl::NotFoundError(text)).error_message();

    EXPECT_LE(message.size(), 1000);
    EXPECT_GT(message.size(), 990);
    EXPECT_TRUE(absl::EndsWith(message, "奶…"));
  }
}

TEST(ToGrpcStatus, LeavesAMessageThatFitsWhole) {
  const std::string text(1000, 'x');
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError(text)).error_message(), text);
}

// Details as large as they may be, and larger ones; every byte escaped on the wire.
TEST(ToGrpcStatus, NeverGrowsSoLargeThatTheRefusalIsLost) {
  for (const size_t characters : {600, 1000, 100'000}) {
    std::string text;
    for (size_t i = 0; i < characters; ++i) text += "奶";
    const absl::Status seen =
        AcrossTheWire(Refuse(absl::StatusCode::kNotFound, "LOT_UNKNOWN", text, {{"lots", text}}));

    EXPECT_EQ(seen.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(PartsOf(seen).reason, "LOT_UNKNOWN");
    EXPECT_EQ(PartsOf(seen).metadata.size(), characters == 600 ? 1 : 0);
  }
}

}  // namespace
}  // namespace milkway::runtime
