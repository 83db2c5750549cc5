// The lots that rows name, each kept once.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_LOT_NAMES_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_LOT_NAMES_H_

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/cli/import/name_pool.h"

namespace milkway::cli {

// How a row names a lot.
struct LotName {
  Name purchase_id;  // empty where the row leaves it out
  Name product_id;
  Name lot_number;
  friend bool operator==(const LotName&, const LotName&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const LotName& name) {
    return H::combine(std::move(state), name.purchase_id, name.product_id, name.lot_number);
  }
};

// A LotName's number among the LotNames.
using LotRef = uint32_t;
inline constexpr LotRef kNoLot = std::numeric_limits<LotRef>::max();

// Not thread-safe.
class LotNames {
 public:
  LotRef Intern(const LotName& name) {
    const auto [found, is_new] = refs_.try_emplace(name, static_cast<LotRef>(names_.size()));
    if (is_new) names_.push_back(name);
    return found->second;
  }
  const LotName& Get(LotRef lot) const { return names_[lot]; }
  size_t size() const { return names_.size(); }

 private:
  absl::flat_hash_map<LotName, LotRef> refs_;
  std::vector<LotName> names_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_LOT_NAMES_H_
