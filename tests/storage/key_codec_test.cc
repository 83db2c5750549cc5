// Keys sort as their fields do, and decode to what was encoded.

#include "storage/key_codec.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::StatusIs;

using LotKey = KeySchema<0x0102, std::string, int64_t>;
using EveryKey = KeySchema<0xfffe, uint8_t, uint32_t, uint64_t, int64_t, std::string>;

std::string Bytes(std::initializer_list<int> bytes) {
  std::string result;
  for (int byte : bytes) result.push_back(static_cast<char>(byte));
  return result;
}

TEST(KeyCodec, WritesTheBytesThatAreOnDisk) {
  EXPECT_EQ(LotKey::Encode("a", 1), Bytes({1, 2, 'a', 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(EveryKey::Encode(7, 0x01020304, 0x0102030405060708, -1, absl::string_view("x\0y", 3)),
            Bytes({0xff, 0xfe, 7,    1,    2,    3,    4,    1,    2,   3, 4,    5,   6, 7, 8,
                   0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 'x', 0, 0xff, 'y', 0, 1}));
}

TEST(KeyCodec, SortsKeysAsTheirFieldsSort) {
  std::vector<LotKey::Key> keys;
  for (const std::string& text :
       {std::string(), std::string("\0", 1), std::string("\0\xff", 2), std::string("\x01"),
        std::string("a"), std::string("a\0", 2), std::string("ab"), std::string("\xff")}) {
    for (const int64_t number : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0},
                                 int64_t{1}, std::numeric_limits<int64_t>::max()}) {
      keys.emplace_back(text, number);
    }
  }
  const auto encode = [](const LotKey::Key& key) {
    return LotKey::Encode(std::get<0>(key), std::get<1>(key));
  };

  for (const LotKey::Key& a : keys) {
    for (const LotKey::Key& b : keys) EXPECT_EQ(a < b, encode(a) < encode(b));
    EXPECT_EQ(*LotKey::Decode(encode(a)), a);
  }
}

TEST(KeyCodec, APrefixMatchesOnlyItsOwnFirstField) {
  EXPECT_TRUE(absl::StartsWith(LotKey::Encode("a", 1), LotKey::Prefix("a")));
  EXPECT_FALSE(absl::StartsWith(LotKey::Encode("ab", 1), LotKey::Prefix("a")));
}

TEST(KeyCodec, ARangeHoldsTheKeysOfItsPrefixAndNoOthers) {
  const KeyRange range = LotKey::Range("a");

  for (const int64_t number :
       {std::numeric_limits<int64_t>::min(), int64_t{0}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_GE(LotKey::Encode("a", number), range.from);
    EXPECT_LT(LotKey::Encode("a", number), range.to);
  }
  EXPECT_LT(LotKey::Encode("", 0), range.from);
  EXPECT_GE(LotKey::Encode("ab", std::numeric_limits<int64_t>::min()), range.to);
}

TEST(KeyCodec, ARangeWhosePrefixIsAllOnesHasNoUpperEnd) {
  EXPECT_EQ(PrefixRange("\xff\xff").to, "");
  EXPECT_EQ(PrefixRange("a\xff").to, "b");
}

TEST(KeyCodec, RefusesBytesThatAreNotAWholeKey) {
  const std::string key = LotKey::Encode("a", 1);

  EXPECT_THAT(LotKey::Decode(""), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(LotKey::Decode(key + "x"), StatusIs(absl::StatusCode::kDataLoss));
  for (size_t size = 0; size < key.size(); ++size) {
    EXPECT_THAT(LotKey::Decode(key.substr(0, size)), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(KeyCodec, RefusesAnEscapeThatIsNotOne) {
  EXPECT_THAT(LotKey::Decode(Bytes({1, 2, 'a', 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 1})),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(KeyCodec, DecodesWhateverBytesAreInAString) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);

  for (int round = 0; round < 10'000; ++round) {
    std::string text(random() % 12, '\0');
    for (char& byte : text) byte = static_cast<char>(random() % 4 == 0 ? 0 : random());
    const int64_t number = static_cast<int64_t>(random()) << (random() % 32);
    ASSERT_EQ(*LotKey::Decode(LotKey::Encode(text, number)), LotKey::Key(text, number));
  }
}

}  // namespace
}  // namespace milkway::storage
