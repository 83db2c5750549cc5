// Recording gifts.

#include "services/impact/gifts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/impact_fixture.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;

class GiftTest : public ImpactTest {
 protected:
  // Of all tables of impact.
  int64_t Rows() {
    int64_t rows = 0;
    EXPECT_THAT(reader().Scan({"\x04", "\x05"}, storage::ScanOrder::kAscending,
                              [&](absl::string_view, absl::string_view) { return ++rows > 0; }),
                IsOk());
    return rows;
  }
};

TEST_F(GiftTest, KeepsWhatWasGivenTheRateAndItsWorth) {
  const auto gift = Give("G-1", {"CNY", 100'050}, "0.2118");

  ASSERT_THAT(gift, IsOk());
  EXPECT_EQ(gift->donor_id(), "D-1");
  EXPECT_EQ(FormatDate({gift->received_day()}), "2025-02-03");
  EXPECT_EQ(gift->currency(), "CNY");
  EXPECT_EQ(gift->amount_minor(), 100'050);
  EXPECT_EQ(gift->base_currency(), "AUD");
  EXPECT_EQ(gift->base_minor(), 21'191);  // 21,190.59
  EXPECT_EQ(gift->rate_units(), 2118);
  EXPECT_EQ(gift->rate_scale(), 4);
  EXPECT_EQ(FormatDate({gift->rate_day()}), "2025-02-01");
  EXPECT_EQ(gift->allocated_minor(), 0);
  EXPECT_EQ(gift->recorded_by(), "pia");
  EXPECT_EQ(gift->recorded_us(), kNowUs);
}

TEST_F(GiftTest, IsRoundedHalfToEven) {
  EXPECT_EQ(Give("up", {"CNY", 3}, "0.5")->base_minor(), 2);    // 1.5
  EXPECT_EQ(Give("down", {"CNY", 5}, "0.5")->base_minor(), 2);  // 2.5
  EXPECT_EQ(Give("yen", {"JPY", 7}, "0.0101")->base_minor(), 7);
}

TEST_F(GiftTest, RecordedAgainIsTheSame) {
  const auto first = Give("G-1", {"CNY", 100'000}, "0.2118");
  const int64_t rows = Rows();

  // At a rate that became known later, and at none.
  const auto again = Give("G-1", {"CNY", 100'000}, "0.3");
  const auto unasked = Record(GiftOf("G-1", {"CNY", 100'000}), std::nullopt);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  ASSERT_THAT(unasked, IsOk());
  EXPECT_EQ(unasked->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Rows(), rows);
}

TEST_F(GiftTest, IdBelongsToOneGift) {
  const Gift gift = GiftOf("G-1", {"AUD", 100});
  ASSERT_THAT(Record(gift, ToAud("1")), IsOk());
  Gift other_donor = gift;
  other_donor.donor_id = "D-2";
  Gift other_day = gift;
  other_day.received_on = Date("2025-02-02");
  Gift other_amount = gift;
  other_amount.amount.minor = 101;
  Gift other_currency = gift;
  other_currency.amount.currency = "CNY";

  for (const Gift& other : {other_donor, other_day, other_amount, other_currency}) {
    EXPECT_THAT(Record(other, ToAud("1")), IsRefusal("GIFT_EXISTS"));
    EXPECT_THAT(Record(other, ToAud("1")), StatusIs(absl::StatusCode::kAlreadyExists));
  }
}

TEST_F(GiftTest, ThatIsNotRecordedIsUnknown) {
  EXPECT_THAT(ReadGift(reader(), "G-1"), IsRefusal("GIFT_UNKNOWN"));
  EXPECT_THAT(ReadGift(reader(), "G-1"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(GiftTest, WorthMoreThanTheBooksHoldIsRefusedAndLeavesNothing) {
  EXPECT_THAT(Give("G-1", {"CNY", 1'000'000'000'000'000}, "1.1"), IsRefusal("AMOUNT_TOO_LARGE"));

  EXPECT_EQ(Rows(), 0);
}

TEST_F(GiftTest, MayBeWorthNothing) {
  EXPECT_EQ(Give("G-1", {"IDR", 10}, "0.0001")->base_minor(), 0);
}

TEST_F(GiftTest, OutlivesARestart) {
  ASSERT_THAT(Give("G-1", {"AUD", 100}), IsOk());

  store_.Reopen();

  EXPECT_EQ(ReadGift(reader(), "G-1")->amount_minor(), 100);
}

}  // namespace
}  // namespace milkway::impact
