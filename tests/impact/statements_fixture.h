// Two schools that drink of one lot, of which two gifts bought a part.

#ifndef MILKWAY_TESTS_IMPACT_STATEMENTS_FIXTURE_H_
#define MILKWAY_TESTS_IMPACT_STATEMENTS_FIXTURE_H_

#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/statements_world.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {

inline constexpr char kDonor[] = "donor:may:gift-may";

class StatementsTest : public ::testing::Test, public StatementsWorld {
 protected:
  StatementsTest() {
    programme().AddPlace("depot", inventory::v1::LOCATION_KIND_WAREHOUSE);
    programme().AddSchool("east", 40);
    programme().AddSchool("west", 30);
    lot_ = programme().Buy("L1", 100, "depot");
    programme().Send("S-1", "depot", "east", lot_, 40, 2);
    programme().Receive("S-1", lot_, 40, 0, 0, 3);
    programme().Send("S-2", "depot", "west", lot_, 30, 2);
    programme().Receive("S-2", lot_, 28, 1, 1, 3);
    EXPECT_THAT(GiveMoney("gift-may", 30'000), milkway::testing::IsOk());
    EXPECT_THAT(Allocate("gift-may", lot_, 15'000), milkway::testing::IsOk());
    EXPECT_THAT(GiveMoney("gift-ann", 10'000), milkway::testing::IsOk());
    EXPECT_THAT(Allocate("gift-ann", lot_, 5'000), milkway::testing::IsOk());
  }

  int64_t lot_ = 0;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_STATEMENTS_FIXTURE_H_
