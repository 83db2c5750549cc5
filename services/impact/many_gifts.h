// What several gifts became together: those of a donor, and all of the programme.

#ifndef MILKWAY_SERVICES_IMPACT_MANY_GIFTS_H_
#define MILKWAY_SERVICES_IMPACT_MANY_GIFTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/impact/gift_impact.h"
#include "services/impact/questions.h"
#include "storage/store.h"

namespace milkway::impact {

// So that the answer stays one that can be given.
inline constexpr int64_t kLotsOfAnswerMax = 10'000;

// Gifts that are asked about together, before the books are asked. A lot stands once,
// with a part for each gift, so that each child is counted once over all of them.
struct ManyGifts {
  int64_t gift_count = 0;
  GiftImpact impact;
};

// All gifts of a donor, as the events up to `sequence` left them. NOT_FOUND
// (DONOR_UNKNOWN) if there is neither a gift nor a record of them, FAILED_PRECONDITION
// (LOTS_TOO_MANY).
absl::StatusOr<ManyGifts> StartDonor(const storage::Reader& reader, const std::string& donor_id,
                                     int64_t sequence);

// All gifts there were then, and all lots whether a gift paid for them or not.
// FAILED_PRECONDITION (LOTS_TOO_MANY).
absl::StatusOr<ManyGifts> StartProgramme(const storage::Reader& reader,
                                         const std::vector<LotOnList>& lots,
                                         const std::map<std::string, Label>& labels,
                                         int64_t sequence);

// Grams and cups of a part of the programme.
struct Totals {
  int64_t funded_g = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t lost_g = 0;
  int64_t returned_g = 0;
  int64_t remaining_g = 0;
};

struct ProgrammeSums {
  int64_t landed_cost_minor = 0;
  int64_t unpaid_cost_minor = 0;
  int64_t refund_due_minor = 0;
  Totals all;
  Totals gifts;
  Totals unpaid;  // all less gifts
  std::optional<int64_t> children_reached;
  NutrientSum nutrients;  // of all grams served
};
// Once grams and servings are added.
ProgrammeSums SumUpProgramme(const ManyGifts& gifts);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_MANY_GIFTS_H_
