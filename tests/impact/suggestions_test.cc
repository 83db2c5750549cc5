// How to spend what is left: the oldest money on the lots bought first.

#include "services/impact/suggestions.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/impact_fixture.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

OpenGift Gift(const std::string& gift_id, const std::string& received_on, int64_t cents,
              const std::string& school_id = "") {
  OpenGift gift = {gift_id, {}};
  gift.record.set_currency("AUD");
  gift.record.set_base_currency("AUD");
  gift.record.set_rate_units(1);
  gift.record.set_amount_minor(cents);
  gift.record.set_received_day(Date(received_on).days);
  gift.record.set_school_id(school_id);
  return gift;
}

OpenLot LotOf(int64_t lot, const std::string& purchased_on, int64_t weight_g, int64_t cents) {
  return {LotId{lot}, Lot(weight_g, cents), Date(purchased_on), {}};
}

// "G-1 spends 500 on 7: 50 g".
std::vector<std::string> Told(const absl::StatusOr<Suggestions>& all) {
  EXPECT_THAT(all, IsOk());
  std::vector<std::string> told;
  for (const Suggestion& suggestion : all->suggestions) {
    told.push_back(absl::StrCat(suggestion.gift_id, " spends ", suggestion.amount_minor, " on ",
                                suggestion.lot.value, ": ", suggestion.bought_g, " g"));
  }
  return told;
}

TEST(Suggest, TheOldestMoneyIsSpentFirst) {
  const auto all = Suggest({Gift("G-2", "2025-02-01", 600), Gift("G-3", "2025-01-01", 300),
                            Gift("G-1", "2025-02-01", 500)},
                           {LotOf(7, "2025-01-01", 1'000, 1'000)}, 100);

  EXPECT_THAT(Told(all), ElementsAre("G-3 spends 300 on 7: 300 g", "G-1 spends 500 on 7: 500 g",
                                     "G-2 spends 200 on 7: 200 g"));
}

TEST(Suggest, TheLotBoughtFirstIsPaidFirst) {
  const auto all = Suggest({Gift("G-1", "2025-02-01", 1'000)},
                           {LotOf(7, "2025-03-01", 100, 300), LotOf(9, "2025-01-01", 100, 200),
                            LotOf(8, "2025-01-01", 100, 100)},
                           100);

  EXPECT_THAT(Told(all), ElementsAre("G-1 spends 100 on 8: 100 g", "G-1 spends 200 on 9: 100 g",
                                     "G-1 spends 300 on 7: 100 g"));
}

TEST(Suggest, MoneyForASchoolIsSpentOnItsPoolOnly) {
  OpenLot lot = LotOf(7, "2025-01-01", 1'000, 1'000);
  lot.pools.schools = {{"east", 250, 0, 0, 0, 0, 25}};

  const auto all = Suggest({Gift("G-1", "2025-01-01", 600, "east"),
                            Gift("G-2", "2025-01-02", 600, "west"), Gift("G-3", "2025-01-03", 900)},
                           {lot}, 100);

  EXPECT_THAT(Told(all), ElementsAre("G-1 spends 250 on 7: 250 g", "G-3 spends 750 on 7: 750 g"));
  EXPECT_EQ(all->suggestions[0].school_id, "east");
}

TEST(Suggest, NothingThatWouldBuyNoGram) {
  OpenLot full = LotOf(7, "2025-01-01", 100, 200);
  full.pools = {150, 100, {}};  // a freight invoice came later
  const OpenLot dear = LotOf(8, "2025-01-01", 10, 10'000);

  EXPECT_THAT(Told(Suggest({Gift("G-1", "2025-01-01", 600)}, {full, dear}, 100)), IsEmpty());
}

TEST(Suggest, AnAmountInAnotherCurrencyThatIsWorthWhatTheLotStillCosts) {
  OpenGift gift = Gift("G-1", "2025-01-01", 1'000);
  gift.record.set_currency("CNY");
  gift.record.set_rate_units(2);
  gift.record.set_rate_scale(1);

  const auto all = Suggest({gift}, {LotOf(7, "2025-01-01", 100, 33)}, 100);

  // 167 · 0.2 = 33.4
  EXPECT_THAT(Told(all), ElementsAre("G-1 spends 167 on 7: 100 g"));
  EXPECT_EQ(all->suggestions[0].worth_minor, 33);
}

TEST(Suggest, AtMostAsManyAsAreWanted) {
  const auto all = Suggest({Gift("G-1", "2025-01-01", 600)},
                           {LotOf(7, "2025-01-01", 100, 100), LotOf(8, "2025-01-01", 100, 100)}, 1);

  EXPECT_THAT(Told(all), ElementsAre("G-1 spends 100 on 7: 100 g"));
  EXPECT_TRUE(all->has_more);
}

}  // namespace
}  // namespace milkway::impact
