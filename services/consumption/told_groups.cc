#include "services/consumption/told_groups.h"

#include <algorithm>
#include <bitset>

#include "services/consumption/mean_z.h"
#include "services/runtime/check.h"

namespace milkway::consumption {

namespace {

constexpr GroupBits BitOf(size_t group) { return GroupBits{1} << group; }

// Different children of some groups.
int64_t ChildrenIn(const std::vector<GroupBits>& children, GroupBits groups) {
  return std::count_if(children.begin(), children.end(),
                       [groups](GroupBits of_child) { return (of_child & groups) != 0; });
}

}  // namespace

GroupBits GroupsThatMayBeTold(const std::vector<GroupBits>& children, size_t groups) {
  MILKWAY_CHECK(groups <= kGroupsMax);
  struct Group {
    GroupBits bit;
    int64_t children;
  };
  std::vector<Group> by_size;
  for (size_t group = 0; group < groups; ++group) {
    const int64_t size = ChildrenIn(children, BitOf(group));
    if (size > 0) by_size.push_back({BitOf(group), size});
  }
  std::stable_sort(by_size.begin(), by_size.end(),
                   [](const Group& a, const Group& b) { return a.children < b.children; });
  GroupBits withheld = 0;
  for (const Group& group : by_size) {
    const bool is_small = group.children < kGroupMin;
    // One alone is the total less the others, and few together are few.
    const bool would_be_found = withheld != 0 && (std::bitset<kGroupsMax>(withheld).count() == 1 ||
                                                  ChildrenIn(children, withheld) < kGroupMin);
    if (is_small || would_be_found) withheld |= group.bit;
  }
  return ~withheld;
}

}  // namespace milkway::consumption
