// Pages follow one another, and a token fits only the query it came from.

#include "services/runtime/page.h"

#include <limits>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using testing::ListBagsRequest;
using testing::ListLotsRequest;
using ::testing::MatchesRegex;

ListLotsRequest LotsAt(const std::string& location_id) {
  ListLotsRequest request;
  request.set_location_id(location_id);
  return request;
}

// `request` for the page after `last_key`.
ListLotsRequest After(ListLotsRequest request, const std::string& last_key) {
  request.set_page_token(NextPageToken(request, last_key));
  return request;
}

TEST(PageSize, IsAHundredUnlessSaid) { EXPECT_EQ(ParsePage(LotsAt("changyuan"))->size, 100); }

TEST(PageSize, IsAtMostAThousand) {
  ListLotsRequest request;
  for (const int32_t size : {1, 999, 1000}) {
    request.set_page_size(size);
    ASSERT_THAT(ParsePage(request), IsOk());
    EXPECT_EQ(ParsePage(request)->size, size);
  }
  for (const int32_t size : {-1, 1001, std::numeric_limits<int32_t>::min()}) {
    request.set_page_size(size);
    EXPECT_THAT(ParsePage(request), NamesField("page_size"));
  }
}

TEST(PageToken, IsMissingOnTheFirstPage) {
  EXPECT_EQ(ParsePage(LotsAt("changyuan"))->after_key, "");
}

TEST(PageToken, GivesTheLastKeyBack) {
  const std::string longest(storage::kKeyBytesMax, '\xff');
  for (const std::string& key : {std::string("\x01\x00\x00", 3), std::string("k"), longest}) {
    ASSERT_THAT(ParsePage(After(LotsAt("changyuan"), key)), IsOk());
    EXPECT_EQ(ParsePage(After(LotsAt("changyuan"), key))->after_key, key);
  }
}

TEST(PageToken, IsSafeInAUrl) {
  EXPECT_THAT(NextPageToken(LotsAt("changyuan"), "\xff\xfe\xfd\xfb\xef\xbe"),
              MatchesRegex("[A-Za-z0-9_-]+"));
}

TEST(PageToken, FitsTheSameQueryWithAnotherPageSize) {
  ListLotsRequest request = After(LotsAt("changyuan"), "key");

  request.set_page_size(7);

  ASSERT_THAT(ParsePage(request), IsOk());
  EXPECT_EQ(ParsePage(request)->after_key, "key");
  EXPECT_EQ(NextPageToken(request, "key"), request.page_token());
}

TEST(PageToken, DoesNotDependOnTheOrderOfAMapNorOnUnknownFields) {
  ListLotsRequest forward = LotsAt("changyuan");
  ListLotsRequest backward = LotsAt("changyuan");
  for (int i = 0; i < 20; ++i) (*forward.mutable_labels())[absl::StrCat(i)] = "x";
  for (int i = 19; i >= 0; --i) (*backward.mutable_labels())[absl::StrCat(i)] = "x";
  backward.GetReflection()->MutableUnknownFields(&backward)->AddVarint(1000, 1);

  EXPECT_EQ(NextPageToken(forward, "key"), NextPageToken(backward, "key"));
}

TEST(PageToken, FitsNoQueryWithOtherFilters) {
  ListLotsRequest other_place = After(LotsAt("changyuan"), "key");
  other_place.set_location_id("lushan");
  ListLotsRequest more_lots = After(LotsAt("changyuan"), "key");
  more_lots.add_lot_ids(0);
  ListLotsRequest more_labels = After(LotsAt("changyuan"), "key");
  (*more_labels.mutable_labels())["a"] = "";

  EXPECT_THAT(ParsePage(other_place), NamesField("page_token"));
  EXPECT_THAT(ParsePage(more_lots), NamesField("page_token"));
  EXPECT_THAT(ParsePage(more_labels), NamesField("page_token"));
}

TEST(PageToken, FitsNoOtherList) {
  ListBagsRequest bags;
  bags.set_location_id("changyuan");

  bags.set_page_token(NextPageToken(LotsAt("changyuan"), "key"));

  EXPECT_THAT(ParsePage(bags), NamesField("page_token"));
}

TEST(PageToken, IsRefusedWithAnyCharacterChangedAddedOrMissing) {
  const ListLotsRequest sound = After(LotsAt("changyuan"), "a key of a row");
  const std::string& token = sound.page_token();
  std::set<std::string> damaged = {token + "A",
                                   token + "=",
                                   token + " ",
                                   " " + token,
                                   "A",
                                   token + "\n",
                                   std::string(100'000, 'A'),
                                   "!",
                                   token + token};
  for (size_t at = 0; at < token.size(); ++at) {
    damaged.insert(token.substr(0, at) + token.substr(at + 1));
    damaged.insert(token.substr(0, at) + " " + token.substr(at));
    if (at > 0) damaged.insert(token.substr(0, at));
    for (const char other : {'A', 'z', '0', '-', '_', '+', '/', '.'}) {
      std::string changed = token;
      changed[at] = other;
      if (changed != token) damaged.insert(changed);
    }
  }

  for (const std::string& text : damaged) {
    ListLotsRequest request = sound;
    request.set_page_token(text);
    EXPECT_THAT(ParsePage(request), NamesField("page_token")) << text;
  }
}

TEST(PageToken, IsNotMadeOfNoKey) {
  EXPECT_DEATH((void)NextPageToken(LotsAt("changyuan"), ""), "check failed");
}

TEST(Rest, OfTheFirstPageIsTheWholeRange) {
  const storage::KeyRange rest = PageRequest{}.Rest({"b", "d"});

  EXPECT_EQ(rest.from, "b");
  EXPECT_EQ(rest.to, "d");
}

TEST(Rest, BeginsRightAfterTheLastKey) {
  const storage::KeyRange rest = PageRequest{100, "c"}.Rest({"b", "d"});

  EXPECT_EQ(rest.from, std::string("c\0", 2));
  EXPECT_EQ(rest.to, "d");
}

TEST(Rest, NeverLeavesTheRange) {
  const storage::KeyRange below = PageRequest{100, "a"}.Rest({"b", "d"});
  EXPECT_EQ(below.from, "b");
  const storage::KeyRange above = PageRequest{100, "z"}.Rest({"b", "d"});
  EXPECT_EQ(above.from, "d");
  EXPECT_EQ(above.to, "d");
  const storage::KeyRange endless = PageRequest{100, "\xff"}.Rest({"b", ""});
  EXPECT_EQ(endless.from, std::string("\xff\0", 2));
}

}  // namespace
}  // namespace milkway::runtime
