// The order in which allocations were made, of what each says about its lot.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_ALLOCATION_ORDER_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_ALLOCATION_ORDER_H_

#include <vector>

#include "milkway/impact/v1/gifts.pb.h"

namespace milkway::cli {

// All allocations in an order that is that of each gift, and in which each finds paid and
// bought of its lot what it found when it was made. `by_gift` holds each gift's in their
// order. Those that fit nowhere, which no server has, are last. Pure.
std::vector<impact::v1::Allocation> InOrderMade(
    std::vector<std::vector<impact::v1::Allocation>> by_gift);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_ALLOCATION_ORDER_H_
