// What the rules achieve in a simulated programme.

#include "tests/planning/simulation.h"

#include "gtest/gtest.h"

namespace milkway::planning {
namespace {

class SimulationTest : public ::testing::Test {
 protected:
  static const SimulationResult& Result() {
    static const SimulationResult& result = *new SimulationResult(Simulate(kOptions));
    return result;
  }
  static constexpr SimulationOptions kOptions = {2026, 12, 2};
};

TEST_F(SimulationTest, TheWarningComesAtLeastOneLeadTimeAheadInNineOfTenCases) {
  EXPECT_GE(Result().run_outs, 30) << Describe(kOptions, Result());
  EXPECT_GE(Result().warned_in_time * 10, Result().run_outs * 9) << Describe(kOptions, Result());
}

TEST_F(SimulationTest, WhoFollowsTheSuggestionsRunsOutBeforeADeliveryInAtMostOneOfTwentyCases) {
  EXPECT_GE(Result().deliveries, 50) << Describe(kOptions, Result());
  EXPECT_LE(Result().deliveries_too_late * 20, Result().deliveries) << Describe(kOptions, Result());
  EXPECT_LE(Result().school_days_short * 20, Result().school_days) << Describe(kOptions, Result());
}

TEST_F(SimulationTest, OrdersDoNotPileUpMilkThatExpires) {
  EXPECT_LE(Result().expired_g * 100, Result().served_g) << Describe(kOptions, Result());
}

}  // namespace
}  // namespace milkway::planning
