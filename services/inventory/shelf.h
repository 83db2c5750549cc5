// Which lots of a product lie usable at a place, earliest expiry first.

#ifndef MILKWAY_SERVICES_INVENTORY_SHELF_H_
#define MILKWAY_SERVICES_INVENTORY_SHELF_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/inventory/account.h"
#include "storage/store.h"

namespace milkway::inventory {

struct LotOnShelf {
  LotId lot;
  LocalDate expires_on;
};

// In order of expiry, then of lot.
absl::StatusOr<std::vector<LotOnShelf>> LotsOnShelf(const storage::Reader& reader,
                                                    absl::string_view place,
                                                    absl::string_view product_id);

// A lot of the product has usable stock at the place now, or has none any more.
absl::Status PutOnShelf(storage::Transaction& transaction, absl::string_view place,
                        absl::string_view product_id, const LotOnShelf& lot);
absl::Status TakeOffShelf(storage::Transaction& transaction, absl::string_view place,
                          absl::string_view product_id, LotId lot);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_SHELF_H_
