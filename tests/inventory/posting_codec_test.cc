// The bytes of a posting: pinned, and one encoding only.

#include "services/inventory/posting_codec.h"

#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;

using K = AccountKind;

constexpr auto kDamage = absl::StatusCode::kDataLoss;

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

Posting PostingWithEveryField() {
  Posting posting;
  posting.kind = PostingKind::kDistribution;
  posting.occurred_at = {1'741'000'000'000'000, 8 * 60};
  posting.recorded_us = 1'741'000'000'000'300;
  posting.request_id = {0x0102030405060708, 0x090a0b0c0d0e0f10};
  posting.reference = "distribution/7";
  posting.movements = {{LotId{1}, K::kUsable, "s-1", K::kServed, "s-1", 250},
                       {LotId{300}, K::kFound, "s-1", K::kUsable, "s-2", 70'000}};
  posting.linked_position = 129;
  posting.discrepancy_reason = "一袋";
  posting.fefo_override_reason = "behind";
  return posting;
}

// Field by field, as posting_codec.h has them.
constexpr const char* kBytesWithEveryField[] = {
    "01",                                 // leaf and version
    "aca2b7b4e2ed8b03",                   // recorded_us
    "80a0b7b4e2ed8b03",                   // occurred_us
    "c007",                               // +480 minutes
    "04",                                 // distribution
    "0102030405060708 090a0b0c0d0e0f10",  // request id
    "0e 646973747269627574696f6e2f37",    // "distribution/7"
    "8101",                               // linked position 129
    "06 e4b880e8a28b",                    // discrepancy reason, UTF-8
    "06 626568696e64",                    // "behind"
    "02",                                 // movements
    "01 06 03 732d31 00 01 fa01",         // usable to served, at the same place
    "07 01 03 732d31 03 732d32",          // found to usable, at another place
    "ac02 f0a204",                        // lot 300, 70,000 g
};

Posting PlainPosting() {
  Posting posting;
  posting.kind = PostingKind::kPurchase;
  posting.occurred_at = {1, -570};
  posting.recorded_us = 2;
  posting.request_id = {0, 1};
  posting.movements = {{LotId{3}, K::kPurchased, "f", K::kUsable, "w", 4}};
  return posting;
}

constexpr const char* kBytesOfPlainPosting[] = {
    "01",                                 // leaf and version
    "02",                                 // recorded_us
    "01",                                 // occurred_us
    "f308",                               // -570 minutes
    "01",                                 // purchase
    "0000000000000000 0000000000000001",  // request id
    "00",                                 // no reference
    "00",                                 // no linked position
    "00",                                 // no discrepancy reason
    "00",                                 // no FEFO override reason
    "01",                                 // movements
    "05 01 01 66 01 77 03 04",            // purchased to usable, lot 3, 4 g
};
constexpr size_t kLeaf = 0;
constexpr size_t kRecordedUs = 1;
constexpr size_t kOccurredUs = 2;
constexpr size_t kOffset = 3;
constexpr size_t kKind = 4;
constexpr size_t kReference = 6;
constexpr size_t kLinkedPosition = 7;
constexpr size_t kMovementCount = 10;
constexpr size_t kMovement = 11;

std::string Bytes(absl::Span<const char* const> fields) {
  return absl::HexStringToBytes(absl::StrReplaceAll(absl::StrJoin(fields, ""), {{" ", ""}}));
}

// The plain posting's bytes with another field in place of one of them.
absl::StatusOr<Posting> DecodePlainWith(size_t field, const char* hex) {
  std::vector<const char*> fields(std::begin(kBytesOfPlainPosting), std::end(kBytesOfPlainPosting));
  fields[field] = hex;
  return DecodePosting(Bytes(fields));
}

TEST(PostingCodec, APostingHasTheBytesThatItAlwaysHad) {
  EXPECT_EQ(Hex(EncodePosting(PostingWithEveryField())), Hex(Bytes(kBytesWithEveryField)));
  EXPECT_EQ(Hex(EncodePosting(PlainPosting())), Hex(Bytes(kBytesOfPlainPosting)));
}

TEST(PostingCodec, ThePinnedBytesAreReadAsTheirPosting) {
  const auto full = DecodePosting(Bytes(kBytesWithEveryField));
  const auto plain = DecodePosting(Bytes(kBytesOfPlainPosting));

  ASSERT_THAT(full, IsOk());
  EXPECT_EQ(*full, PostingWithEveryField());
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(*plain, PlainPosting());
}

TEST(PostingCodec, APostingWithoutMovementsIsAPosting) {
  Posting reversal = PlainPosting();
  reversal.movements.clear();

  const auto decoded = DecodePosting(EncodePosting(reversal));

  ASSERT_THAT(decoded, IsOk());
  EXPECT_EQ(*decoded, reversal);
}

class RandomPostings {
 public:
  explicit RandomPostings(uint64_t seed) : random_(seed) {}

  Posting Next() {
    Posting posting;
    posting.kind = static_cast<PostingKind>(1 + Below(kPostingKindLast));
    posting.occurred_at = {Number(), static_cast<int32_t>(random_() >> Below(64))};
    posting.recorded_us = Number();
    posting.request_id = {random_(), random_()};
    posting.reference = Text();
    posting.linked_position = Number();
    posting.discrepancy_reason = Text();
    posting.fefo_override_reason = Text();
    for (uint64_t movements = Below(5); movements > 0; --movements) {
      posting.movements.push_back(NextMovement());
    }
    return posting;
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }

  // Of any size: each length in bits is as likely as another.
  int64_t Number() { return static_cast<int64_t>(random_() >> (1 + Below(63))); }

  std::string Text() {
    std::string text(Below(2) == 0 ? 0 : Below(200), '\0');
    for (char& byte : text) byte = static_cast<char>(random_());
    return text;
  }

  Movement NextMovement() {
    Movement movement;
    movement.lot = LotId{Number()};
    movement.from_kind = static_cast<K>(1 + Below(kAccountKindLast));
    movement.to_kind = static_cast<K>(1 + Below(kAccountKindLast));
    movement.from_place = absl::StrCat("from", Text());
    movement.to_place = Below(2) == 0 ? movement.from_place : absl::StrCat("to", Text());
    movement.quantity_g = Number();
    return movement;
  }

  std::mt19937_64 random_;
};

TEST(PostingCodec, APostingIsReadAsItWasWritten) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  RandomPostings postings(seed);

  for (int round = 0; round < 20'000; ++round) {
    const Posting posting = postings.Next();
    const auto decoded = DecodePosting(EncodePosting(posting));
    ASSERT_THAT(decoded, IsOk());
    ASSERT_EQ(*decoded, posting);
  }
}

TEST(PostingCodec, TheLargestNumbersAreReadAsTheyWereWritten) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  Posting posting = PlainPosting();
  posting.recorded_us = posting.occurred_at.us = posting.linked_position = kLargest;
  posting.movements[0].lot.value = posting.movements[0].quantity_g = kLargest;

  for (const int32_t minutes :
       {std::numeric_limits<int32_t>::min(), -1, 0, std::numeric_limits<int32_t>::max()}) {
    posting.occurred_at.offset_minutes = minutes;
    const auto decoded = DecodePosting(EncodePosting(posting));
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(*decoded, posting);
  }
}

// What can be read is what is written for it: no two byte strings mean the same.
void ExpectOneEncoding(const std::string& bytes) {
  const auto decoded = DecodePosting(bytes);
  if (decoded.ok()) {
    EXPECT_EQ(Hex(EncodePosting(*decoded)), Hex(bytes));
  } else {
    EXPECT_THAT(decoded, StatusIs(kDamage)) << Hex(bytes);
  }
}

TEST(PostingCodec, AChangedByteIsDamageOrAnotherPosting) {
  for (const Posting& posting : {PostingWithEveryField(), PlainPosting()}) {
    const std::string bytes = EncodePosting(posting);

    for (size_t at = 0; at < bytes.size(); ++at) {
      for (int change = 1; change < 256; ++change) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ change);
        ExpectOneEncoding(changed);
        const auto decoded = DecodePosting(changed);
        EXPECT_FALSE(decoded.ok() && *decoded == posting) << Hex(changed);
      }
    }
  }
}

TEST(PostingCodec, BytesAtRandomPlacesAreDamageOrAnotherPosting) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  RandomPostings postings(seed);

  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = EncodePosting(postings.Next());
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    ExpectOneEncoding(bytes);
  }
}

TEST(PostingCodec, MissingAndLeftOverBytesAreDamage) {
  for (const Posting& posting : {PostingWithEveryField(), PlainPosting()}) {
    const std::string bytes = EncodePosting(posting);

    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(DecodePosting(bytes.substr(0, size)), StatusIs(kDamage)) << size;
      EXPECT_THAT(DecodePosting(bytes.substr(size + 1)), StatusIs(kDamage)) << size;
    }
    for (int byte = 0; byte < 256; ++byte) {
      EXPECT_THAT(DecodePosting(absl::StrCat(bytes, std::string(1, static_cast<char>(byte)))),
                  StatusIs(kDamage))
          << byte;
    }
    EXPECT_THAT(DecodePosting(absl::StrCat(bytes, bytes)), StatusIs(kDamage));
  }
}

TEST(PostingCodec, ANumberLongerThanNeededIsDamage) {
  EXPECT_THAT(DecodePlainWith(kRecordedUs, "8200"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kOccurredUs, "818000"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kOffset, "f38800"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kReference, "8000"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kLinkedPosition, "8000"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovementCount, "8100"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "05 01 01 66 01 77 8300 04"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "05 01 01 66 01 77 03 8400"), StatusIs(kDamage));
}

TEST(PostingCodec, ANumberBeyondItsTypeIsDamage) {
  // 2^63, and 2^64.
  EXPECT_THAT(DecodePlainWith(kRecordedUs, "80808080808080808001"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kRecordedUs, "80808080808080808002"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kRecordedUs, "8080808080808080808001"), StatusIs(kDamage));
  // An offset of 2^31 minutes; and one that is 480 if cut to 32 bits.
  EXPECT_THAT(DecodePlainWith(kOffset, "8080808010"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kOffset, "c087808020"), StatusIs(kDamage));
  // Texts and movements that cannot all be there.
  EXPECT_THAT(DecodePlainWith(kReference, "ffffffffffffffffff01"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovementCount, "ffffffffffffffffff01"), StatusIs(kDamage));
}

TEST(PostingCodec, AKindThatIsNotOneIsDamage) {
  EXPECT_THAT(DecodePlainWith(kLeaf, "00"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kLeaf, "02"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kKind, "00"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kKind, "0a"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "00 01 01 66 01 77 03 04"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "05 00 01 66 01 77 03 04"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "0e 01 01 66 01 77 03 04"), StatusIs(kDamage));
  EXPECT_THAT(DecodePlainWith(kMovement, "05 0e 01 66 01 77 03 04"), StatusIs(kDamage));
}

TEST(PostingCodec, APlaceWrittenTwiceIsDamage) {
  EXPECT_THAT(DecodePlainWith(kMovement, "05 01 01 66 00 03 04"), IsOk());
  EXPECT_THAT(DecodePlainWith(kMovement, "05 01 01 66 01 66 03 04"), StatusIs(kDamage));
}

}  // namespace
}  // namespace milkway::inventory
