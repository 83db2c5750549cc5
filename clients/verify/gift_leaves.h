// Leaves that are not postings: what a lot costs, what a gift bought, what was published.
// docs/formats.md describes their bytes.

#ifndef MILKWAY_CLIENTS_VERIFY_GIFT_LEAVES_H_
#define MILKWAY_CLIENTS_VERIFY_GIFT_LEAVES_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::proof {

// What a lot costs to land from then on.
struct Cost {
  int64_t lot_id = 0;
  std::string purchase_id;
  std::string product_id;
  std::string lot_number;
  int64_t weight_g = 0;
  std::string base_currency;
  int64_t cost_minor = 0;
};

// Money of a gift spent on a lot, or the milk that it is. The letters are those of
// docs/proofs.md.
struct Allocation {
  std::string gift_id;
  std::string allocation_id;  // empty: a gift in kind
  int64_t sequence = 0;
  int64_t lot_id = 0;
  std::string school_id;           // whose pool; empty: the general one
  int64_t weight_g = 0;            // T
  int64_t cost_minor = 0;          // L
  int64_t earlier_paid_minor = 0;  // A
  int64_t earlier_bought_g = 0;    // G
  int64_t worth_minor = 0;         // a
  int64_t bought_g = 0;            // g
  int64_t lot_paid_minor = 0;      // by all gifts before, for all pools

  bool is_in_kind() const { return allocation_id.empty(); }
};

// What was published of the milk that is set aside for a school.
struct PoolStatement {
  std::string school_id;
  int64_t set_aside_g = 0;       // S
  int64_t bought_g = 0;          // G
  int64_t earlier_served_g = 0;  // B
  int64_t earlier_servings = 0;
  int64_t serving_g = 0;  // z
};

// What was published of a lot.
struct LotStatement {
  int64_t publication = 0;
  int64_t lot_id = 0;
  int64_t as_of_position = 0;  // the last entry of the log that the figures include
  int64_t purchased_g = 0;
  int64_t found_g = 0;
  int64_t lost_g = 0;
  int64_t returned_g = 0;
  int64_t energy_j_100g = 0;
  int64_t protein_mg_100g = 0;
  int64_t calcium_ug_100g = 0;
  int64_t landed_cost_minor = 0;     // L now
  int64_t last_event = 0;            // the last that the grams bought count
  int64_t general_bought_g = 0;      // G of the general pool
  std::vector<PoolStatement> pools;  // in order of the school
};

// What was published of a lot at a school.
struct ServedStatement {
  int64_t publication = 0;
  int64_t lot_id = 0;
  std::string school_id;
  int64_t servings = 0;
  int64_t served_g = 0;
};

// INVALID_ARGUMENT if the canonical bytes are not exactly those of such a leaf.
absl::StatusOr<Cost> ParseCost(absl::string_view canonical);
absl::StatusOr<Allocation> ParseAllocation(absl::string_view canonical);
absl::StatusOr<std::variant<LotStatement, ServedStatement>> ParseStatement(
    absl::string_view canonical);

// What such a leaf says, in English.
absl::StatusOr<std::vector<std::string>> DescribeCost(absl::string_view canonical);
absl::StatusOr<std::vector<std::string>> DescribeAllocation(absl::string_view canonical);
absl::StatusOr<std::vector<std::string>> DescribeStatement(absl::string_view canonical);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_GIFT_LEAVES_H_
