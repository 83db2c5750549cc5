// Where every gram lies.

#ifndef MILKWAY_CLIENTS_CLI_STOCK_H_
#define MILKWAY_CLIENTS_CLI_STOCK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "milkway/inventory/v1/stock.pb.h"

namespace milkway::cli {

struct StockRow {
  std::string location_id;  // for stock in transit, where it goes
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  inventory::v1::AccountKind condition = inventory::v1::ACCOUNT_KIND_UNSPECIFIED;
  int64_t quantity_g = 0;
  std::string expires_on;
};

// Every non-zero physical account in order of the columns, or those of one place; stock in
// transit is summed over shipments under its destination. `as_of_position`: as the books
// were then; 0: now.
absl::StatusOr<std::vector<StockRow>> ReadStock(Connection& connection,
                                                const std::string& location_id,
                                                int64_t as_of_position);

// The JSON that docs/import.md states.
std::string StockJson(const std::vector<StockRow>& rows);

// A table for people with a sum below.
std::string StockTable(const std::vector<StockRow>& rows);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_STOCK_H_
