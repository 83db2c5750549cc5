// Physical stock, added up.

#ifndef MILKWAY_SERVICES_INVENTORY_STOCK_SUMMARY_H_
#define MILKWAY_SERVICES_INVENTORY_STOCK_SUMMARY_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/as_of.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::inventory {

// A page of sums, as `request` asks for it: groups without stock are left out.
// `today`: the day from which days to expiry count; `as_of`: the books as they were, or
// nothing. Returns the token of the next
// page. INVALID_ARGUMENT names grouping.
absl::StatusOr<std::string> SummarizeStock(const storage::Reader& reader,
                                           const v1::SummarizeStockRequest& request,
                                           LocalDate today, const BooksAsOf* as_of,
                                           absl::FunctionRef<void(const v1::StockSum&)> add);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_STOCK_SUMMARY_H_
