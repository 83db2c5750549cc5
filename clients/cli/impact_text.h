// What a gift became, as people and programs read it.

#ifndef MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_
#define MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_

#include <string>

#include "milkway/impact/v1/gifts.pb.h"

namespace milkway::cli {

std::string ImpactPage(const impact::v1::GiftImpact& impact);

// JSON with the keys that programs rely on; children_reached is null below 10. Beside them,
// only where there is something to say: kind, school_id, fees_minor, refunded_minor and
// refund_due_minor; of a lot returned_g and refund_due_minor.
std::string ImpactJson(const impact::v1::GiftImpact& impact);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPACT_TEXT_H_
