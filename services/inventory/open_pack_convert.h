// Between the messages of opened bags and their domain types. INVALID_ARGUMENT names
// the field.

#ifndef MILKWAY_SERVICES_INVENTORY_OPEN_PACK_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_OPEN_PACK_CONVERT_H_

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/open_packs.pb.h"
#include "services/inventory/open_packs.h"

namespace milkway::inventory {

// `recorded_by` is left empty.
absl::StatusOr<PacksToOpen> ParsePacks(const v1::OpenPacksRequest& message);
absl::StatusOr<PacksToFinish> ParsePacks(const v1::FinishPacksRequest& message);
absl::StatusOr<OpenPacksFilter> ParseFilter(const v1::ListOpenPacksRequest& message);

v1::OpenedPacks ToMessage(const OpenedPacks& opened);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_OPEN_PACK_CONVERT_H_
