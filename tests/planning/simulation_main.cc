// planning_simulation [SCHOOLS [YEARS [SEED]]]: prints what the planning rules achieve.

#include <cstdio>
#include <cstdlib>

#include "tests/planning/simulation.h"

int main(int argc, char** argv) {
  milkway::planning::SimulationOptions options;
  if (argc > 1) options.schools = std::atoi(argv[1]);
  if (argc > 2) options.years = std::atoi(argv[2]);
  if (argc > 3) options.seed = std::strtoull(argv[3], nullptr, 10);
  const auto result = milkway::planning::Simulate(options);
  std::fputs(milkway::planning::Describe(options, result).c_str(), stdout);
  return 0;
}
