// Tests of services together: in one process, and in a process each.
//
//   INSTANTIATE_TEST_SUITE_P(EveryDeployment, Receipts, EveryDeployment(), NameOfDeployment);

#ifndef MILKWAY_TESTS_SUPPORT_DEPLOYMENTS_H_
#define MILKWAY_TESTS_SUPPORT_DEPLOYMENTS_H_

#include <string>

#include "gtest/gtest.h"
#include "tests/support/in_process_system.h"

namespace milkway::testing {

// `System` is made of the stores of a deployment.
template <typename System>
class InEveryDeployment : public ::testing::TestWithParam<InProcessSystem::Stores> {
 protected:
  System milkway_{GetParam()};
};

inline auto EveryDeployment() {
  return ::testing::Values(InProcessSystem::Stores::kOneForAll, InProcessSystem::Stores::kOneEach);
}

inline std::string NameOf(InProcessSystem::Stores stores) {
  return stores == InProcessSystem::Stores::kOneForAll ? "OneProcess" : "Apart";
}

inline std::string NameOfDeployment(
    const ::testing::TestParamInfo<InProcessSystem::Stores>& deployment) {
  return NameOf(deployment.param);
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_DEPLOYMENTS_H_
