// Request ids: their form, and the ids that a service derives from them.

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/once.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kText[] = "01976b0e-7c1e-7000-8000-5e0a1b2c3d4e";
constexpr RequestId kId{0x01976b0e'7c1e'7000, 0x8000'5e0a1b2c3d4e};

TEST(RequestIds, AreReadAsTheyAreWritten) {
  const auto id = ParseRequestId("request_id", kText);

  ASSERT_THAT(id, IsOk());
  EXPECT_EQ(*id, kId);
  EXPECT_EQ(FormatRequestId(*id), kText);
}

TEST(RequestIds, KeepTheirLeadingZeros) {
  const char* text = "00000000-0000-0000-0000-000000000001";

  const auto id = ParseRequestId("request_id", text);

  ASSERT_THAT(id, IsOk());
  EXPECT_EQ(FormatRequestId(*id), text);
}

TEST(RequestIds, AreTheSameInAnyCase) {
  const std::string upper = absl::AsciiStrToUpper(kText);

  EXPECT_EQ(*ParseRequestId("request_id", upper), kId);
  EXPECT_EQ(FormatRequestId(*ParseRequestId("request_id", upper)), kText);
}

TEST(RequestIds, AreUuidsOfAnyVersion) {
  for (const char version : std::string("0123456789abcdef")) {
    std::string text = kText;
    text[14] = version;
    EXPECT_THAT(ParseRequestId("request_id", text), IsOk()) << text;
  }
}

TEST(RequestIds, OfAnyOtherFormAreRefused) {
  for (const std::string& text :
       {std::string(), std::string("1"), std::string("01976b0e7c1e700080005e0a1b2c3d4e"),
        std::string("{01976b0e-7c1e-7000-8000-5e0a1b2c3d4e}"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d4"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d4e0"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d4g"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d4 "),
        std::string("01976b0e-7c1e-7000-80005-e0a1b2c3d4e"),
        std::string("01976b0e_7c1e-7000-8000-5e0a1b2c3d4e"),
        std::string("-1976b0e-7c1e-7000-8000-5e0a1b2c3d4e"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d\xc3\xa9"),
        std::string("01976b0e-7c1e-7000-8000-5e0a1b2c3d4\0", 36), std::string(1'000'000, '0')}) {
    const auto id = ParseRequestId("request_id", text);

    EXPECT_THAT(id, StatusIs(absl::StatusCode::kInvalidArgument)) << text.substr(0, 50);
    EXPECT_THAT(id, NamesField("request_id")) << text.substr(0, 50);
  }
}

TEST(RequestIds, ThatAreNilAreRefused) {
  EXPECT_THAT(ParseRequestId("lines[3].request_id", "00000000-0000-0000-0000-000000000000"),
              NamesField("lines[3].request_id"));
}

// Ids that were sent to another service before an upgrade are sent again after it.
TEST(ADerivedRequestId, IsTheSameInEveryVersionOfTheProgram) {
  EXPECT_EQ(FormatRequestId(DeriveRequestId(kId, "post")), "3989d6f2-af69-87ed-9c92-590d7a91569f");
  EXPECT_EQ(FormatRequestId(DeriveRequestId(kId, "")), "78160d84-428d-8341-99c3-0599b85935b3");
  EXPECT_EQ(FormatRequestId(DeriveRequestId(kId, "receipt/1")),
            "f7771f8e-7191-842a-acc6-aa253048166a");
  EXPECT_EQ(FormatRequestId(DeriveRequestId({~uint64_t{0}, ~uint64_t{0}}, "post")),
            "72071009-0d9a-8bfb-8cf3-aa9550e59c53");
}

TEST(ADerivedRequestId, IsAUuidOfVersion8) {
  for (uint64_t low = 1; low < 1'000; ++low) {
    const std::string text = FormatRequestId(DeriveRequestId({0, low}, "post"));

    ASSERT_EQ(text[14], '8');
    ASSERT_THAT(std::string("89ab"), HasSubstr(text.substr(19, 1)));
  }
}

TEST(ADerivedRequestId, IsAnotherForEveryIdAndEveryStep) {
  std::set<std::string> derived;
  for (uint64_t high = 0; high < 20; ++high) {
    for (uint64_t low = 1; low <= 20; ++low) {
      for (int step = 0; step < 20; ++step) {
        derived.insert(FormatRequestId(DeriveRequestId({high, low}, absl::StrCat("step", step))));
      }
    }
  }
  EXPECT_EQ(derived.size(), 20u * 20u * 20u);
}

}  // namespace
}  // namespace milkway::runtime
