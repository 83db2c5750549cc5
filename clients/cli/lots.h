// Lots as people name them, and by the inventory's numbers.

#ifndef MILKWAY_CLIENTS_CLI_LOTS_H_
#define MILKWAY_CLIENTS_CLI_LOTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/line_syntax.h"
#include "milkway/inventory/v1/purchases.pb.h"

namespace milkway::cli {

// Either the number, or the lot number with as much else as is needed.
struct LotChoice {
  std::optional<int64_t> lot_id;
  std::string lot_number;
  std::string product_id;
  std::string purchase_id;
};

// The keys that name a lot in a line, followed by `others`.
std::vector<std::string> LotKeysAnd(const std::vector<std::string>& others);

// The lot that a line names; a usage error if it names none.
absl::StatusOr<LotChoice> LotOfLine(const LineFields& line);

// NOT_FOUND if there is none; FAILED_PRECONDITION that lists them if there are several.
absl::StatusOr<inventory::v1::Lot> FindLot(Connection& connection, const LotChoice& choice);

using LotsById = std::map<int64_t, inventory::v1::Lot>;
absl::StatusOr<LotsById> GetLots(Connection& connection, const std::set<int64_t>& lot_ids);

// "lot L2401 of devondale-1kg (P-2025-1)".
std::string DescribeLot(const inventory::v1::Lot& lot);
// The same for a number; "lot 7" if it is not among `lots`.
std::string DescribeLot(const LotsById& lots, int64_t lot_id);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_LOTS_H_
