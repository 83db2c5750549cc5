// Which groups of children may be told beside the total of all of them. Pure.
//
// A group of fewer than kGroupMin children is never told; nor are so many others that the
// total, less what is told, would tell of fewer than that.

#ifndef MILKWAY_SERVICES_CONSUMPTION_TOLD_GROUPS_H_
#define MILKWAY_SERVICES_CONSUMPTION_TOLD_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace milkway::consumption {

// A bit for each group that a child was in: bit n of group n.
using GroupBits = uint64_t;
inline constexpr size_t kGroupsMax = 64;

// `children` holds the groups of each child, of `groups` groups. The answer has bit n set
// if group n may be told. A group without children may always be: there is nothing to
// tell. Of several choices the smallest groups are kept back, the earlier of two.
GroupBits GroupsThatMayBeTold(const std::vector<GroupBits>& children, size_t groups);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_TOLD_GROUPS_H_
