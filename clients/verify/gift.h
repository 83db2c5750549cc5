// A gift's figures, recomputed from the leaves that a proof shows.
//
// The rules are those of docs/proofs.md, written apart from the server's on purpose.

#ifndef MILKWAY_CLIENTS_VERIFY_GIFT_H_
#define MILKWAY_CLIENTS_VERIFY_GIFT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verify/leaf.h"

namespace milkway::proof {

struct ProvenLeaf;

struct GiftSchool {
  std::string school_id;
  int64_t served_g = 0;
  int64_t servings = 0;
  friend bool operator==(const GiftSchool&, const GiftSchool&) = default;
};

struct GiftLot {
  int64_t lot_id = 0;
  int64_t funded_g = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t lost_g = 0;
  int64_t returned_g = 0;
  int64_t remaining_g = 0;
  std::vector<GiftSchool> schools;  // in order of the school
  friend bool operator==(const GiftLot&, const GiftLot&) = default;
};

struct GiftFigures {
  std::string gift_id;
  int64_t publication = 0;  // 0: nothing was published yet
  int64_t allocated_minor = 0;
  int64_t refund_due_minor = 0;  // paid beyond what the lots cost
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t protein_mg = 0;
  int64_t calcium_mg = 0;
  int64_t energy_kj = 0;
  std::vector<GiftLot> lots;  // in order of the lot
  friend bool operator==(const GiftFigures&, const GiftFigures&) = default;
};

// The figures of `gift_id` as `publication` told them. INVALID_ARGUMENT with the first
// thing that does not fit: an allocation of another gift, one that bought another number
// of grams than its money pays for, a lot of which more was bought than there is, a lot without a
// cost, a statement that is newer.
absl::StatusOr<GiftFigures> RecomputeGift(const std::vector<ProvenLeaf>& leaves,
                                          const std::string& gift_id, int64_t publication);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_GIFT_H_
