// What the books hold in all, by kind of account.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_STOCK_TOTALS_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_STOCK_TOTALS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"

namespace milkway::cli {

// Grams by kind: "usable", "in_transit", "served". Virtual kinds count what they gave or
// took.
using StockTotals = std::map<std::string, int64_t>;
absl::StatusOr<StockTotals> ReadStockTotals(Connection* connection);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_STOCK_TOTALS_H_
