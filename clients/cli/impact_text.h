// What a gift became, as people and programs read it.

#ifndef MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_
#define MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_

#include <string>

#include "milkway/impact/v1/gifts.pb.h"

namespace milkway::cli {

std::string ImpactPage(const impact::v1::GiftImpact& impact);

// The JSON that docs/import.md states; children_reached is null below 10.
std::string ImpactJson(const impact::v1::GiftImpact& impact);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_
