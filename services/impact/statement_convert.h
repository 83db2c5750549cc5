// Messages of StatementService ↔ domain types.

#ifndef MILKWAY_SERVICES_IMPACT_STATEMENT_CONVERT_H_
#define MILKWAY_SERVICES_IMPACT_STATEMENT_CONVERT_H_

#include <optional>

#include "milkway/impact/v1/statements.pb.h"
#include "services/impact/share_links.h"
#include "services/impact/statements.h"

namespace milkway::impact {

v1::Publication ToMessage(const Publication& publication);
v1::GiftStatement ToStatement(const GiftImpact& impact,
                              const std::optional<Publication>& publication);
v1::ProgrammeStatement ToMessage(const PublishedSums& sums, const Publication& publication);
v1::ShareLink ToMessage(const ShareLink& link);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_STATEMENT_CONVERT_H_
