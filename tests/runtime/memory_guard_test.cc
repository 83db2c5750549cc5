// Who has to go when memory is short.

#include "services/runtime/transport/memory_guard.h"

#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TheGreediest, SendsMostBeyondWhatItIsAnswered) {
  EXPECT_THAT(Greediest({{1, 100'000, 50'000}, {2, 900'000, 100}, {3, 5'000'000, 400'000}}),
              ElementsAre(2));
}

TEST(TheGreediest, AreATenthAtATime) {
  std::vector<Traffic> connections;
  for (int descriptor = 0; descriptor < 50; ++descriptor) {
    connections.push_back({descriptor, 1'000'000 + 1'000 * descriptor, 0});
  }

  EXPECT_THAT(Greediest(std::move(connections)), ElementsAre(49, 48, 47, 46, 45));
}

TEST(TheGreediest, AreNobodyWhereAllAreAnswered) {
  EXPECT_THAT(Greediest({{1, 1'000'000, 100'000}, {2, 1'000'000'000, 70'000'000}}), IsEmpty());
  EXPECT_THAT(Greediest({}), IsEmpty());
}

TEST(TheGreediest, AreNotThoseWhoHaveHardlyBegun) {
  EXPECT_THAT(Greediest({{1, 4'000, 0}, {2, 300, 0}}), IsEmpty());
}

TEST(TheLongestUnanswered, AreATenthAndOneAtLeast) {
  std::vector<Traffic> connections;
  for (int number = 0; number < 20; ++number) {
    connections.push_back({.descriptor = number, .silence_ms = number * 10});
  }
  EXPECT_THAT(LongestUnanswered(connections), ElementsAre(19, 18));
  EXPECT_THAT(LongestUnanswered({connections[3]}), ElementsAre(3));
  EXPECT_THAT(LongestUnanswered({}), IsEmpty());
}

TEST(TheUsualMemory, IsAPartOfWhatThereIs) {
  EXPECT_GT(UsualResidentBytes(), 16 << 20);
  EXPECT_LE(UsualResidentBytes(), 1 << 30);
}

TEST(TheTraffic, OfWhatIsNoConnectionIsUnknown) { EXPECT_FALSE(TrafficOf(0).has_value()); }

TEST(TheMemory, OfThisProcessIsSome) { EXPECT_GT(ResidentBytes(), 1 << 20); }

}  // namespace
}  // namespace milkway::runtime
