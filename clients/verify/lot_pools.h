// The part of a lot that each of its pools has: the milk set aside for one school, a pool
// for each, and the general pool, which is all the rest.
//
// The rules are those of docs/proofs.md, written apart from the server's on purpose.

#ifndef MILKWAY_CLIENTS_VERIFY_LOT_POOLS_H_
#define MILKWAY_CLIENTS_VERIFY_LOT_POOLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verify/gift_leaves.h"

namespace milkway::proof {

// What a school drank of a pool.
struct DrunkOfPool {
  int64_t served_g = 0;  // C
  int64_t servings = 0;
};

struct PoolShare {
  int64_t weight_g = 0;  // W
  int64_t lost_g = 0;    // n
  int64_t kept_g = 0;    // of what gifts bought of it
  // The schools that its gifts are told of.
  std::map<std::string, DrunkOfPool> schools;
};

// The pool of `school_id`, or the general one if that is empty. INVALID_ARGUMENT if the
// statements cannot be those of a lot, or tell of no such pool.
absl::StatusOr<PoolShare> ShareOfPool(const LotStatement& lot,
                                      const std::map<std::string, ServedStatement>& served,
                                      const std::string& school_id);

// floor(a · b / c) for numbers of 0 or more, c above 0.
int64_t MulDiv(int64_t a, int64_t b, int64_t c);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_LOT_POOLS_H_
