// Allocations of all gifts, put back into the order in which they were made.

#include "clients/cli/export/allocation_order.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random_seed.h"

namespace milkway::cli {
namespace {

using impact::v1::Allocation;
using ::testing::ElementsAre;
using ::testing::SizeIs;

Allocation Made(const std::string& id, int64_t lot, int64_t earlier_paid, int64_t paid,
                int64_t earlier_bought, int64_t bought) {
  Allocation allocation;
  allocation.set_allocation_id(id);
  allocation.set_lot_id(lot);
  allocation.set_earlier_paid_minor(earlier_paid);
  allocation.mutable_base_amount()->set_minor_units(paid);
  allocation.set_earlier_bought_g(earlier_bought);
  allocation.set_bought_g(bought);
  return allocation;
}

std::vector<std::string> IdsOf(const std::vector<Allocation>& allocations) {
  std::vector<std::string> ids;
  for (const Allocation& allocation : allocations) ids.push_back(allocation.allocation_id());
  return ids;
}

TEST(AllocationOrder, OneThatFoundMorePaidComesLater) {
  EXPECT_THAT(IdsOf(InOrderMade({{Made("second", 1, 100, 50, 10, 5)},
                                 {Made("first", 1, 0, 100, 0, 10)}})),
              ElementsAre("first", "second"));
}

TEST(AllocationOrder, OneWaitsForAnotherLotOfItsGift) {
  EXPECT_THAT(IdsOf(InOrderMade({{Made("a1", 1, 100, 1, 10, 1), Made("a2", 2, 0, 100, 0, 10)},
                                 {Made("b1", 1, 0, 100, 0, 10), Made("b2", 2, 100, 1, 10, 1)}})),
              ElementsAre("b1", "a1", "a2", "b2"));
}

TEST(AllocationOrder, EveryAllocationFindsItsLotAsItWas) {
  std::mt19937_64 random(::milkway::testing::RandomSeed());
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<Allocation>> by_gift(1 + random() % 6);
    std::map<int64_t, std::pair<int64_t, int64_t>> lots;
    const int count = static_cast<int>(random() % 40);
    for (int i = 0; i < count; ++i) {
      const int64_t lot = static_cast<int64_t>(random() % 4);
      // Often worth nothing.
      const int64_t paid = static_cast<int64_t>(random() % 3);
      const int64_t bought = paid == 0 ? 0 : static_cast<int64_t>(random() % 3);
      auto& [earlier_paid, earlier_bought] = lots[lot];
      by_gift[random() % by_gift.size()].push_back(
          Made(absl::StrCat(i), lot, earlier_paid, paid, earlier_bought, bought));
      earlier_paid += paid;
      earlier_bought += bought;
    }

    const std::vector<Allocation> made = InOrderMade(by_gift);

    ASSERT_THAT(made, SizeIs(static_cast<size_t>(count)));
    std::map<int64_t, std::pair<int64_t, int64_t>> now;
    for (const Allocation& allocation : made) {
      auto& [paid, bought] = now[allocation.lot_id()];
      if (allocation.base_amount().minor_units() > 0) {
        ASSERT_EQ(allocation.earlier_paid_minor(), paid);
        ASSERT_EQ(allocation.earlier_bought_g(), bought);
      }
      paid += allocation.base_amount().minor_units();
      bought += allocation.bought_g();
    }
  }
}

}  // namespace
}  // namespace milkway::cli
