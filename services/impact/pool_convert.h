// Between the messages of pools and their domain types. As gift_convert.h.

#ifndef MILKWAY_SERVICES_IMPACT_POOL_CONVERT_H_
#define MILKWAY_SERVICES_IMPACT_POOL_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/pools.pb.h"
#include "services/impact/set_asides.h"
#include "services/impact/suggestions.h"

namespace milkway::impact {

absl::StatusOr<SetAside> ParseSetAside(const v1::SetAside& message);
v1::SetAside ToMessage(const std::string& set_aside_id, const rec::SetAsideRecord& record);

v1::Suggestion ToMessage(const Suggestion& suggestion);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_POOL_CONVERT_H_
