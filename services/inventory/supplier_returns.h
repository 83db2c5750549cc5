// Goods that go back to who sold them.

#ifndef MILKWAY_SERVICES_INVENTORY_SUPPLIER_RETURNS_H_
#define MILKWAY_SERVICES_INVENTORY_SUPPLIER_RETURNS_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "services/inventory/inventory_keys.h"
#include "services/runtime/once.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::inventory {

// INVALID_ARGUMENT names the field from the message given on. Position and caller are
// left empty.
absl::StatusOr<rec::SupplierReturnRecord> ParseSupplierReturn(const v1::SupplierReturn& message);
v1::SupplierReturn ToMessage(const std::string& return_id, const rec::SupplierReturnRecord& record);

// Posts a return and keeps it; the same one again is OK. Returns it with its position.
//   NOT_FOUND            LOT_UNKNOWN, LOCATION_UNKNOWN
//   ALREADY_EXISTS       RETURN_EXISTS
//   FAILED_PRECONDITION  SUPPLIER_MISMATCH, STOCK_MISSING
absl::StatusOr<rec::SupplierReturnRecord> RecordSupplierReturn(storage::Transaction& transaction,
                                                               const std::string& return_id,
                                                               rec::SupplierReturnRecord record,
                                                               runtime::RequestId request_id,
                                                               int64_t now_us);

// Who sold a lot.
absl::StatusOr<std::string> SupplierOf(const storage::Reader& reader, LotId lot);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_SUPPLIER_RETURNS_H_
