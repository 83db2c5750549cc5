// Leaves of the log that are not postings. All of them begin alike:
//
//   byte    kind of leaf
//   varint  when it was recorded, microseconds since 1970-01-01 UTC
//
// and go on with a body that docs/formats.md describes. Costs are the inventory's own;
// the bodies of allocations and statements are impact's, those of audit logs the process's,
// and opaque here.

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_LEAVES_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_LEAVES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/strong_id.h"

namespace milkway::inventory {

// The numbers are in the log.
enum class LeafKind : uint8_t {
  kPosting = 1,
  kCost = 2,
  kAllocation = 3,
  kStatement = 4,
  kAudit = 5,
};
inline constexpr int kLeafKindLast = 5;

// What every leaf begins with. DATA_LOSS if the bytes do not.
struct LeafHead {
  LeafKind kind = LeafKind::kPosting;
  int64_t recorded_us = 0;
};
absl::StatusOr<LeafHead> ReadLeafHead(absl::string_view canonical);

// The canonical bytes of a leaf with this body.
std::string EncodeLeaf(const LeafHead& head, absl::string_view body);

// What a lot costs to land from now on: written when it is bought, and with every cost
// and credit that becomes known later.
struct CostLeaf {
  LotId lot;
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  int64_t weight_g = 0;       // T
  std::string base_currency;  // ISO 4217
  int64_t cost_minor = 0;     // L, in its minor units
};
std::string EncodeCost(const CostLeaf& cost);
// From the canonical bytes. DATA_LOSS if they are not those of a cost.
absl::StatusOr<CostLeaf> DecodeCost(absl::string_view canonical);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_LEAVES_H_
