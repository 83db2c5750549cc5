// How to spend what is left of gifts. Pure: nothing is changed.

#ifndef MILKWAY_SERVICES_IMPACT_SUGGESTIONS_H_
#define MILKWAY_SERVICES_IMPACT_SUGGESTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/impact/allocations.h"
#include "services/impact/pools.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

inline constexpr int kSuggestionsMax = 1'000;

// A gift, and a lot, as they are now.
struct OpenGift {
  std::string gift_id;
  rec::GiftRecord record;
};
struct OpenLot {
  LotId lot;
  LotFacts facts;
  LocalDate purchased_on;
  LotPools pools;
};

struct Suggestion {
  std::string gift_id;
  std::string currency;  // of the gift
  int64_t amount_minor = 0;
  int64_t worth_minor = 0;
  int64_t bought_g = 0;
  std::string school_id;
  LotId lot;
  LotFacts facts;
};
struct Suggestions {
  std::vector<Suggestion> suggestions;
  bool has_more = false;
};

// The largest amount of the gift, at most what is left of it, that is worth no more than
// `worth_max_minor`; 0 if there is none.
absl::StatusOr<int64_t> LargestAmount(const OpenGift& gift, int64_t worth_max_minor);

// Spends the oldest money first (received_on, then gift_id), on the lots bought first
// (purchased_on, then lot) that still cost money, at most `suggestions_max` times. An
// allocation that would buy no gram is not suggested.
absl::StatusOr<Suggestions> Suggest(std::vector<OpenGift> gifts, std::vector<OpenLot> lots,
                                    size_t suggestions_max);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_SUGGESTIONS_H_
