// Checks of plain fields: what is accepted, and that the field is named if not.

#include "services/runtime/fields.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(AnId, IsLettersDigitsDashesUnderscoresAndDots) {
  for (const std::string& id : {std::string("a"), std::string("Changyuan-2_b.3"), std::string("0"),
                                std::string("..."), std::string(64, 'x')}) {
    ASSERT_THAT(ParseId("school_id", id), IsOk()) << id;
    EXPECT_EQ(*ParseId("school_id", id), id);
  }
}

TEST(AnId, IsNothingElse) {
  for (const std::string& id :
       {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a/b"),
        std::string("学校"), std::string("a\n"), std::string("a\0b", 3), std::string("é"),
        std::string("a:b"), std::string("a,b")}) {
    EXPECT_THAT(ParseId("school_id", id), NamesField("school_id")) << id;
  }
}

TEST(AText, HasAsManyBytesAsItMay) {
  EXPECT_THAT(ParseText("name", "", 0, 10), IsOk());
  EXPECT_THAT(ParseText("name", "奶粉", 6, 6), IsOk());
  EXPECT_THAT(ParseText("name", "", 1, 10), NamesField("name"));
  EXPECT_THAT(ParseText("name", "奶粉", 1, 5), NamesField("name"));
  EXPECT_THAT(std::string(ParseText("name", "奶粉", 1, 5).status().message()),
              HasSubstr("must be 1 to 5 bytes long, and is 6"));
}

TEST(AText, ThatIsShortIsOneLineWithoutControlCharacters) {
  for (const std::string& text :
       {std::string("a\nb"), std::string("a\rb"), std::string("a\tb"), std::string("a\0b", 3),
        std::string("\x1b[31m"), std::string("a\x7f")}) {
    EXPECT_THAT(ParseText("name", text, 0, 200), NamesField("name")) << text;
  }
  EXPECT_THAT(ParseText("name", "Lùshān “primary” 小学 – 1/2", 0, 200), IsOk());
}

TEST(AText, ThatIsLongMayHaveLinesAndTabsButNoOtherControlCharacters) {
  EXPECT_THAT(ParseText("note", "first\r\n\tsecond", 0, 201), IsOk());

  EXPECT_THAT(ParseText("note", std::string("a\0b", 3), 0, 201), NamesField("note"));
  EXPECT_THAT(ParseText("note", "\x1b[31m", 0, 201), NamesField("note"));
  EXPECT_THAT(ParseText("note", "a\x7f", 0, 201), NamesField("note"));
}

TEST(ANumber, LiesBetweenItsEndsBothIncluded) {
  EXPECT_EQ(*ParseNumber("packs", 1, 1, 10), 1);
  EXPECT_EQ(*ParseNumber("packs", 10, 1, 10), 10);
  EXPECT_EQ(*ParseNumber("packs", kMin, kMin, kMax), kMin);
  EXPECT_THAT(ParseNumber("packs", 0, 1, 10), NamesField("packs"));
  EXPECT_THAT(ParseNumber("packs", 11, 1, 10), NamesField("packs"));
}

TEST(ANumber, IsToldInGroupsOfThreeDigits) {
  const auto refusal = [](int64_t number, int64_t min, int64_t max) {
    return std::string(ParseNumber("packs", number, min, max).status().message());
  };

  EXPECT_EQ(refusal(0, 1, 10'000'000), "packs must be between 1 and 10,000,000, and is 0");
  EXPECT_EQ(refusal(12, -1'000, 10), "packs must be between -1,000 and 10, and is 12");
  EXPECT_EQ(refusal(-100'000, -999, 999), "packs must be between -999 and 999, and is -100,000");
  EXPECT_EQ(refusal(kMin, 0, kMax),
            "packs must be between 0 and 9,223,372,036,854,775,807, and is "
            "-9,223,372,036,854,775,808");
}

TEST(ACount, LiesBetweenItsEndsBothIncluded) {
  EXPECT_THAT(CheckCount("lines", 1, 1, 1'000), IsOk());
  EXPECT_THAT(CheckCount("lines", 1'000, 1, 1'000), IsOk());
  EXPECT_THAT(CheckCount("lines", 0, 1, 1'000), NamesField("lines"));
  EXPECT_EQ(CheckCount("lines", 1'001, 1, 1'000).message(),
            "lines must have 1 to 1,000 entries, and has 1,001");
}

TEST(AnItem, IsNamedByItsPlace) { EXPECT_EQ(Item("lines", 2), "lines[2]"); }

TEST(AUri, SaysWhereAFileIsKept) {
  for (const char* uri : {"", "https://papers.example/1.pdf", "file:///papers/1.pdf", "s3://b/1"}) {
    ASSERT_THAT(ParseUri("uri", uri), IsOk()) << uri;
    EXPECT_EQ(*ParseUri("uri", uri), uri);
  }
  for (const std::string& uri :
       {std::string("javascript:alert(1)"), std::string("http://papers.example/1.pdf"),
        std::string("https://"), std::string("/papers/1.pdf"),
        "https://" + std::string(500, 'x')}) {
    EXPECT_THAT(ParseUri("uri", uri), NamesField("uri")) << uri;
  }
}

TEST(ASha256, IsThirtyTwoBytes) {
  EXPECT_THAT(ParseSha256("sha256", std::string(32, '\xff')), IsOk());
  for (const size_t size : {0, 31, 33, 64}) {
    EXPECT_THAT(ParseSha256("sha256", std::string(size, 'a')), NamesField("sha256")) << size;
  }
}

}  // namespace
}  // namespace milkway::runtime
