// The closed lists of reasons, with their names. Pure.

#ifndef MILKWAY_SERVICES_INVENTORY_REASONS_H_
#define MILKWAY_SERVICES_INVENTORY_REASONS_H_

#include <vector>

#include "absl/types/span.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/account.h"

namespace milkway::inventory {

// Why stock changes condition or leaves the books.
struct AdjustmentRule {
  v1::AdjustmentReason reason;
  const char* name_en;
  const char* name_zh;
  // The conditions that stock may be in.
  std::vector<AccountKind> from;
  AccountKind to;
  // People may state it.
  bool by_hand;
};
// In order of their numbers.
absl::Span<const AdjustmentRule> AdjustmentRules();

// Where a reason that people state puts stock of a condition; null if it cannot.
const AdjustmentRule* FindRule(v1::AdjustmentReason reason, AccountKind from);

// Every list, as people see it.
v1::ListAdjustmentReasonsResponse AllReasons();

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_REASONS_H_
