// Tests of consumption and inventory together: in one process, and in a process each.

#ifndef MILKWAY_TESTS_CONSUMPTION_DEPLOYMENTS_H_
#define MILKWAY_TESTS_CONSUMPTION_DEPLOYMENTS_H_

#include <string>

#include "gtest/gtest.h"
#include "tests/consumption/consumption_system.h"

namespace milkway::consumption {

class InEveryDeployment : public ::testing::TestWithParam<ConsumptionSystem::Stores> {
 protected:
  ConsumptionSystem milkway_{GetParam()};
};

inline auto EveryDeployment() {
  return ::testing::Values(ConsumptionSystem::Stores::kOneForAll,
                           ConsumptionSystem::Stores::kOneEach);
}

inline std::string NameOfDeployment(
    const ::testing::TestParamInfo<ConsumptionSystem::Stores>& deployment) {
  return deployment.param == ConsumptionSystem::Stores::kOneForAll ? "OneProcess" : "AProcessEach";
}

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_DEPLOYMENTS_H_
